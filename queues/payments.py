"""The ledger of payments: what happens to one is an event, and its state is what the events say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import CursorResult, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from queues.errors import BackOfficeError
from queues.models import Payment, PaymentState

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


_NOTE_ALL = text("""
    INSERT INTO payment_event (payment_id, seq, state, reason, message_id, actor, detail)
    SELECT id, seq, state, reason, message_id, :actor, CAST(detail AS jsonb)
    FROM unnest(CAST(:ids AS bigint[]), CAST(:seqs AS int[]), CAST(:states AS text[]), CAST(:reasons AS text[]),
        CAST(:messages AS bigint[]), CAST(:details AS text[]))
        AS told (id, seq, state, reason, message_id, detail)
    ORDER BY id
""")


def note_all(session: Session, happened: Iterable[Happened], actor: str) -> None:
    """Note many in one statement, all or none; the database refuses what does not follow.

    Raises `StalePayment`; what else the transaction did is undone with it by the caller's rollback. Rows of
    `Payment` that the session holds have to be refreshed.
    """
    told = sorted(happened, key=lambda one: one.payment_id)
    if not told:
        return
    values = {
        "ids": [one.payment_id for one in told],
        "seqs": [one.seq + 1 for one in told],
        "states": [one.state.value for one in told],
        "reasons": [one.reason for one in told],
        "messages": [one.message_id for one in told],
        "details": [json.dumps(dict(one.detail), ensure_ascii=False) for one in told],
        "actor": actor,
    }
    with _stale(session):
        session.execute(_NOTE_ALL, values)


_NOTE_WHERE = text("""
    INSERT INTO payment_event (payment_id, seq, state, reason, actor)
    SELECT id, seq + 1, :state, :reason, :actor FROM payment
    WHERE batch_id = :batch AND state = ANY(:states)
    AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(CAST(:ids AS bigint[])))
    ORDER BY id
""")


def note_where(
    session: Session,
    batch_id: int,
    states: Iterable[PaymentState],
    state: PaymentState,
    actor: str,
    *,
    reason: str = "",
    only: Sequence[int] | None = None,
) -> int:
    """Note the same event of all payments of a batch that are in one of some states; returns of how many.

    only  ids of payments: of no others. Made for a whole batch at once: nothing of it comes into memory. The
    caller holds the batch locked. Rows of `Payment` that the session holds have to be refreshed.
    Raises `StalePayment`.
    """
    session.flush()
    values = {
        "batch": batch_id,
        "states": [one.value for one in states],
        "state": state.value,
        "reason": reason,
        "actor": actor,
        "ids": list(only) if only is not None else None,
    }
    with _stale(session):
        return cast(CursorResult[Any], session.execute(_NOTE_WHERE, values)).rowcount


@contextmanager
def _stale(session: Session) -> Iterator[None]:
    """What the database refuses is undone, and is one error of ours."""
    try:
        with session.begin_nested():
            yield
    except DBAPIError as error:
        if isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", "") == "23001":
            raise StalePayment(str(error.orig).splitlines()[0]) from error
        raise
