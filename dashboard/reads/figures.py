"""Today's figures."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from dashboard.parts.times import today_start
from dashboard.reads.review_list import count_open
from queues.models import Attachment, Delivery, ReviewState, ReviewTask, WorkItem, WorkState

_UNFINISHED = (WorkState.WAITING.value, WorkState.QUEUED.value, WorkState.RUNNING.value)


@dataclass(frozen=True)
class Today:
    """Counts since midnight, and what is open now. `pages` are of the deliveries received today."""

    deliveries: int
    pages: int
    attached_by_bot: int
    attached_by_people: int
    decided: int
    open_reviews: int
    in_work: int
    failed: int


def today(session: Session) -> Today:
    """One query per figure; each looks at today, or at what is unfinished, by an index, and at nothing else."""
    start = today_start()
    # A batch's pages are counted with its letters.
    deliveries, pages = session.exec(
        select(func.count(), func.coalesce(func.sum(Delivery.page_count), 0))
        .select_from(Delivery)
        .where(col(Delivery.received_at) >= start, col(Delivery.batch_id).is_(None))
    ).one()
    by_bot, in_all = session.exec(
        select(func.count().filter(col(Attachment.decided_by) == "bot"), func.count())
        .select_from(Attachment)
        .where(col(Attachment.decided_at) >= start, col(Attachment.undone_at).is_(None))
    ).one()
    decided = session.exec(
        select(func.count())
        .select_from(ReviewTask)
        .where(ReviewTask.state == ReviewState.DECIDED, col(ReviewTask.decided_at) >= start)
    ).one()
    in_work = session.exec(
        select(func.count()).select_from(WorkItem).where(col(WorkItem.state).in_(_UNFINISHED))
    ).one()
    failed = session.exec(
        select(func.count())
        .select_from(WorkItem)
        .where(WorkItem.state == WorkState.FAILED, col(WorkItem.ended_at) >= start)
    ).one()
    return Today(
        deliveries=deliveries,
        pages=int(pages),
        attached_by_bot=by_bot,
        attached_by_people=in_all - by_bot,
        decided=decided,
        open_reviews=count_open(session),
        in_work=in_work,
        failed=failed,
    )
