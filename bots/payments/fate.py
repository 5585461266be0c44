"""What becomes of payments by the bank's word, a statement's or a person's: the one way to a result.

The rules: a reply ends SENDING only; UNKNOWN is left only by what was asked for (inquiry, statement, file, person);
a word against what stands changes nothing by itself, a person is asked, and the order stays where nobody pays it.
All of it in the caller's transaction; rows are locked in the order batch (by the caller), payment, order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import text
from sqlmodel import Session, col, select

from bots.payments import aftermath, questions
from config.bank_answers import answer
from config.settings import settings
from queues.models import BankMessage, Payment, PaymentState
from queues.payments import Happened, note_all

Means = Literal["paid", "refused", "unknown", "progress", "no_record"]
Source = Literal["reply", "inquiry", "statement", "file", "person"]

_FIRST_LOOK, _LONGEST_PAUSE = 300.0, 3600.0

EARLY = "early"
"""The note of a failure notice that came before anybody knew that the transfer had been accepted."""

_LOOKS = text(
    "UPDATE payment SET next_look_at = told.at, looks = payment.looks + told.more "
    "FROM unnest(CAST(:ids AS bigint[]), CAST(:ats AS timestamptz[]), CAST(:more AS int[])) AS told (id, at, more) "
    "WHERE payment.id = told.id"
)


@dataclass(frozen=True, slots=True)
class Word:
    """What was said about one payment.

    code     the bank's response code, or one of ours ("no_reply", "run_broken", "person")
    detail   codes, ids and sums for the event, nothing personal
    """

    payment_id: int
    means: Means
    source: Source
    code: str = ""
    message_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return self.source if self.means == "paid" else self.code or self.means

    @property
    def told(self) -> dict[str, Any]:
        return {"source": self.source, "code": self.code, **self.detail}


def hear(session: Session, words: Sequence[Word], actor: str) -> Counter[str]:
    """Note what was said, with all that follows; how many payments came to which state ("accepted", ...), were
    asked about ("asked") or contradicted ("contradicted").

    One word per payment at a time; 10,000 at once are fine. Raises `queues.payments.StalePayment`.
    """
    counts: Counter[str] = Counter()
    said = {word.payment_id: word for word in words}
    if len(said) < len(words):
        raise ValueError("two words about one payment at once")
    rows = lock(session, said)
    by_state: dict[PaymentState, list[tuple[Payment, Word]]] = {}
    events: list[Happened] = []
    for payment in rows:
        word = said[payment.id]
        state = _follows(payment, word)
        if state is None:
            if _contradicts(payment, word):
                aftermath.contradicted(session, payment, word.reason, word.message_id, word.told, actor)
                counts["contradicted"] += 1
            continue
        events.append(Happened(payment.id, payment.seq, state, word.reason, word.message_id, word.told))
        by_state.setdefault(state, []).append((payment, word))
        counts[state.value] += 1
    note_all(session, events, actor)
    _looked(session, by_state)
    for payment, word in by_state.get(PaymentState.UNKNOWN, []):
        if kind := _needs_person(word):
            session.refresh(payment)
            questions.ask(session, payment, kind, evidence={"code": word.code}, actor=actor)
            counts["asked"] += 1
    ended = [
        p for state in (PaymentState.ACCEPTED, PaymentState.REJECTED) for p, _ in by_state.get(state, [])
    ]
    questions.withdraw(
        session, [p.id for p in ended if p.state == PaymentState.UNKNOWN], questions.ABOUT_FATE, actor
    )
    aftermath.refused(session, by_state.get(PaymentState.REJECTED, []), actor)
    counts["returned"] += _already_failed(session, by_state.get(PaymentState.ACCEPTED, []), actor)
    _forget(session, rows)
    return +counts


def returned(
    session: Session,
    payment_id: int,
    *,
    reason: str,
    message_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
    actor: str,
) -> bool:
    """It failed after the bank's yes: RETURNED, its order is open again and a person is asked for the account.

    False where nothing changed: it is RETURNED already, or was never accepted.
    """
    word = Word(payment_id, "refused", "statement", reason, message_id, detail or {})
    return returned_all(session, [word], actor) == 1


def returned_all(session: Session, words: Sequence[Word], actor: str) -> int:
    """`returned` for many; `code` is the reason. How many changed."""
    said = {word.payment_id: word for word in words}
    rows = [p for p in lock(session, said) if p.state in (PaymentState.ACCEPTED, PaymentState.SETTLED)]
    note_all(
        session,
        [
            Happened(p.id, p.seq, PaymentState.RETURNED, w.reason, w.message_id, w.told)
            for p in rows
            for w in [said[p.id]]
        ],
        actor,
    )
    _forget(session, rows)
    aftermath.came_back(session, [(p, said[p.id]) for p in rows], actor)
    _forget(session, rows)
    return len(rows)


def contradiction(
    session: Session,
    payment_id: int,
    *,
    reason: str,
    detail: Mapping[str, Any] | None = None,
    message_id: int | None = None,
    actor: str,
) -> None:
    """A word against what stands: noted, a person is asked, and whatever else might pay the order is held."""
    [payment] = lock(session, [payment_id])
    aftermath.contradicted(session, payment, reason, message_id, detail or {}, actor)
    _forget(session, [payment])


def look_now(session: Session, payment_ids: Iterable[int]) -> None:
    """The bank is asked about these (of them, the unknown ones that it is asked about at all) as soon as can be."""
    session.execute(
        text(
            "UPDATE payment SET next_look_at = least(next_look_at, clock_timestamp()) "
            "WHERE id = ANY(:ids) AND state = 'unknown' AND next_look_at IS NOT NULL"
        ),
        {"ids": list(payment_ids)},
    )


def lock(session: Session, payment_ids: Iterable[int]) -> list[Payment]:
    """These payments as they stand, held until the transaction ends, in the order of their ids."""
    query = select(Payment).where(col(Payment.id).in_(list(payment_ids))).order_by(col(Payment.id))
    locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(session.exec(locked))


def _follows(payment: Payment, word: Word) -> PaymentState | None:
    """The state that follows, None where the word changes nothing."""
    if payment.state == PaymentState.SENDING:
        ends = {"paid": PaymentState.ACCEPTED, "refused": PaymentState.REJECTED}
        return ends.get(word.means, PaymentState.UNKNOWN)
    if payment.state == PaymentState.UNKNOWN:
        if word.source == "reply":
            return PaymentState.UNKNOWN
        ends = {"paid": PaymentState.ACCEPTED, "refused": PaymentState.REJECTED}
        return ends.get(word.means, PaymentState.UNKNOWN)
    return None


def _contradicts(payment: Payment, word: Word) -> bool:
    if word.means == "refused":
        return payment.state in (PaymentState.ACCEPTED, PaymentState.SETTLED)
    known = (PaymentState.ACCEPTED, PaymentState.SETTLED, PaymentState.RETURNED)
    return word.means == "paid" and payment.state not in known


def _needs_person(word: Word) -> str:
    """The question to be asked about one that stays unknown; "": the bank is asked again."""
    if word.source == "reply":
        return questions.NUMBER_CLASH if answer(word.code).person else ""
    return questions.NO_RECORD if word.means == "no_record" else ""


def _looked(session: Session, by_state: Mapping[PaymentState, Sequence[tuple[Payment, Word]]]) -> None:
    """When each is looked at again; never, for those that have their result or wait for a person."""
    now = datetime.now(UTC)
    ids, ats, more = [], [], []
    for state, those in by_state.items():
        for payment, word in those:
            ids.append(payment.id)
            ats.append(_next_look(payment, word, now) if state == PaymentState.UNKNOWN else None)
            more.append(int(word.source == "inquiry"))
    if ids:
        session.execute(_LOOKS, {"ids": ids, "ats": ats, "more": more})


def _next_look(payment: Payment, word: Word, now: datetime) -> datetime | None:
    if word.source == "file" or _needs_person(word):
        return None
    if payment.state == PaymentState.UNKNOWN and word.source == "reply":
        return now if payment.next_look_at is not None else None
    looks = payment.looks + 1 if word.source == "inquiry" else 0
    return now + timedelta(seconds=pause_before(looks))


def pause_before(looks: int) -> float:
    """Seconds until the bank is asked about an unknown payment after it was asked `looks` times in vain."""
    line = settings().bank_line
    first = line.inquire_after_seconds if line else _FIRST_LOOK
    most = line.inquire_most_seconds if line else _LONGEST_PAUSE
    return min(first * 2.0 ** min(looks, 20), max(first, most))


def _already_failed(session: Session, accepted: Sequence[tuple[Payment, Word]], actor: str) -> int:
    """A failure notice may be here before the yes that it takes back."""
    if not accepted:
        return 0
    query = select(BankMessage.payment_id, BankMessage.id, BankMessage.response_code).where(
        col(BankMessage.payment_id).in_([payment.id for payment, _ in accepted]),
        BankMessage.direction == "in",
        BankMessage.class_code == "3000",
        BankMessage.note == EARLY,
    )
    known = {number: (message, code) for number, message, code in session.exec(query)}
    if not known:
        return 0
    _forget(session, [payment for payment, _ in accepted])
    words = [
        Word(payment_id, "refused", "reply", "failure_notice", message_id)
        for payment_id, (message_id, _) in known.items()
        if payment_id is not None
    ]
    return returned_all(session, words, actor)


def _forget(session: Session, rows: Iterable[Payment]) -> None:
    """Their state was changed by events: whoever looks reads anew. Keeps the memory of a long run flat."""
    for payment in rows:
        if payment in session:
            session.expunge(payment)
