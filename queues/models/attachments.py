"""Documents attached to applications, and whether the system of record knows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from queues.models.columns import identity, listing, moment, one_of, reference, stamp, words
from queues.models.states import SinkState


class Attachment(SQLModel, table=True):
    """At most one that is not undone for a document and an application.

    `decided_by` is "bot" or the id of an account as text; `sink_key` makes sending it twice harmless.
    `accepted` names the fields whose difference to the record a person took for a change: the system of
    record is asked, with the attachment, to take them over.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index(
            "attachment_once",
            "document_id",
            "application_id",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
        one_of("sink_state", SinkState),
    )
    id: int = identity()
    document_id: int = reference("document.id")
    application_id: int = reference("application.id")
    probability: float | None = Field(default=None)
    decided_by: str = words("bot")
    decided_at: datetime = stamp(index=True)
    evidence: list[dict[str, Any]] = listing()
    accepted: list[str] = listing()
    sink_state: str = words(SinkState.PENDING.value, index=True)
    sink_key: str = words(None, unique=True)
    undone_at: datetime | None = moment()
