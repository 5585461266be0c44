"""불능통지 (3000/100): a transfer failed, perhaps long after the bank said that it was done.

The bank is told that we know (3100/100) once this is committed, and not before; until then it repeats the notice.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from bots.payments import fate, questions
from bots.payments.closing import close_batches
from bots.payments.messages import Message
from bots.payments.whose_number import days_before, payments_of
from queues import masking
from queues.bank_messages import Entry
from queues.bank_messages import record as keep
from queues.database import session as record
from queues.models import Payment, PaymentState, ReviewTask
from queues.retry import through_outages

ACTOR = "bot:payments.listen"
_DAYS_BACK = 10
_NO_DIFFERENCE = (PaymentState.RETURNED.value, PaymentState.REJECTED.value)
_NOT_YET = (PaymentState.SENDING.value, PaymentState.UNKNOWN.value)
_PAID = (PaymentState.ACCEPTED.value, PaymentState.SETTLED.value)


def take(message: Message, raw: bytes) -> bool:
    """Note a notice and what follows from it; True: committed. The same notice again changes nothing."""
    batch_id = through_outages(lambda: _take(message, raw))
    if batch_id is not None:
        with record() as session:
            close_batches(session, [batch_id], ACTOR)
    return True


def _take(message: Message, raw: bytes) -> int | None:
    """The batch of the payment that came back, None where nothing changed."""
    with record() as session:
        meant = _meant(session, message)
        if len(meant) != 1:
            _ask(session, message, raw, meant)
            return None
        [payment] = fate.lock(session, meant)
        note, whole = _note(payment), _is_whole(message, payment)
        entry = Entry(
            "in", raw, payment_id=payment.id, batch_id=payment.batch_id, note=note if whole else "partial"
        )
        (kept,) = keep(session, [entry])
        code = message.text("error")
        detail = {"source": "notice", "code": code, "number": message.count("original_number")}
        if not whole or note == "contradicts":
            fate.contradiction(
                session, payment.id, reason="failure_notice", detail=detail, message_id=kept, actor=ACTOR
            )
            return None
        if payment.state in _NOT_YET:
            fate.look_now(session, [payment.id])
            return None
        if payment.state not in _PAID:
            return None
        fate.returned(
            session, payment.id, reason="failure_notice", message_id=kept, detail=detail, actor=ACTOR
        )
        return payment.batch_id


def _note(payment: Payment) -> str:
    if payment.state in _NOT_YET:
        return fate.EARLY
    if payment.state in _NO_DIFFERENCE:
        return "repeated"
    return "" if payment.state in _PAID else "contradicts"


def _is_whole(message: Message, payment: Payment) -> bool:
    """Whether all of it failed: of a transfer that failed in part a person decides."""
    failed = message.count("amount_failed") or message.count("failed")
    return failed == payment.amount_won and message.count("done") == 0


def _ask(session: Session, message: Message, raw: bytes, meant: list[int]) -> None:
    """It fits no payment, or several: it is kept, and people are asked, once however often the bank repeats it."""
    (kept,) = keep(session, [Entry("in", raw, note="unexpected")])
    facts = _facts(message)
    known = select(ReviewTask.payment_id).where(
        ReviewTask.kind == questions.NOTICE, col(ReviewTask.evidence).contains(facts)
    )
    asked = set(session.exec(known))
    about: list[Payment | None] = [*fate.lock(session, meant)] or [None]
    for payment in about:
        if (payment.id if payment else None) not in asked:
            questions.ask_about_notice(session, {"message_id": kept, **facts}, payment, ACTOR)


def _facts(message: Message) -> dict[str, Any]:
    """What a person may read of it: nothing by which somebody is known."""
    return {
        "day": message.day.isoformat(),
        "notice": message.number,
        "number": message.count("original_number"),
        "won": message.count("amount_failed") or message.count("failed"),
        "bank": message.text("to_bank"),
        "account": masking.account(message.text("to_account")),
        "code": message.text("error"),
    }


def _meant(session: Session, message: Message) -> list[int]:
    """The payments that can be meant."""
    found = payments_of(
        session,
        message.count("original_number"),
        days_before(message.day, _DAYS_BACK),
        message.day,
        account=message.text("to_account"),
        bank=message.text("to_bank"),
        won=message.count("asked"),
    )
    told = _day_told(message)
    named = [payment_id for day, payment_id in found if day == told]
    ids = named or [payment_id for _, payment_id in found]
    session.expunge_all()
    return sorted(set(ids))


def _day_told(message: Message) -> date | None:
    """The day of the transfer, where the bank says it (the field is not in the published layout)."""
    text = message.text("unnamed_3")[:8]
    try:
        return date.fromisoformat(text) if len(text) == 8 and text.isdigit() else None
    except ValueError:
        return None
