"""Bots with how they are, and the workers that run them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from config.settings import settings
from dashboard.parts.korean import WORKER_STATES, Label
from dashboard.parts.times import now, today_start
from queues.bot_health import Health, healths
from queues.models import Lease, Worker, WorkerState


@dataclass(frozen=True)
class WorkerRow:
    """A worker and how it is; `keeps_time`: it starts the bots that are due."""

    worker: Worker
    label: Label
    keeps_time: bool = False


def bots(session: Session) -> list[Health]:
    """By name."""
    return healths(session, today_start())


def workers(session: Session) -> list[WorkerRow]:
    """Those that live or have lived in the last hour, latest heartbeat first."""
    rows: list[WorkerRow] = []
    found: Sequence[Worker] = session.exec(
        select(Worker).order_by(col(Worker.heartbeat_at).desc()).limit(20)
    ).all()
    lease = session.get(Lease, "scheduler")
    keeper = lease.holder.removeprefix("scheduler-") if lease and lease.expires_at > now() else ""
    for worker in found:
        silent = (now() - worker.heartbeat_at).total_seconds()
        if silent > 3600 and worker.state != WorkerState.RUNNING:
            continue
        label = WORKER_STATES.get(WorkerState(worker.state), Label(worker.state, "wait"))
        if worker.state == WorkerState.RUNNING and silent > settings().dead_after_seconds:
            label = Label("응답 없음", "bad")
        rows.append(WorkerRow(worker, label, worker.executor_id == keeper))
    return rows
