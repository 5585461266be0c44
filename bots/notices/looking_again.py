"""Notices that wait for an address or a consent: the system of record may have told it meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from bots.notices.channels import ADDRESS, NO_CHANNEL, NoChannel, choose
from queues import audit, notices
from queues.database import session as record
from queues.models import Application, Notice, NoticeState, ReviewState, ReviewTask
from queues.sealed_fields import APPLIED

_WAITING_FOR = (ADDRESS, NO_CHANNEL)


def look_again(*, actor: str) -> int:
    """Those whose way is open by now are ready again, and nobody is asked about them any more; returns how many.

    One that a person has taken up or decided about is theirs.
    """
    with record() as session:
        query = select(Notice.id, Notice.application_id).where(
            Notice.state == NoticeState.REVIEW.value,
            col(Notice.reason).in_(_WAITING_FOR),
            col(Notice.ready_at).is_not(None),
        )
        waiting = session.exec(query.order_by(col(Notice.id))).all()
    return sum(_is_open_now(notice_id, application_id, actor) for notice_id, application_id in waiting)


def _is_open_now(notice_id: int, application_id: int, actor: str) -> bool:
    with record() as session:
        held = select(Application.id).where(Application.id == application_id)
        session.exec(held.with_for_update(read=True, key_share=True)).one()
        query = select(Notice).where(Notice.id == notice_id, Notice.state == NoticeState.REVIEW.value)
        query = query.where(col(Notice.reason).in_(_WAITING_FOR)).with_for_update(skip_locked=True)
        notice = session.exec(query).one_or_none()
        if notice is None:
            return False
        asked = _asked(session, notice)
        if any(_is_somebodys(task) for task in asked):
            return False
        try:
            choose(session, notice)
        except NoChannel:
            return False
        for task in asked:
            if task.state in (ReviewState.OPEN, ReviewState.CLAIMED):
                task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
                session.add(task)
                audit.record(session, actor, "review.cancel", "review_task", task.id)
        notices.move(session, notice, NoticeState.READY, actor, reason="way_open")
        return True


def _asked(session: Session, notice: Notice) -> Sequence[ReviewTask]:
    query = select(ReviewTask).where(ReviewTask.subject == f"notice:{notice.id}")
    locked = query.order_by(col(ReviewTask.id)).with_for_update()
    return session.exec(locked.execution_options(populate_existing=True)).all()


def _is_somebodys(task: ReviewTask) -> bool:
    if task.state == ReviewState.DECIDED:
        return APPLIED not in (task.decision or {})
    if task.state == ReviewState.CLAIMED:
        return task.claimed_until is not None and task.claimed_until > datetime.now(UTC)
    return False
