"""Holder inquiries (6000/100) of one batch: is the account the payee's?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session, col, select

from bots.payments import fate, questions
from bots.payments.line.numbered import next_heads
from bots.payments.messages import Head, Message, MessageFault, encode, requests
from bots.payments.names import SAME, differs
from bots.payments.pump import Ask, Outcome
from bots.payments.runs import WorkerStops
from config.bank_answers import answer
from config.bank_line import bank_line, now_there
from queues import engine
from queues.bank_messages import Entry
from queues.bank_messages import record as keep
from queues.crypto import open_, seal
from queues.database import session as record
from queues.models import Payment, PaymentBatch, PaymentBatchState, PaymentState
from queues.payments import Happened, note_all
from queues.retry import through_outages

_NEXT = text(
    "SELECT id, seq, position, amount_won, bank_code, account_enc, holder_enc FROM payment "
    "WHERE batch_id = :batch AND state = 'draft' AND position > :after ORDER BY position LIMIT :some"
)
_TOLD = text(
    "UPDATE payment SET checked_at = clock_timestamp(), holder_told_enc = told.name "
    "FROM unnest(CAST(:ids AS bigint[]), CAST(:names AS bytea[])) AS told (id, name) WHERE payment.id = told.id"
)
_ROUNDS = 3
_NO_ACCOUNT = "account_refused"


@dataclass(frozen=True, slots=True)
class _About:
    payment_id: int
    holder: str


@dataclass(frozen=True, slots=True)
class _Found:
    """reason: why a person has to look, "" for the same holder; told: the name as the bank gave it, sealed."""

    reason: str
    code: str
    message_id: int | None
    told: bytes | None


class Holders:
    """The record's side of a check (`bots.payments.pump.Exchange`). Asking moves no money: it may be asked again.

    closed    a code, once the bank answered that it tells nobody anything now; nothing more is asked then
    """

    def __init__(self, batch_id: int, actor: str, progress: Callable[[int], None]) -> None:
        self.batch_id, self.actor, self.progress = batch_id, actor, progress
        self.line = bank_line()
        self.counts: Counter[str] = Counter()
        self.closed = ""
        self._after = 0
        self._round = 1
        self._unanswered = 0
        self._heads: Iterator[Head] = iter(())

    def prepare(self, room: int) -> Sequence[Ask] | None:
        """Questions about drafts; None once the batch is not being checked any more, or the bank is closed.
        Raises `WorkerStops`."""
        if engine.stopping():
            raise WorkerStops("작업자가 멈추는 중입니다. 다른 작업자가 이어서 합니다.")
        if self.closed:
            return None
        heads = self._take_heads(room)
        with record() as session:
            if not _is_checking(session, self.batch_id):
                return None
            asks: list[Ask] = []
            for row, head in zip(self._next(session, room), heads, strict=False):
                try:
                    asks.append(self._question(row, head))
                except MessageFault as fault:
                    self._note(session, {row.id: _Found("unfit_for_message", fault.code, None, None)})
            entries = [
                Entry("out", encode(ask.message), payment_id=ask.about.payment_id, batch_id=self.batch_id)
                for ask in asks
            ]
            keep(session, entries)
        return asks

    def _next(self, session: Session, room: int) -> Sequence[Row[Any]]:
        values = {"batch": self.batch_id, "some": room}
        rows = session.execute(_NEXT, {**values, "after": self._after}).all()
        if not rows and self._unanswered and self._round < _ROUNDS:
            self._unanswered, self._after, self._round = 0, 0, self._round + 1
            rows = session.execute(_NEXT, {**values, "after": 0}).all()
        if rows:
            self._after = rows[-1].position
        return rows

    def _question(self, row: Row[Any], head: Head) -> Ask:
        message = requests.holder_inquiry(
            head, bank=row.bank_code, account=open_(row.account_enc), amount_won=row.amount_won
        )
        encode(message)
        return Ask(message, _About(row.id, open_(row.holder_enc) if row.holder_enc else ""))

    def _take_heads(self, count: int) -> list[Head]:
        found = [head for _, head in zip(range(count), self._heads, strict=False)]
        if len(found) < count or found[0].at.date() != now_there().date():
            self._heads = iter(next_heads(self.line, max(count, 256)))
            found = [head for _, head in zip(range(count), self._heads, strict=False)]
        return found

    def heard(self, outcome: Outcome) -> None:
        """Nothing depends on it yet."""

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Commit the names told; who did not answer is asked again, some rounds."""
        counts = through_outages(lambda: self._settle(outcomes))
        self.counts += counts
        self._unanswered += sum(one.reply is None for one in outcomes)
        self.progress(sum(self.counts.values()))

    def _settle(self, outcomes: Sequence[Outcome]) -> Counter[str]:
        codes = (one.reply.response_code for one in outcomes if one.reply is not None)
        self.closed = next(filter(_is_closed, codes), self.closed)
        with record() as session:
            replied = [(one.ask.about, one.reply) for one in outcomes if one.reply is not None]
            entries = [
                Entry("in", encode(reply), payment_id=about.payment_id, batch_id=self.batch_id)
                for about, reply in replied
            ]
            kept = keep(session, entries)
            found = {
                about.payment_id: result
                for (about, reply), message_id in zip(replied, kept, strict=True)
                if (result := _result(about, reply, message_id)) is not None
            }
            self._unanswered += len(replied) - len(found)
            return self._note(session, found)

    def _note(self, session: Session, found: dict[int, _Found]) -> Counter[str]:
        """Of those that are still drafts."""
        rows = [p for p in fate.lock(session, found) if p.state == PaymentState.DRAFT]
        note_all(
            session,
            [
                Happened(p.id, p.seq, PaymentState.HELD if f.reason else PaymentState.NAME_CHECKED, f.reason,
                         f.message_id, {"code": f.code})
                for p in rows
                for f in [found[p.id]]
            ],
            self.actor,
        )  # fmt: skip
        session.execute(_TOLD, {"ids": [p.id for p in rows], "names": [found[p.id].told for p in rows]})
        held = [p for p in rows if found[p.id].reason]
        for payment in held:
            one = found[payment.id]
            questions.ask(
                session, payment, questions.NAME, one.reason, evidence={"code": one.code}, actor=self.actor
            )
        session.flush()
        session.expunge_all()
        return Counter(held=len(held), checked=len(rows) - len(held))


def _result(about: _About, reply: Message, message_id: int) -> _Found | None:
    """None: the bank did not say; it is asked again."""
    code = reply.response_code
    means = answer(code).means
    if _is_closed(code):
        return None
    if means == "refused":
        return _Found(_NO_ACCOUNT, code, message_id, None)
    if means != "paid":
        return None
    names = [reply.bytes_of("holder"), reply.bytes_of("holder_long")]
    reason = differs(about.holder, *names) or SAME
    longest = max(names, key=len).decode("cp949", "ignore")
    return _Found(reason, code, message_id, seal(longest) if longest else None)


def _is_closed(code: str) -> bool:
    """Refused for the bank's sake or ours, not the account's: whatever is asked now fares likewise."""
    said = answer(code)
    return said.means == "refused" and said.pause


def _is_checking(session: Session, batch_id: int) -> bool:
    query = select(PaymentBatch.state).where(PaymentBatch.id == batch_id).with_for_update(read=True)
    return session.exec(query).one() == PaymentBatchState.CHECKING


def drafts_left(session: Session, batch_id: int) -> bool:
    """Whether some payment of the batch has not been asked about."""
    query = select(Payment.id).where(
        Payment.batch_id == batch_id, col(Payment.state) == PaymentState.DRAFT.value
    )
    return session.exec(query.limit(1)).first() is not None
