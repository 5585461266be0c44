"""What the bank says that answers nothing we wait for: late, twice, or never asked for. All of it is kept."""

from __future__ import annotations

from sqlmodel import Session

from bots.payments import fate
from bots.payments.fate import Word
from bots.payments.messages import Message
from bots.payments.whose_number import payment_under, payments_of
from config.bank_answers import answer
from queues.bank_messages import Entry
from queues.bank_messages import record as keep
from queues.database import session as record
from queues.retry import through_outages

ACTOR = "bot:payments.listen"
_TRANSFER_REPLY = "2100/100"


def take(message: Message | None, raw: bytes, note: str) -> None:
    """Keep it. A reply to a transfer is a word about its payment as well: it ends what is still under way, has the
    bank asked about what is unknown, and against what stands it makes a question."""
    through_outages(lambda: _take(message, raw, note))


def _take(message: Message | None, raw: bytes, note: str) -> None:
    with record() as session:
        if message is None or message.code != _TRANSFER_REPLY:
            keep(session, [Entry("in", raw, note=note)])
            return
        payment_id = payment_under(session, message.number, message.day)
        fits = payment_id is not None and payment_id == _meant(session, message)
        session.expunge_all()
        if payment_id is not None:
            fate.lock(session, [payment_id])
        (kept,) = keep(session, [Entry("in", raw, payment_id=payment_id, note=note)])
        if payment_id is None:
            return
        code = message.response_code
        detail = {"out_of_turn": note}
        if fits:
            fate.hear(session, [Word(payment_id, answer(code).means, "reply", code, kept, detail)], ACTOR)
        else:
            fate.contradiction(
                session, payment_id, reason="other_content", detail=detail, message_id=kept, actor=ACTOR
            )


def _meant(session: Session, message: Message) -> int | None:
    found = payments_of(
        session,
        message.number,
        message.day,
        message.day,
        account=message.text("to_account"),
        bank=message.text("to_bank"),
        won=message.count("amount"),
    )
    return found[0][1] if found else None
