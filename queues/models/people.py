"""Who applies, for whom they work, and who deals with it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from queues.models.columns import blind, identity, moment, reference, sealed, stamp, words


class Employer(SQLModel, table=True):
    """사업장. `business_no` as `104-86-56659`.

    told_address  as the source told it last: what a person put right stands until the source tells another one
    """

    __tablename__ = "employer"
    id: int = identity()
    business_no: str = words(None, unique=True)
    name: str = words()
    phone: str = words(index=True)
    fax: str = words(index=True)
    representative: str = words()
    postcode: str = words()
    address: str = words()
    email: str = words()
    told_address: str = words()


class Person(SQLModel, table=True):
    """신청인. `source_key` is the system of record's own key; `rrn_*` by `queues.crypto`.

    told_address  as the source told it last: what a person put right stands until the source tells another one
    """

    __tablename__ = "person"
    id: int = identity()
    source_key: str = words(None, unique=True)
    name: str = words(index=True)
    birth_date: date | None = Field(default=None, index=True)
    phone: str = words(index=True)
    postcode: str = words()
    address: str = words()
    email: str = words()
    told_address: str = words()
    rrn_enc: bytes | None = sealed()
    rrn_index: bytes | None = blind()
    updated_at: datetime = stamp()


class Officer(SQLModel, table=True):
    """담당자. One who is not `active` has left: nothing new becomes theirs."""

    __tablename__ = "officer"
    id: int = identity()
    number: str = words(None, unique=True)
    name: str = words()
    center: str = words()
    team: str = words(index=True)
    active: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})


class Absence(SQLModel, table=True):
    """부재: who stands in for an officer from a day until a day, both included; without one, the team does."""

    __tablename__ = "absence"
    id: int = identity()
    officer_id: int = reference("officer.id")
    substitute_id: int | None = reference("officer.id", optional=True)
    from_on: date = Field(nullable=False, index=True)
    until_on: date = Field(nullable=False, index=True)
    reason: str = words()
    made_by: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime = stamp()
    ended_at: datetime | None = moment()


class NewPaper(SQLModel, table=True):
    """새 서류: a document joined a case, and its officer has not looked at it yet (내 업무함)."""

    __tablename__ = "new_paper"
    __table_args__ = (
        UniqueConstraint("application_id", "document_id"),
        Index("new_paper_of_officer", "officer_id", "seen_at", "due_on"),
    )
    id: int = identity()
    application_id: int = reference("application.id", index=False)
    document_id: int = reference("document.id")
    officer_id: int | None = reference("officer.id", optional=True, index=False)
    arrived_at: datetime = stamp()
    due_on: date | None = Field(default=None)
    seen_at: datetime | None = moment()
    seen_by: int | None = Field(default=None, sa_type=BigInteger)
