"""Bots, what they did last, and the workers that run them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from config.settings import settings
from dashboard.parts.korean import WORKER_STATES, Label
from dashboard.parts.times import now, today_start
from queues.models import Bot, BotRun, Worker, WorkerState, WorkItem


@dataclass(frozen=True)
class BotRow:
    """A bot, its last run, and its work.

    counts        work items by state: unfinished ones of any day, finished ones of today
    last_item_at  when it last finished an item
    """

    bot: Bot
    last_run: BotRun | None
    counts: dict[str, int]
    last_item_at: datetime | None = None


@dataclass(frozen=True)
class WorkerRow:
    """A worker and how it is."""

    worker: Worker
    label: Label


def bots(session: Session) -> list[BotRow]:
    """By name."""
    counts: dict[str, dict[str, int]] = {}
    query = (
        select(WorkItem.bot, WorkItem.state, func.count())
        .where(col(WorkItem.ended_at).is_(None) | (col(WorkItem.ended_at) >= today_start()))
        .group_by(col(WorkItem.bot), col(WorkItem.state))
    )
    for name, state, count in session.exec(query).all():
        counts.setdefault(name, {})[state] = count
    last: dict[str, BotRun] = {}
    runs = select(BotRun).distinct(col(BotRun.bot)).order_by(col(BotRun.bot), col(BotRun.id).desc())
    for run in session.exec(runs).all():
        last[run.bot] = run
    ended = select(WorkItem.bot, func.max(WorkItem.ended_at)).group_by(col(WorkItem.bot))
    finished = dict(session.exec(ended).all())
    found = session.exec(select(Bot).order_by(col(Bot.name))).all()
    return [
        BotRow(bot, last.get(bot.name), counts.get(bot.name, {}), finished.get(bot.name)) for bot in found
    ]


def workers(session: Session) -> list[WorkerRow]:
    """Those that live or have lived in the last hour, latest heartbeat first."""
    rows: list[WorkerRow] = []
    found: Sequence[Worker] = session.exec(
        select(Worker).order_by(col(Worker.heartbeat_at).desc()).limit(20)
    ).all()
    for worker in found:
        silent = (now() - worker.heartbeat_at).total_seconds()
        if silent > 3600 and worker.state != WorkerState.RUNNING:
            continue
        label = WORKER_STATES.get(WorkerState(worker.state), Label(worker.state, "wait"))
        if worker.state == WorkerState.RUNNING and silent > settings().dead_after_seconds:
            label = Label("응답 없음", "bad")
        rows.append(WorkerRow(worker, label))
    return rows
