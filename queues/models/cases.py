"""Applications on file, as the system of record knows them, and what they still need."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import text
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
    due_by        whose word `due_base_on` is: "source" or "rule" (the legal period of ``programs.yaml``)
    due_on        the last day of the processing period, with the days that did not count (`ClockStop`);
                  due_base_on: as it would be without them
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
    due_base_on: date | None = Field(default=None)
    officer_id: int | None = reference("officer.id", optional=True)
    officer_by: str = words()
    told_officer_id: int | None = reference("officer.id", optional=True, index=False)
    due_by: str = words()
    source_version: str = words()
    updated_at: datetime = stamp(index=True)


class SupplementRequest(SQLModel, table=True):
    """보완 요청: the document types that are missing, by code.

    stage       1: the request, 2: the second request; extensions: how often its time was extended
    due_on      the last day by which the papers are asked for
    asked_on    the day on which the first letter left, from which the clock stands; None before
    reason      why it ended, or was put back among those to be sent ("dropped"), a code
    """

    __tablename__ = "supplement_request"
    __table_args__ = (one_of("state", SupplementState),)
    id: int = identity()
    application_id: int = reference("application.id")
    missing: list[str] = listing()
    state: str = words(SupplementState.DRAFT.value, index=True)
    due_on: date | None = Field(default=None)
    created_at: datetime = stamp()
    stage: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    extensions: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    asked_on: date | None = Field(default=None)
    closed_at: datetime | None = moment()
    reason: str = words()
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


class SourceCursor(SQLModel, table=True):
    """How far a source of cases has been read."""

    __tablename__ = "source_cursor"
    source: str = name_key()
    cursor: dict[str, Any] | None = optional_mapping()
    last_full_at: datetime | None = moment()
    last_delta_at: datetime | None = moment()
    error: str = words()
