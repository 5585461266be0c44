"""How an upload to the post stands, for what a person may do about it."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from queues.models import AuditEvent, WorkItem
from queues.work import UNFINISHED

CALL_BACK, ANSWER = "notices.post_cancel", "notices.post_answer"
"""The bots that carry out what a person asks for."""


def reference(batch_id: int) -> str:
    """How work names an upload."""
    return f"post_batch:{batch_id}"


def version(session: Session, batch_id: int) -> int:
    """Becomes another with all that happens to an upload: the number of the last act noted about it."""
    query = select(func.coalesce(func.max(AuditEvent.id), 0)).where(
        AuditEvent.subject_type == "post_batch", AuditEvent.subject_id == str(batch_id)
    )
    return session.exec(query).one()


def under_way(session: Session, batch_id: int) -> str:
    """The bot that still has to carry out what a person asked for; "" when there is nothing."""
    query = select(WorkItem.bot).where(
        WorkItem.reference == reference(batch_id),
        col(WorkItem.bot).in_([CALL_BACK, ANSWER]),
        col(WorkItem.state).in_(UNFINISHED),
    )
    return session.exec(query.limit(1)).first() or ""
