"""Questions about transfers whose result is unknown (7000/100), and what the answers mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Row, text
from sqlmodel import Session

from bots.payments import fate
from bots.payments.fate import Means, Word
from bots.payments.line.numbered import next_heads
from bots.payments.messages import Head, Message, encode, requests
from bots.payments.pump import Ask, Outcome
from config.bank_answers import answer
from config.bank_line import bank_line, now_there
from queues import engine
from queues.bank_messages import Entry
from queues.bank_messages import record as keep
from queues.crypto import open_
from queues.database import session as record
from queues.retry import through_outages

_DUE = text(
    "SELECT payment.id, payment.batch_id, payment.number, payment.amount_won, payment.bank_code, "
    "payment.account_enc, payment.looks, batch.fund FROM payment JOIN payment_batch batch ON batch.id = batch_id "
    "WHERE next_look_at <= clock_timestamp() AND payment.state = 'unknown' AND channel = 'firm' "
    "AND sent_on = :today ORDER BY next_look_at LIMIT :some FOR NO KEY UPDATE OF payment SKIP LOCKED"
)
_PUT_OFF = text(
    "UPDATE payment SET next_look_at = clock_timestamp() + make_interval(secs => told.pause) "
    "FROM unnest(CAST(:ids AS bigint[]), CAST(:pauses AS float8[])) AS told (id, pause) WHERE payment.id = told.id"
)


@dataclass(frozen=True, slots=True)
class _About:
    payment_id: int
    batch_id: int
    won: int
    bank: str
    account: str


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says about the transfer; "other": it is about another one than ours."""

    means: Means | Literal["other"]
    code: str


def meaning(reply: Message, *, won: int, bank: str, account: str) -> Said:
    """What the bank's reply to 7000/100 says about our transfer of so much to this account.

    The header tells how the question fared, the body (`result`) how the transfer did. A result counts only where the
    reply names our account and its sums fit: done all for a yes, nothing for a no.
    """
    head = reply.response_code
    if answer(head).means == "no_record":
        return Said("no_record", head)
    if answer(head).means != "paid":
        return Said("unknown", head)
    code = reply.text("result")
    means = answer(code).means
    if means in ("no_record", "progress", "unknown"):
        return Said(means, code)
    if (reply.text("to_account"), reply.text("to_bank"), reply.count("asked")) != (account, bank, won):
        return Said("other", code)
    fits = reply.count("done") == (won if means == "paid" else 0)
    return Said(means if fits else "other", code)


class Results:
    """The record's side of a round of questions (`bots.payments.pump.Exchange`)."""

    def __init__(self, actor: str) -> None:
        self.actor = actor
        self.line = bank_line()
        self.counts: Counter[str] = Counter()
        self.batches: set[int] = set()

    def prepare(self, room: int) -> Sequence[Ask] | None:
        """Questions about those that are due; each is put off at once, so that nobody asks about it meanwhile."""
        if engine.stopping():
            return None
        heads = next_heads(self.line, room)
        with record() as session:
            rows = session.execute(_DUE, {"some": room, "today": now_there().date()}).all()
            asks = [self._question(row, head) for row, head in zip(rows, heads, strict=False)]
            entries = [
                Entry(
                    "out", encode(ask.message), payment_id=ask.about.payment_id, batch_id=ask.about.batch_id
                )
                for ask in asks
            ]
            keep(session, entries)
            pauses = [self.line.reply_seconds + fate.pause_before(row.looks + 1) for row in rows]
            session.execute(_PUT_OFF, {"ids": [row.id for row in rows], "pauses": pauses})
        return asks

    def _question(self, row: Row[Any], head: Head) -> Ask:
        about = _About(row.id, row.batch_id, row.amount_won, row.bank_code, open_(row.account_enc))
        message = requests.result_inquiry(
            head,
            original_number=row.number,
            debit_account=self.line.account_of(row.fund),
            to_bank=about.bank,
            to_account=about.account,
            amount_won=about.won,
        )
        return Ask(message, about)

    def heard(self, outcome: Outcome) -> None:
        """Nothing depends on it yet."""

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Commit the answers and what they make of the payments."""
        through_outages(lambda: self._settle(outcomes))

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        counts: Counter[str] = Counter()
        with record() as session:
            about = {one.ask.about.payment_id for one in outcomes}
            fate.lock(session, about)
            session.expunge_all()
            words: list[Word] = []
            for one in outcomes:
                word = self._word(session, one)
                if word is not None:
                    words.append(word)
            counts += fate.hear(session, words, self.actor)
        self.counts += counts
        self.batches |= {one.ask.about.batch_id for one in outcomes}

    def _word(self, session: Session, one: Outcome) -> Word | None:
        about: _About = one.ask.about
        if one.how == "never_left":
            fate.look_now(session, [about.payment_id])
            return None
        if one.reply is None:
            return Word(about.payment_id, "unknown", "inquiry", one.how)
        entry = Entry("in", encode(one.reply), payment_id=about.payment_id, batch_id=about.batch_id)
        (kept,) = keep(session, [entry])
        said = meaning(one.reply, won=about.won, bank=about.bank, account=about.account)
        detail = {"asked_under": one.ask.message.number}
        if said.means != "other":
            return Word(about.payment_id, said.means, "inquiry", said.code, kept, detail)
        fate.contradiction(
            session,
            about.payment_id,
            reason="other_content",
            detail=detail,
            message_id=kept,
            actor=self.actor,
        )
        return None


def due_count(session: Session, today: date) -> int:
    """How many are due to be asked about, counted up to one."""
    values = {"today": today, "some": 1}
    return len(session.execute(_DUE, values).all())
