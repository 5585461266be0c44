"""What was done, by whom, and who saw whose data. Triggers let rows be added only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from queues.models.columns import identity, mapping, stamp, words


class AuditEvent(SQLModel, table=True):
    """감사 기록. `actor` is "bot:NAME", "account:ID" or "system"; `detail` holds ids and codes only."""

    __tablename__ = "audit_event"
    id: int = identity()
    at: datetime = stamp(index=True)
    actor: str = words(None)
    action: str = words(None, index=True)
    subject_type: str = words(index=True)
    subject_id: str = words(index=True)
    detail: dict[str, Any] = mapping()


class AuditSeal(SQLModel, table=True):
    """The place of a row in the chain, with the hash of the link before it.

    `kind` is "event" or "access": which table `event_id` is of.
    """

    __tablename__ = "audit_seal"
    __table_args__ = (UniqueConstraint("kind", "event_id"),)
    sequence: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    kind: str = words("event")
    event_id: int = Field(nullable=False, sa_type=BigInteger)
    previous: str = words(None)
    hash: str = words(None)
    sealed_at: datetime = stamp()


class AccessLog(SQLModel, table=True):
    """접속기록: account, time, address, whose data, what was done, and why. Kept two years."""

    __tablename__ = "access_log"
    id: int = identity()
    at: datetime = stamp(index=True)
    account_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    account_name: str = words()
    address: str = words()
    subject: str = words(index=True)
    action: str = words(None)
    reason: str = words()
