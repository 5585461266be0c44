"""Who applies, for whom they work, and who deals with it."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from queues.models.columns import blind, identity, sealed, stamp, words


class Employer(SQLModel, table=True):
    """사업장. `business_no` as `104-86-56659`."""

    __tablename__ = "employer"
    id: int = identity()
    business_no: str = words(None, unique=True)
    name: str = words()
    phone: str = words(index=True)
    fax: str = words(index=True)


class Person(SQLModel, table=True):
    """신청인. `source_key` is the system of record's own key; `rrn_*` by `queues.crypto`."""

    __tablename__ = "person"
    id: int = identity()
    source_key: str = words(None, unique=True)
    name: str = words(index=True)
    birth_date: date | None = Field(default=None, index=True)
    phone: str = words(index=True)
    address: str = words()
    rrn_enc: bytes | None = sealed()
    rrn_index: bytes | None = blind()
    updated_at: datetime = stamp()


class Officer(SQLModel, table=True):
    """담당자."""

    __tablename__ = "officer"
    id: int = identity()
    number: str = words(None, unique=True)
    name: str = words()
    center: str = words()
    team: str = words()
