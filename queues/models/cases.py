"""Applications on file, as the system of record knows them, and what they still need."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from queues.models.columns import (
    blind,
    identity,
    listing,
    moment,
    name_key,
    one_of,
    optional_mapping,
    reference,
    sealed,
    stamp,
    words,
)
from queues.models.states import ApplicationState, SupplementState


class Application(SQLModel, table=True):
    """신청. `status` is the source's word (open, closed, ...); `state` is ours.

    officer_by    whose word `officer_id` is: "source", "rule" or "person"
    told_officer_id   the officer that the source named last
    due_by        whose word `due_on` is: "source" or "rule" (the legal period of ``programs.yaml``)
    """

    __tablename__ = "application"
    __table_args__ = (one_of("state", ApplicationState),)
    id: int = identity()
    receipt_no: str = words(None, unique=True)
    program: str = words(None, index=True)
    status: str = words("open", index=True)
    state: str = words(ApplicationState.RECEIVED.value, index=True)
    person_id: int | None = reference("person.id", optional=True)
    employer_id: int | None = reference("employer.id", optional=True)
    bank: str = words()
    account_enc: bytes | None = sealed()
    account_index: bytes | None = blind()
    received_on: date | None = Field(default=None)
    due_on: date | None = Field(default=None)
    officer_id: int | None = reference("officer.id", optional=True)
    officer_by: str = words()
    told_officer_id: int | None = reference("officer.id", optional=True, index=False)
    due_by: str = words()
    source_version: str = words()
    updated_at: datetime = stamp(index=True)


class SupplementRequest(SQLModel, table=True):
    """보완 요청: the document types that are missing, by code."""

    __tablename__ = "supplement_request"
    __table_args__ = (one_of("state", SupplementState),)
    id: int = identity()
    application_id: int = reference("application.id")
    missing: list[str] = listing()
    state: str = words(SupplementState.DRAFT.value, index=True)
    due_on: date | None = Field(default=None)
    created_at: datetime = stamp()


class SourceCursor(SQLModel, table=True):
    """How far a source of cases has been read."""

    __tablename__ = "source_cursor"
    source: str = name_key()
    cursor: dict[str, Any] | None = optional_mapping()
    last_full_at: datetime | None = moment()
    last_delta_at: datetime | None = moment()
    error: str = words()
