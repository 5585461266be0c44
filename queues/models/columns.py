"""The few kinds of column that the tables are made of."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field


def identity() -> Any:
    """A bigint primary key that the database numbers; None until the row is flushed."""
    return Field(default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity()])


def reference(target: str, *, index: bool = True, optional: bool = False) -> Any:
    """A foreign key to `table.column` of type bigint."""
    if optional:
        return Field(default=None, foreign_key=target, index=index, nullable=True, sa_type=BigInteger)
    return Field(foreign_key=target, index=index, nullable=False, sa_type=BigInteger)


def moment(*, index: bool = False) -> Any:
    """A point in time with its zone, or None."""
    return Field(default=None, nullable=True, index=index, sa_type=DateTime(timezone=True))


def required_moment(*, index: bool = False) -> Any:
    """A point in time with its zone that must be given."""
    return Field(nullable=False, index=index, sa_type=DateTime(timezone=True))


def stamp(*, index: bool = False) -> Any:
    """A point in time that the database's clock fills in when the row is written."""
    return Field(
        default=None,
        nullable=False,
        index=index,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


def words(default: str | None = "", *, index: bool = False, unique: bool = False) -> Any:
    """Text of any length; `default=None` makes it required."""
    if default is None:
        return Field(nullable=False, index=index, unique=unique, sa_type=Text)
    return Field(
        default=default,
        nullable=False,
        index=index,
        unique=unique,
        sa_type=Text,
        sa_column_kwargs={"server_default": text(f"'{default}'")},
    )


def optional_words(*, index: bool = False, unique: bool = False) -> Any:
    """Text of any length, or None."""
    return Field(default=None, nullable=True, index=index, unique=unique, sa_type=Text)


def name_key() -> Any:
    """A primary key that is a text given by us."""
    return Field(primary_key=True, sa_type=Text)


def sealed() -> Any:
    """Bytes made by `queues.crypto.seal`, or None."""
    return Field(default=None, nullable=True, sa_type=LargeBinary)


def blind(*, index: bool = True) -> Any:
    """Bytes made by `queues.crypto.blind_index`, or None."""
    return Field(default=None, nullable=True, index=index, sa_type=LargeBinary)


def mapping() -> Any:
    """A JSON object. Assign a new one to change it: changes inside are not noticed."""
    return Field(
        default_factory=dict, nullable=False, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )


def listing() -> Any:
    """A JSON array. Assign a new one to change it: changes inside are not noticed."""
    return Field(
        default_factory=list, nullable=False, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")}
    )


def optional_mapping() -> Any:
    """A JSON object or None."""
    return Field(default=None, nullable=True, sa_type=JSONB(none_as_null=True))


def one_of(column: str, states: type[StrEnum]) -> CheckConstraint:
    """A check that a text column holds one of the values of an enumeration."""
    values = ", ".join(f"'{s.value}'" for s in states)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")
