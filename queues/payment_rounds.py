"""Rounds of asking for a batch of payments: the line about one content, void once something else would be paid."""

from __future__ import annotations

from sqlmodel import Session, col, select

from queues import audit
from queues.models import Approval, ApprovalState, PaymentBatch, PaymentBatchState, PaymentState
from queues.payment_moves import move
from queues.payments import note_where

STANDING = (ApprovalState.WAITING.value, ApprovalState.ASKED.value, ApprovalState.APPROVED.value)


def subject(batch_id: int) -> str:
    """How approvals name a batch."""
    return f"payment_batch:{batch_id}"


def line_of(session: Session, batch_id: int) -> list[Approval]:
    """The steps of the newest round, in order; empty without any."""
    query = select(Approval).where(Approval.subject == subject(batch_id))
    rows = session.exec(query.order_by(col(Approval.round).desc(), col(Approval.step))).all()
    return [row for row in rows if row.round == rows[0].round]


def asked(session: Session, batch_id: int) -> Approval | None:
    """The step that somebody is asked to decide now."""
    query = select(Approval).where(
        Approval.subject == subject(batch_id), Approval.state == ApprovalState.ASKED
    )
    return session.exec(query).one_or_none()


def void(session: Session, batch: PaymentBatch, reason: str, actor: str) -> int:
    """What was agreed to is not what would be paid: every standing step is void, no payment is approved any more.

    reason  a code ("changed", "recalled", "again", ...). The caller holds the batch, which has not run. In the line
    or behind it the batch is "checked" again. Returns how many steps stood.
    """
    query = select(Approval).where(Approval.subject == subject(batch.id), col(Approval.state).in_(STANDING))
    rows = session.exec(query.order_by(col(Approval.id)).with_for_update(key_share=True)).all()
    for row in rows:
        row.state = ApprovalState.VOID.value
        session.add(row)
    if rows:
        audit.record(
            session, actor, "approval.void", "payment_batch", batch.id, reason=reason, steps=len(rows)
        )
    session.flush()
    was_approved = batch.state == PaymentBatchState.APPROVED
    if batch.state in (PaymentBatchState.APPROVAL, PaymentBatchState.APPROVED):
        batch.content_sha256, batch.approved_at, batch.pause_asked = "", None, False
        move(session, batch, PaymentBatchState.CHECKED, actor, reason=reason)
    if was_approved:
        note_where(
            session, batch.id, [PaymentState.APPROVED], PaymentState.NAME_CHECKED, actor, reason=reason
        )
    return len(rows)
