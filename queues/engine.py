"""The only module that knows the engine: DBOS Transact behind a few functions.

The engine gets ids only, stores JSON, shares our database and speaks to nobody else.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer
from dbos import WorkflowStatus as EngineStatus
from sqlalchemy import Engine, create_engine
from sqlmodel import Session

from config.settings import settings
from queues import database, engine_tables

log = logging.getLogger(__name__)

VERSION = "1"
"""Raised only when a workflow's own steps change their order: work of another version waits for a
worker of that version."""

SELDOM = 5
"""Bots that run by schedule are asked about so many times less often than others."""
NAME = "backoffice"
RUN_ITEM = "run_item"
T = TypeVar("T")

_executor_id: str | None = None
_held: set[str] = set()
_held_guard = threading.Lock()
_stopping = threading.Event()


def migrate(address: str) -> None:
    """Make or update the engine's own tables."""
    _quiet()
    DBOS.migrate(database.sqlalchemy_url(address))


def _quiet() -> None:
    logging.getLogger("dbos").setLevel(logging.WARNING)


@lru_cache(maxsize=4)
def _engine_for(address: str, size: int) -> Engine:
    pool = create_engine(
        database.sqlalchemy_url(address),
        pool_size=size,
        max_overflow=size,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"application_name": "backoffice engine", "connect_timeout": 5},
    )
    database.notice_lost_connections(pool)
    database.limit_idle_transactions(pool)
    return pool


@lru_cache(maxsize=4)
def _client_for(address: str) -> DBOSClient:
    return DBOSClient(
        system_database_engine=_engine_for(address, 3),
        serializer=DBOSPortableJSONSerializer(),
        application_name=NAME,
        retry_connection_errors=False,
        lazy=True,
    )


def client() -> DBOSClient:
    """The way in for processes that run no work (and for the reaper of those that do)."""
    return _client_for(database.url())


def forget_connections() -> None:
    """Close the client's connections, as before its database is dropped."""
    _client_for.cache_clear()
    _engine_for(database.url(), 3).dispose()
    _engine_for.cache_clear()


def enqueue(
    session: Session,
    queue: str,
    workflow_id: str,
    item_id: int,
    *,
    priority: int,
    place_at: datetime,
    delay: float = 0.0,
) -> None:
    """Hand an item to the engine in the caller's transaction; the same id again does nothing.

    priority  1 is first; 0 goes before all
    place_at  its place among those of the same priority: the earlier goes first
    delay     seconds before it may run
    """
    options: dict[str, Any] = {
        "workflow_name": RUN_ITEM,
        "queue_name": queue,
        "workflow_id": workflow_id,
        "app_version": VERSION,
        "priority": priority,
    }
    if delay > 0:
        options["delay_seconds"] = delay
    client().enqueue_in_transaction(session, options, item_id)  # type: ignore[arg-type]
    # The engine takes those of one priority by the time of their making.
    session.execute(engine_tables.PLACE, {"id": workflow_id, "at": place_at})


def start(
    run_item: Callable[[int], None],
    queues: dict[str, int],
    *,
    on_ready: Callable[[str], None],
    seldom: Collection[str] = (),
) -> str:
    """Run work in this process until `stop`; returns this process's executor id.

    run_item  called with the id of an item for each workflow
    queues    name of a queue to how many of its items this process runs at once
    on_ready  called with the executor id before the first work is taken
    seldom    queues that are asked for work `SELDOM` times less often
    """
    global _executor_id  # noqa: PLW0603 (one executor per process)
    _stopping.clear()
    _quiet()
    executor_id = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"

    def workflow(item_id: int) -> None:
        workflow_id = current_workflow()
        with _held_guard:
            _held.add(workflow_id)
        try:
            run_item(item_id)
        finally:
            with _held_guard:
                _held.discard(workflow_id)

    threads = sum(queues.values())
    configuration: DBOSConfig = {
        "name": NAME,
        "system_database_engine": _engine_for(database.url(), threads + 8),
        "system_database_url": database.sqlalchemy_url(database.url()),
        "serializer": DBOSPortableJSONSerializer(),
        "executor_id": executor_id,
        "application_version": VERSION,
        "run_migrations": False,
        "enable_otlp": False,
        "console_log_level": "WARNING",
        "log_level": "WARNING",
        "scheduler_polling_interval_sec": 3600.0,
    }
    DBOS(config=configuration)
    DBOS.workflow(name=RUN_ITEM)(workflow)
    DBOS.listen_queues(list(queues))
    _executor_id = executor_id
    on_ready(executor_id)
    DBOS.launch()
    poll = settings().poll_seconds
    for name, concurrency in queues.items():
        DBOS.register_queue(
            name,
            worker_concurrency=concurrency,
            polling_interval_sec=poll * (SELDOM if name in seldom else 1),
            on_conflict="always_update",
        )
    return executor_id


def stop(seconds: float) -> None:
    """Take no more work and wait for what runs, at most `seconds`."""
    global _executor_id  # noqa: PLW0603
    _stopping.set()
    DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=int(seconds))
    _executor_id = None


def stopping() -> bool:
    """Whether this process has been told to stop: what runs long comes to an end as soon as it can."""
    return _stopping.is_set()


def executor_id() -> str:
    """The id of this process among those that run work; "" when it runs none."""
    return _executor_id or ""


def held() -> list[str]:
    """The workflows that this process is running at this moment."""
    with _held_guard:
        return sorted(_held)


def current_workflow() -> str:
    """The id of the workflow that calls; "" outside of one."""
    return DBOS.workflow_id or ""


def step(name: str, function: Callable[..., T], *arguments: Any) -> T:
    """Run a step whose result is kept: after a crash it is not run again once it has finished.

    The result must be plain JSON without personal data. Outside a workflow it is just a call.
    """
    if not current_workflow():
        return function(*arguments)
    return DBOS.run_step({"name": name}, function, *arguments)


def pending() -> list[EngineStatus]:
    """Workflows that some executor has taken and not finished."""
    return client().list_workflows(status="PENDING", name=RUN_ITEM, load_input=False, load_output=False)


def statuses(workflow_ids: Sequence[str]) -> dict[str, EngineStatus]:
    """What the engine knows of these workflows; those it does not know are missing."""
    if not workflow_ids:
        return {}
    found = client().list_workflows(workflow_ids=list(workflow_ids), load_input=False, load_output=False)
    return {status.workflow_id: status for status in found}


def take_back(session: Session, workflow_id: str, queue: str, executor: str) -> bool:
    """Put a workflow that `executor` has taken and not finished back in its queue, in the caller's transaction.

    Its finished steps are not repeated. Returns whether it was still that executor's: one who judged
    long ago must not take it from another who runs it now.
    """
    values = {"id": workflow_id, "queue": queue, "executor": executor}
    return session.execute(engine_tables.TAKE_BACK, values).first() is not None


def is_taken(session: Session, workflow_id: str) -> bool:
    """Whether some executor has taken this workflow and not finished it."""
    return session.execute(engine_tables.IS_TAKEN, {"id": workflow_id}).first() is not None


def withdraw(session: Session, workflow_id: str) -> None:
    """Forget a workflow that nobody has taken yet, in the caller's transaction."""
    session.execute(engine_tables.WITHDRAW, {"id": workflow_id})


def cancel(workflow_id: str) -> None:
    """Forget a workflow; a step that is running is not stopped."""
    client().cancel_workflow(workflow_id)


def ended_items(session: Session, states: Sequence[str]) -> list[tuple[int, str]]:
    """Items that the record counts as under way (in these states) though the engine has ended or never had them."""
    found = session.execute(engine_tables.ENDED_ITEMS, {"states": list(states)})
    return [(item_id, workflow_id) for item_id, workflow_id in found]


@dataclass(frozen=True)
class WaitingVersion:
    """Work that waits for a worker of `version`: how many items, the oldest since `since`."""

    version: str
    count: int
    since: datetime


def waiting_versions(session: Session) -> list[WaitingVersion]:
    """For which versions of the workflows there is work that nobody has taken."""
    return [
        WaitingVersion(version or VERSION, count, datetime.fromtimestamp(first / 1000, UTC))
        for version, count, first in session.execute(engine_tables.WAITING_BY_VERSION)
    ]


def items_of_other_versions(session: Session, versions: Sequence[str], limit: int) -> list[int]:
    """Ids of waiting items that workers of these versions do not take, the oldest first."""
    values = {"versions": list(versions), "limit": limit}
    return list(session.execute(engine_tables.OF_OTHER_VERSIONS, values).scalars())


def finished(session: Session, seconds: float, limit: int) -> list[str]:
    """Workflows that ended more than `seconds` ago."""
    return list(session.execute(engine_tables.FINISHED, {"seconds": seconds, "limit": limit}).scalars())


def forget(workflow_ids: Sequence[str]) -> None:
    """Delete the engine's rows of finished workflows."""
    if workflow_ids:
        client().delete_workflows(list(workflow_ids))
