"""Questions that only a person may answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from queues.models.columns import identity, mapping, moment, one_of, optional_mapping, reference, stamp, words
from queues.models.states import ReviewState


class ReviewTask(SQLModel, table=True):
    """검토. `subject` is what it asks about ("document:17"); one task per kind and subject is open."""

    __tablename__ = "review_task"
    __table_args__ = (
        Index(
            "review_task_once",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("state IN ('open', 'claimed')"),
        ),
        Index("review_task_order", "state", "priority", "due_at"),
        one_of("state", ReviewState),
    )
    id: int = identity()
    kind: str = words(None, index=True)
    subject: str = words(None)
    delivery_id: int | None = reference("delivery.id", optional=True)
    document_id: int | None = reference("document.id", optional=True)
    application_id: int | None = reference("application.id", optional=True)
    item_id: int | None = reference("work_item.id", optional=True)
    reason: str = words()
    question: str = words()
    evidence: dict[str, Any] = mapping()
    state: str = words(ReviewState.OPEN.value)
    priority: int = Field(default=0)
    due_at: datetime | None = moment()
    claimed_by: int | None = Field(default=None, sa_type=BigInteger)
    claimed_until: datetime | None = moment()
    version: int = Field(default=1)
    decision: dict[str, Any] | None = optional_mapping()
    decided_by: int | None = Field(default=None, sa_type=BigInteger)
    decided_at: datetime | None = moment()
    created_at: datetime = stamp()
