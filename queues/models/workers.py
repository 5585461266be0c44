"""Processes that run work, and who may do what only one may do."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from queues.models.columns import listing, name_key, one_of, required_moment, stamp, words
from queues.models.states import WorkerState


class Worker(SQLModel, table=True):
    """A worker process. `held` are the ids of the workflows that it is running."""

    __tablename__ = "worker"
    __table_args__ = (one_of("state", WorkerState),)
    executor_id: str = name_key()
    host: str = words()
    pid: int = Field(default=0)
    started_at: datetime = stamp()
    heartbeat_at: datetime = stamp(index=True)
    held: list[str] = listing()
    version: str = words()
    state: str = words(WorkerState.RUNNING.value)


class Lease(SQLModel, table=True):
    """The right to be the one; it ends by the database's clock."""

    __tablename__ = "lease"
    name: str = name_key()
    holder: str = words(None)
    expires_at: datetime = required_moment()
