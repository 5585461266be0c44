"""What leaves a batch, and how a batch is held up: payments taken off, pause, stop, cancelling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from queues import audit, days, payment_orders, work_again
from queues.models import Payment, PaymentBatch, PaymentBatchState, PaymentState, ReviewTask
from queues.payment_moves import BEFORE_APPROVAL, BEFORE_RUNNING, UNSENT, NotNow, hold, move, sum_up
from queues.payment_rounds import void
from queues.payments import note_where

SEND, SEND_FILE = "payments.send", "payments.iso_send"
PAUSE, STOP = "pause", "stop"
_ABOUT_LEAVING = ("payment_name", "payment_iso_unfit")
_UNDER_WAY = (PaymentBatchState.RUNNING, PaymentBatchState.PAUSED)


def take_off(
    session: Session,
    batch: PaymentBatch | int,
    payment_ids: Sequence[int],
    *,
    reason: str,
    actor: str,
    doubt: bool = False,
) -> int:
    """Take payments of which nothing has left off a batch: they are cancelled, their orders free for another one.

    doubt  a person has to look at the orders first; the caller asks

    Before the batch runs, what was agreed to about it is void; while it runs, they are held back from it, and
    the rest goes on. A batch of which nothing is left before it ran is cancelled. Returns how many were taken
    off: what was sent meanwhile is not among them.
    """
    batch = hold(session, batch if isinstance(batch, int) else batch.id)
    ids = _unsent(session, batch, payment_ids)
    if not ids:
        return 0
    if batch.state not in BEFORE_APPROVAL:
        if batch.state in BEFORE_RUNNING:
            void(session, batch, "changed", actor)
        elif batch.state in (PaymentBatchState.CLOSED, PaymentBatchState.CANCELLED):
            raise NotNow("이미 끝난 배치입니다.")
    _part(session, batch, ids, reason, actor, doubt=doubt)
    audit.record(
        session, actor, "payment_batch.take_off", "payment_batch", batch.id,
        payments=len(ids), some=ids[:100], reason=reason,
    )  # fmt: skip
    if batch.state in BEFORE_APPROVAL:
        sum_up(session, batch)
        batch.version += 1
        if batch.payments == 0:
            move(session, batch, PaymentBatchState.CANCELLED, actor, reason="empty")
    return len(ids)


def take_off_held(session: Session, batch_id: int, *, reason: str, actor: str) -> int:
    """Take all off that wait for a person, as after the check of names; returns how many."""
    batch = hold(session, batch_id)
    ids = _in_state(session, batch, [PaymentState.HELD])
    return take_off(session, batch, ids, reason=reason, actor=actor)


def take_off_rest(session: Session, batch: PaymentBatch, actor: str, *, reason: str = "stopped") -> int:
    """Take all off that has not left, as when a batch was stopped; their orders are free. Returns how many."""
    return take_off(session, batch, _in_state(session, batch, UNSENT), reason=reason, actor=actor)


def cancel(session: Session, batch_id: int, actor: str, *, reason: str = "cancelled") -> PaymentBatch:
    """Nothing of a batch is to leave: all is taken off, what was agreed to is void. Raises `NotNow` once it ran."""
    batch = hold(session, batch_id)
    if batch.state == PaymentBatchState.CANCELLED:
        return batch
    if batch.state not in BEFORE_RUNNING:
        raise NotNow(
            "지급이 시작된 배치는 취소할 수 없습니다. 중지하면 아직 나가지 않은 지급은 나가지 않습니다."
        )
    void(session, batch, reason, actor)
    if not take_off_rest(session, batch, actor, reason=reason):
        move(session, batch, PaymentBatchState.CANCELLED, actor, reason=reason)
    return batch


def pause(session: Session, batch_id: int, actor: str) -> PaymentBatch:
    """Nothing new leaves of a batch until somebody resumes it; what is under way comes to its end.

    A run that is under way ends by itself; one that has not begun does not begin. Raises `NotNow`.
    """
    return _hold_up(session, batch_id, actor, PAUSE)


def stop(session: Session, batch_id: int, actor: str) -> PaymentBatch:
    """Nothing new leaves of a batch any more; what has not left goes back to its orders when the run has ended.

    One that has not begun is cancelled. Raises `NotNow`.
    """
    batch = hold(session, batch_id)
    if batch.state in BEFORE_RUNNING:
        return cancel(session, batch_id, actor, reason="stopped")
    batch = _hold_up(session, batch_id, actor, STOP)
    if batch.state == PaymentBatchState.PAUSED:
        move(session, batch, PaymentBatchState.STOPPED, actor, reason=STOP)
        take_off_rest(session, batch, actor)
    return batch


def resume(session: Session, batch_id: int, actor: str) -> PaymentBatch:
    """Let a batch that was paused go on. Raises `NotNow` for one that is not, or is to be stopped.

    Resumed twice before its run begins it is resumed once.
    """
    batch = hold(session, batch_id)
    if batch.state == PaymentBatchState.PAUSED and not batch.pause_asked:
        have_sent(session, batch, actor)
        return batch
    if not batch.pause_asked or batch.reason == STOP or batch.state == PaymentBatchState.STOPPED:
        raise NotNow("일시정지된 배치가 아닙니다.")
    batch.pause_asked, batch.reason = False, ""
    batch.version += 1
    session.add(batch)
    audit.record(session, actor, "payment_batch.resume", "payment_batch", batch.id, state=batch.state)
    if batch.state in (PaymentBatchState.APPROVED, *_UNDER_WAY):
        have_sent(session, batch, actor)
    return batch


def have_sent(session: Session, batch: PaymentBatch, actor: str) -> None:
    """Add the work that sends an approved batch, not before its day and hour."""
    begins = days.begins(batch.pay_on)
    due: datetime | None = max(begins, batch.not_before) if batch.not_before else begins
    if due is not None and due <= datetime.now(due.tzinfo):
        due = None
    work_again.add_again(
        session,
        SEND_FILE if batch.channel == "iso20022" else SEND,
        f"payment_batch:{batch.id}",
        payload={"batch_id": batch.id},
        priority=60,
        due_at=due,
        actor=actor,
    )


def _hold_up(session: Session, batch_id: int, actor: str, reason: str) -> PaymentBatch:
    batch = hold(session, batch_id)
    if batch.state not in (PaymentBatchState.APPROVED, *_UNDER_WAY):
        raise NotNow("지급 중이거나 지급을 기다리는 배치가 아닙니다.")
    if batch.pause_asked and batch.reason in (reason, STOP):
        return batch
    batch.pause_asked, batch.reason = True, reason
    batch.version += 1
    session.add(batch)
    session.flush()
    audit.record(session, actor, f"payment_batch.{reason}", "payment_batch", batch.id, state=batch.state)
    if batch.state == PaymentBatchState.RUNNING:
        have_sent(session, batch, actor)  # whoever ran it may be dead: then this is who halts it
    return batch


def _in_state(session: Session, batch: PaymentBatch, states: Sequence[PaymentState]) -> list[int]:
    values = {"batch": batch.id, "states": [state.value for state in states]}
    return list(session.execute(_IN_STATE, values).scalars())


def _unsent(session: Session, batch: PaymentBatch, payment_ids: Sequence[int]) -> list[int]:
    session.flush()
    values = {"batch": batch.id, "ids": list(payment_ids), "states": [state.value for state in UNSENT]}
    return list(session.execute(_UNSENT, values).scalars())


def _part(
    session: Session, batch: PaymentBatch, ids: Sequence[int], reason: str, actor: str, *, doubt: bool
) -> None:
    orders = list(session.execute(_ORDERS, {"ids": list(ids)}).scalars())
    note_where(session, batch.id, UNSENT, PaymentState.CANCELLED, actor, reason=reason, only=ids)
    payment_orders.out_of_batch(session, orders, reason, actor, doubt=doubt)
    session.execute(_WITHDRAW, {"ids": list(ids), "kinds": list(_ABOUT_LEAVING), "actor": actor})
    for row in [row for row in session if isinstance(row, Payment | ReviewTask)]:
        session.expire(row)


_IN_STATE = text("SELECT id FROM payment WHERE batch_id = :batch AND state = ANY(:states) ORDER BY id")
_UNSENT = text("""
    SELECT id FROM payment WHERE batch_id = :batch AND id = ANY(:ids) AND state = ANY(:states)
    ORDER BY id FOR NO KEY UPDATE
""")
_ORDERS = text("SELECT order_id FROM payment WHERE id = ANY(:ids) ORDER BY order_id")
# What was asked about them before they could leave has answered itself.
_WITHDRAW = text("""
    WITH pointless AS (
        UPDATE review_task SET state = 'cancelled', version = version + 1
        WHERE payment_id = ANY(:ids) AND kind = ANY(:kinds) AND state IN ('open', 'claimed') RETURNING id)
    INSERT INTO audit_event (actor, action, subject_type, subject_id, detail)
    SELECT CAST(:actor AS text), 'review.cancel', 'review_task', id::text, '{}' FROM pointless ORDER BY id
""")
