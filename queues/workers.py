"""Worker processes in the record: registering, heartbeats, and which of them are dead."""

from __future__ import annotations

import json
import os
import socket

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from queues import bots, database, engine
from queues.models import Bot, Worker, WorkerState

_BEAT = text(
    "UPDATE worker SET heartbeat_at = clock_timestamp(), held = CAST(:held AS jsonb), state = :state"
    " WHERE executor_id = :executor_id"
)
_SILENT = text(
    "SELECT executor_id FROM worker WHERE state IN ('running', 'stopping')"
    " AND heartbeat_at < clock_timestamp() - make_interval(secs => :seconds)"
)


def register(executor_id: str) -> None:
    """Make this process known as a worker, and its bots as bots."""
    with database.session() as session:
        session.add(
            Worker(
                executor_id=executor_id,
                host=socket.gethostname(),
                pid=os.getpid(),
                version=engine.VERSION,
                state=WorkerState.RUNNING.value,
            )
        )
        for spec in bots.registered().values():
            values = {"title": spec.title, "concurrency": spec.concurrency}
            session.execute(
                insert(Bot)
                .values(name=spec.name, paused=False, **values)
                .on_conflict_do_update(index_elements=["name"], set_=values)
            )


def beat(executor_id: str, held: list[str], state: WorkerState) -> None:
    """Say that this process lives and which workflows it is running."""
    with database.session() as session:
        session.execute(_BEAT, {"executor_id": executor_id, "held": json.dumps(held), "state": state.value})


def fallen(session: Session, seconds: float) -> list[Worker]:
    """Workers that count as living but have been silent for `seconds` by the database's clock."""
    silent = text("heartbeat_at < clock_timestamp() - make_interval(secs => :seconds)")
    return list(
        session.exec(
            select(Worker)
            .where(
                col(Worker.state).in_([WorkerState.RUNNING.value, WorkerState.STOPPING.value]),
                silent.bindparams(seconds=seconds),
            )
            .with_for_update(skip_locked=True)
        ).all()
    )


def living(session: Session) -> dict[str, list[str]]:
    """What each living worker holds, by executor id."""
    found = session.exec(
        select(Worker).where(col(Worker.state).in_([WorkerState.RUNNING.value, WorkerState.STOPPING.value]))
    ).all()
    return {worker.executor_id: list(worker.held) for worker in found}


def silent(session: Session, seconds: float) -> set[str]:
    """Those that count as living but have been silent for `seconds`, by the database's clock."""
    return set(session.execute(_SILENT, {"seconds": seconds}).scalars())
