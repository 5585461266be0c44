"""Calling back notices that have not left: what they tell of has changed."""

from __future__ import annotations

from sqlmodel import Session, col, select

from queues import approvals, audit, dispatches, notices
from queues.models import (
    Dispatch,
    DispatchState,
    Notice,
    NoticeState,
    PostBatch,
    PostBatchState,
    ReviewState,
    ReviewTask,
)

_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)
_MAY_HAVE_LEFT = (
    DispatchState.LEAVING,
    DispatchState.SENT,
    DispatchState.DELIVERED,
    DispatchState.RETURNED,
    DispatchState.UNKNOWN,
)
BEFORE_LEAVING = (NoticeState.DRAFT, NoticeState.APPROVAL, NoticeState.APPROVED, NoticeState.READY)


def call_back(session: Session, notice: Notice, reason: str, actor: str) -> bool:
    """Have a notice not leave; returns whether it certainly has not and will not.

    Whoever brings it out takes the same locks (notice, then dispatch, then batch) before it leaves.
    """
    session.refresh(notice, with_for_update=True)
    if notice.state == NoticeState.CANCELLED:
        return not left(session, notice)
    if notice.state in (NoticeState.SENT, NoticeState.SERVED):
        return False
    latest = dispatches.latest(session, notice.id)
    if latest is not None:
        session.refresh(latest, with_for_update=True)
        if latest.state == DispatchState.PLANNED:
            if not _still_here(session, latest):
                return False
            dispatches.move(session, latest, DispatchState.CANCELLED, code=reason, actor=actor)
        elif latest.state in (DispatchState.LEAVING, DispatchState.SENT, DispatchState.UNKNOWN):
            return False
    notices.move(session, notice, NoticeState.CANCELLED, actor, reason=reason)
    _withdraw_questions(session, notice, actor)
    approvals.void(session, notice, reason, actor)
    session.flush()
    return not left(session, notice)


def left(session: Session, notice: Notice) -> bool:
    """Whether any attempt left, or may have."""
    query = select(Dispatch.id).where(
        Dispatch.notice_id == notice.id, col(Dispatch.state).in_([s.value for s in _MAY_HAVE_LEFT])
    )
    return notice.state in (NoticeState.SENT, NoticeState.SERVED) or session.exec(query).first() is not None


def _still_here(session: Session, dispatch: Dispatch) -> bool:
    """A letter that is part of an upload can be taken out only before the upload begins."""
    if dispatch.batch_id is None:
        return True
    batch = session.get_one(PostBatch, dispatch.batch_id, with_for_update=True)
    return batch.state == PostBatchState.PLANNED


def _withdraw_questions(session: Session, notice: Notice, actor: str) -> None:
    query = select(ReviewTask).where(
        ReviewTask.subject == f"notice:{notice.id}", col(ReviewTask.state).in_(_OPEN)
    )
    for task in session.exec(query.order_by(col(ReviewTask.id)).with_for_update()):
        task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
        session.add(task)
        audit.record(session, actor, "review.cancel", "review_task", task.id)
