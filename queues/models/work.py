"""Bots, their runs, and the work items that people see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from queues.models.columns import (
    identity,
    mapping,
    moment,
    name_key,
    one_of,
    optional_mapping,
    optional_words,
    reference,
    sealed,
    stamp,
    words,
)
from queues.models.states import WorkState


class Bot(SQLModel, table=True):
    """봇. `schedule` mirrors the center's `bots.yaml` so that the dashboard can show it."""

    __tablename__ = "bot"
    name: str = name_key()
    title: str = words()
    paused: bool = Field(default=False)
    paused_reason: str = words()
    schedule: dict[str, Any] | None = optional_mapping()
    concurrency: int = Field(default=1)


class BotRun(SQLModel, table=True):
    """One run of a scheduled bot. `trigger` is "schedule", "late" or "manual"."""

    __tablename__ = "bot_run"
    __table_args__ = (
        Index("bot_run_latest", "bot", "due_at"),
        Index("bot_run_ended", "bot", "ended_at"),
        Index("bot_run_idle", "bot", postgresql_where=text("error = '' AND counts = '{}'::jsonb")),
    )
    id: int = identity()
    bot: str = words(None)
    due_at: datetime | None = moment()
    started_at: datetime = stamp()
    ended_at: datetime | None = moment()
    trigger: str = words("schedule")
    counts: dict[str, Any] = mapping()
    error: str = words()


class WorkItem(SQLModel, table=True):
    """One piece of work for a bot, known by (bot, reference, attempt).

    `reference` names what it is about ("delivery:17") and holds nothing personal; `attempt` counts
    the times that a person had it done again; `sequence` the times this attempt was given to the engine
    (so `workflow_id` is new each time), `tries` its runs, `deaths` the workers that died on it;
    `progress` is what `Work.progress` last said. `place_at` is since when it has its place in the queue:
    that of the first attempt; None: since `created_at`. `retried_as` is the next attempt, which has
    taken its place.
    """

    __tablename__ = "work_item"
    __table_args__ = (
        UniqueConstraint("bot", "reference", "attempt"),
        Index("work_item_state", "state", "bot"),
        Index("work_item_ended", "ended_at"),
        one_of("state", WorkState),
    )
    id: int = identity()
    bot: str = words(None)
    reference: str = words(None, index=True)
    attempt: int = Field(default=1)
    state: str = words(WorkState.WAITING.value)
    priority: int = Field(default=0)
    due_at: datetime | None = moment()
    waiting_reason: str = words()
    error_kind: str | None = optional_words()
    error_code: str = words()
    error_text: str = words()
    workflow_id: str | None = optional_words(unique=True)
    executor_id: str | None = optional_words(index=True)
    sequence: int = Field(default=0)
    tries: int = Field(default=0)
    deaths: int = Field(default=0)
    created_at: datetime = stamp(index=True)
    place_at: datetime | None = moment()
    retried_as: int | None = Field(default=None, sa_type=BigInteger)
    started_at: datetime | None = moment()
    ended_at: datetime | None = moment()
    payload: dict[str, Any] = mapping()
    progress: dict[str, Any] | None = optional_mapping()


class WorkItemEvent(SQLModel, table=True):
    """A change of state of a work item; `actor` is "bot", "reaper", "scheduler" or "account:ID".

    `reason` is a code of ours, `note_enc` what a person wrote to it, sealed.
    """

    __tablename__ = "work_item_event"
    id: int = identity()
    item_id: int = reference("work_item.id")
    at: datetime = stamp()
    from_state: str = words()
    to_state: str = words()
    reason: str = words()
    actor: str = words()
    note_enc: bytes | None = sealed()


class Firing(SQLModel, table=True):
    """A due time of a scheduled bot that has been dealt with.

    `outcome` is "fired", "skipped" (the last run was unfinished), "holiday" or "closed" (outside of its hours).
    """

    __tablename__ = "firing"
    bot: str = name_key()
    due_at: datetime = Field(primary_key=True, sa_type=DateTime(timezone=True))
    outcome: str = words("fired")
    at: datetime = stamp()


class WorkEvidence(SQLModel, table=True):
    """A picture or a trace that a bot left behind when it gave up; `sha256` in the file store."""

    __tablename__ = "work_evidence"
    id: int = identity()
    item_id: int = reference("work_item.id")
    kind: str = words(None)
    name: str = words()
    media: str = words()
    sha256: str = words(None)
    at: datetime = stamp()


class AlarmSeen(SQLModel, table=True):
    """Somebody has taken note of an alarm (`queues.alarms`); it counts until the alarm arises anew."""

    __tablename__ = "alarm_seen"
    alarm: str = name_key()
    at: datetime = stamp()
    account_id: int = reference("account.id", index=False)
    note: str = words()
