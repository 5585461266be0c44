"""The ledger of payments: what happens to one is an event, and its state is what the events say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from queues.errors import BackOfficeError
from queues.models import Payment, PaymentEvent, PaymentState

SENT = frozenset(
    {
        PaymentState.SENDING,
        PaymentState.ACCEPTED,
        PaymentState.UNKNOWN,
        PaymentState.SETTLED,
        PaymentState.RETURNED,
        PaymentState.REJECTED,
    }
)
"""A message about it may have left."""


class StalePayment(BackOfficeError):
    """The event does not follow from where the payment stands by now: somebody was quicker. Nothing was noted."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event to be noted. `seq`: of the payment as it was seen; the event bears the next number."""

    payment_id: int
    seq: int
    state: PaymentState
    reason: str = ""
    message_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def note(
    session: Session,
    payment: Payment,
    state: PaymentState,
    actor: str,
    *,
    reason: str = "",
    message_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note an event of one payment, which then stands as it says. Raises `StalePayment`."""
    session.flush()
    happened = Happened(payment.id, payment.seq, state, reason, message_id, detail or {})
    note_all(session, [happened], actor)
    session.refresh(payment, ["state", "seq", "reason"])


def note_all(session: Session, happened: Iterable[Happened], actor: str) -> None:
    """Note many in one statement, all or none; the database refuses what does not follow.

    Raises `StalePayment`; what else the transaction did is undone with it by the caller's rollback. Rows of
    `Payment` that the session holds have to be refreshed.
    """
    rows = [
        {
            "payment_id": one.payment_id,
            "seq": one.seq + 1,
            "state": one.state.value,
            "reason": one.reason,
            "message_id": one.message_id,
            "actor": actor,
            "detail": dict(one.detail),
        }
        for one in sorted(happened, key=lambda one: one.payment_id)
    ]
    if not rows:
        return
    try:
        with session.begin_nested():
            session.execute(insert(PaymentEvent), rows)
    except DBAPIError as error:
        if isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", "") == "23001":
            raise StalePayment(str(error.orig).splitlines()[0]) from error
        raise
