"""A worker: runs work items in this process and does the chores that only one process may do."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from config.bot_schedule import bot_schedules
from config.settings import settings
from queues import audit, bots, database, engine, leases, workers
from queues.errors import BackOfficeError
from queues.models import WorkerState
from queues.reaper import Reaper
from queues.runner import run_item

log = logging.getLogger(__name__)


class Executor:
    """`start` returns once work is being taken; `stop` finishes what is held, within limits."""

    def __init__(self) -> None:
        self.executor_id = ""
        self._state = WorkerState.RUNNING
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._reaper = Reaper()

    def start(self) -> str:
        """Bring the schema up to date, run all registered bots; returns the executor's id."""
        database.ensure()
        database.upgrade()
        specs = bots.registered().values()
        queues = {spec.name: spec.concurrency for spec in specs}
        seldom = _scheduled() | {spec.name for spec in specs if spec.patient}
        self.executor_id = engine.start(run_item, queues, on_ready=workers.register, seldom=seldom)
        lease = settings().lease_seconds
        self._every(settings().heartbeat_seconds, self._beat, "heartbeat")
        self._every(
            settings().reaper_seconds, self._under_lease("reaper", lease, self._reaper.sweep), "reaper"
        )
        self._every(settings().seal_seconds, self._under_lease("sealer", lease, audit.seal_pending), "sealer")
        return self.executor_id

    def stop(self, seconds: float | None = None) -> None:
        """Take no more work and wait for what runs. What does not end in time another one resumes."""
        self._state = WorkerState.STOPPING
        self._try(self._beat)
        engine.stop(settings().stop_seconds if seconds is None else seconds)
        self._stopping.set()
        for thread in self._threads:
            thread.join(10)
        self._state = WorkerState.STOPPED
        self._try(self._beat)
        for name in ("reaper", "sealer"):
            self._try(partial(leases.give_back, name, self.executor_id))

    def _beat(self) -> None:
        workers.beat(self.executor_id, engine.held(), self._state)

    def _under_lease(self, name: str, seconds: float, chore: Callable[[], object]) -> Callable[[], None]:
        def do() -> None:
            if leases.take(name, self.executor_id, seconds):
                chore()

        return do

    def _every(self, seconds: float, chore: Callable[[], None], name: str) -> None:
        def loop() -> None:
            while not self._stopping.wait(seconds):
                self._try(chore, restore=True)

        thread = threading.Thread(target=loop, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _try(self, chore: Callable[[], object], *, restore: bool = False) -> None:
        """Do a chore; when the database is away say so and, if nobody runs the private one, start it."""
        try:
            chore()
        except (SQLAlchemyError, BackOfficeError) as error:
            log.warning("%s: %s", threading.current_thread().name, type(error).__name__)
            if restore:
                self._restore()
        except Exception:
            log.exception("%s failed; it goes on", threading.current_thread().name)

    def _restore(self) -> None:
        try:
            database.ensure(seconds=1.0)
        except BackOfficeError as error:
            log.warning("%s", error)


def _scheduled() -> set[str]:
    """Bots that run by schedule: a second more or less does not matter to them, and each question costs."""
    try:
        return {schedule.bot for schedule in bot_schedules()}
    except ValueError as error:
        log.error("the bots' schedule cannot be read: %s", error)
        return set()
