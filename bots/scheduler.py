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
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bots.firings import LEASE, due_times_missed, fire, show_schedule
from config.bot_schedule import BotSchedule, bot_schedules
from config.settings import settings
from queues import leases
from queues.retry import is_outage

log = logging.getLogger(__name__)

# Intervals are counted from here, so that every scheduler knows the same due times.
_GRID = datetime(2020, 1, 1, tzinfo=UTC)


def trigger_of(schedule: BotSchedule) -> BaseTrigger:
    """APScheduler's trigger for an entry of the schedule."""
    zone = ZoneInfo(settings().timezone)
    if schedule.cron is not None:
        return CronTrigger.from_crontab(schedule.cron, timezone=zone)
    return IntervalTrigger(seconds=schedule.every, start_date=_GRID, timezone=UTC)


class FiringExecutor(BaseExecutor):  # type: ignore[misc]  # APScheduler is untyped
    """Hands the due times of a job to `fire`; APScheduler tells them to executors only."""

    def __init__(self, holder: str) -> None:
        super().__init__()
        self.holder = holder

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        schedule: BotSchedule = job.args[0]
        try:
            settle(schedule, max(run_times), self.holder)
        except Exception as error:
            # What was not fired is settled with the next due time.
            log.warning("%s could not be fired: %s", schedule.bot, type(error).__name__)
            if not is_outage(error):
                log.exception("firing %s", schedule.bot)
        self._run_job_success(job.id, [])


def settle(schedule: BotSchedule, until: datetime, holder: str) -> int:
    """Fire all that is due up to `until`, the latest as regular, older ones by the bot's policy.

    Returns how many firings became work.
    """
    missed = due_times_missed(schedule, trigger_of(schedule), until)
    return sum(fire(schedule, due, late, holder) for due, late in missed)


class Scheduler:
    """Takes the lease when it is free, keeps it, and fires while it has it."""

    def __init__(self, holder: str = "") -> None:
        self.holder = f"scheduler-{holder or uuid.uuid4().hex[:12]}"
        self._stopping = threading.Event()
        self._running: BackgroundScheduler | None = None
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
                    self._begin()
                else:
                    self._end()
            except Exception as error:
                log.warning("the scheduler cannot renew its lease: %s", type(error).__name__)
            self._stopping.wait(seconds / 3)
        self._end()
        try:
            leases.give_back(LEASE, self.holder)
        except Exception as error:
            log.warning("the scheduler's lease was not given back: %s", type(error).__name__)

    def _begin(self) -> None:
        if self._running is not None:
            return
        schedules = bot_schedules()
        show_schedule(schedules)
        scheduler = BackgroundScheduler(
            executors={"default": FiringExecutor(self.holder)},
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
