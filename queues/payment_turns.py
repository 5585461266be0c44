"""Whose turn it is in the line of a batch: those who hold the duty today and had no part in it yet."""

from __future__ import annotations

from sqlalchemy import and_, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from queues import appointments, days
from queues.models import Account, Approval, ApprovalState, PaymentBatch, PaymentBatchState


def my_turn(session: Session, account: Account, *, limit: int = 200) -> list[Approval]:
    """Steps about batches that this person may decide now, the oldest first."""
    other, officer = aliased(Approval), aliased(Account)
    same = col(officer.id) == account.id
    if account.officer_id is not None:
        same = same | (col(officer.officer_id) == account.officer_id)
    took_part = (
        select(other.id)
        .join(officer, col(officer.id) == col(other.decided_by))
        .where(
            other.subject == Approval.subject,
            other.round == Approval.round,
            other.state == ApprovalState.APPROVED,
            same,
        )
        .exists()
    )
    holds = func.holds_duty(account.id, col(Approval.duty), col(PaymentBatch.fund), days.today())
    query = (
        select(Approval)
        .join(
            PaymentBatch,
            and_(
                col(Approval.subject) == func.concat("payment_batch:", col(PaymentBatch.id)),
                col(PaymentBatch.state) == PaymentBatchState.APPROVAL,
            ),
        )
        .where(
            Approval.state == ApprovalState.ASKED,
            Approval.content_sha256 == PaymentBatch.content_sha256,
            holds,
            ~took_part,
        )
        .order_by(col(Approval.created_at), col(Approval.id))
        .limit(limit)
    )
    return list(session.exec(query))


def may_decide(session: Session, step: Approval, account: Account) -> bool:
    """Whether this person may decide the step now."""
    return step.state == ApprovalState.ASKED and why_not(session, step, account) == ""


def why_not(session: Session, step: Approval, account: Account) -> str:
    """Why a step is not this person's to decide, in Korean; "" when it is (its state is not looked at)."""
    batch_id = int(step.subject.partition(":")[2])
    batch = session.get_one(PaymentBatch, batch_id)
    if not appointments.holds(session, account.id, step.duty, batch.fund):
        return f"오늘 이 회계의 {appointments.TITLES.get(step.duty, step.duty)}이 아닙니다."
    same = appointments.accounts_of(session, account)
    took_part = select(Approval.id).where(
        Approval.subject == step.subject,
        Approval.round == step.round,
        Approval.state == ApprovalState.APPROVED,
        col(Approval.decided_by).in_(same),
    )
    if batch.made_by in same:
        return "배치를 만든 사람은 그 배치를 결재할 수 없습니다."
    if session.exec(took_part).first() is not None:
        return "이 배치에서 이미 다른 단계를 결재하셨습니다."
    return ""
