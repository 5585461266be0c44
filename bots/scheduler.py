"""When bots run: APScheduler over `bots.yaml`, under a lease, so that a second one is a spare.

`python -m bots.scheduler` runs one alone; every worker carries one as well.
"""

from __future__ import annotations

import logging
import signal
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.executors.base import BaseExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bots.firings import LEASE, NotInCharge, due_times_missed, fire_in_charge, show_schedule
from config.bot_schedule import BotSchedule, bot_schedules
from config.due_times import trigger_of
from config.settings import settings
from queues import leases
from queues.retry import is_outage

log = logging.getLogger(__name__)


class FiringExecutor(BaseExecutor):  # type: ignore[misc]  # APScheduler is untyped
    """Hands the due times of a job to `settle`; APScheduler tells them to executors only."""

    def __init__(self, holder: str) -> None:
        super().__init__()
        self.holder = holder
        self._unsettled: dict[str, tuple[BotSchedule, datetime]] = {}
        self._guard = threading.Lock()

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        self._settle(job.args[0], max(run_times))
        self._run_job_success(job.id, [])

    def settle_again(self) -> None:
        """What could not be fired when it was due, while the database was away or the lease had run out.

        Without it a bot that runs once a day would miss the day.
        """
        with self._guard:
            waiting = list(self._unsettled.values())
        for schedule, due in waiting:
            self._settle(schedule, due)

    def _settle(self, schedule: BotSchedule, due: datetime) -> None:
        try:
            settle(schedule, due, self.holder)
        except Exception as error:
            log.warning("%s could not be fired: %s", schedule.bot, type(error).__name__)
            if not isinstance(error, NotInCharge) and not is_outage(error):
                log.exception("firing %s", schedule.bot)
            with self._guard:
                self._unsettled[schedule.bot] = (schedule, due)
            return
        with self._guard:
            if self._unsettled.get(schedule.bot, (schedule, due))[1] <= due:
                self._unsettled.pop(schedule.bot, None)


def settle(schedule: BotSchedule, until: datetime, holder: str) -> int:
    """Fire all that is due up to `until`, the latest as regular, older ones by the bot's policy.

    Returns how many firings became work. Raises `NotInCharge` when `holder` does not have the lease.
    """
    missed = due_times_missed(schedule, trigger_of(schedule), until)
    return sum(fire_in_charge(schedule, due, late, holder) for due, late in missed)


class Scheduler:
    """Takes the lease when it is free, keeps it, and fires while it has it."""

    def __init__(self, holder: str = "") -> None:
        self.holder = f"scheduler-{holder or uuid.uuid4().hex[:12]}"
        self._stopping = threading.Event()
        self._running: BackgroundScheduler | None = None
        self._executor = FiringExecutor(self.holder)
        self._thread = threading.Thread(target=self._keep_lease, name="scheduler", daemon=True)

    @property
    def is_in_charge(self) -> bool:
        """Whether this one fires at present."""
        return self._running is not None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Fire no more and give the lease back."""
        self._stopping.set()
        self._thread.join(10)

    def _keep_lease(self) -> None:
        seconds = settings().lease_seconds
        while not self._stopping.is_set():
            try:
                if leases.take(LEASE, self.holder, seconds):
                    self._be_in_charge()
                else:
                    self._end()
            except Exception as error:
                log.warning("the scheduler cannot renew its lease: %s", type(error).__name__)
            self._stopping.wait(seconds / 3)
        self._end()
        self._give_back()

    def _be_in_charge(self) -> None:
        try:
            if self._running is None:
                self._begin()
            self._executor.settle_again()
        except Exception as error:
            if is_outage(error):
                raise
            # A lease that is held by one who cannot fire would keep out others, and hide that nobody does.
            log.exception("the bots' schedule cannot be kept; the lease is given back")
            self._end()
            self._give_back()

    def _give_back(self) -> None:
        try:
            leases.give_back(LEASE, self.holder)
        except Exception as error:
            log.warning("the scheduler's lease was not given back: %s", type(error).__name__)

    def _begin(self) -> None:
        schedules = bot_schedules()
        show_schedule(schedules)
        self._executor = FiringExecutor(self.holder)
        scheduler = BackgroundScheduler(
            executors={"default": self._executor},
            job_defaults={"misfire_grace_time": None, "coalesce": False, "max_instances": 1},
            timezone=ZoneInfo(settings().timezone),
        )
        for schedule in schedules:
            settle(schedule, datetime.now(UTC), self.holder)
            scheduler.add_job(_nothing, trigger_of(schedule), args=[schedule], id=schedule.bot)
        scheduler.start()
        self._running = scheduler
        log.info("scheduler %s is in charge", self.holder)

    def _end(self) -> None:
        if self._running is not None:
            self._running.shutdown(wait=False)
            self._running = None
            log.info("scheduler %s is no longer in charge", self.holder)


def _nothing(schedule: BotSchedule) -> None:
    """What APScheduler is told to call; the executor fires instead."""


def main() -> None:
    """Run a scheduler alone until told to stop."""
    logging.basicConfig(level=settings().log_level)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    scheduler = Scheduler()
    scheduler.start()
    print(f"{scheduler.holder} ready", flush=True)
    while not stop.wait(timedelta(hours=1).total_seconds()):
        pass
    scheduler.stop()


if __name__ == "__main__":
    main()
