"""Due times of scheduled bots: which were missed, and turning one into work exactly once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from config.bot_schedule import BotSchedule
from config.due_times import why_not_at
from config.settings import settings
from queues import database, leases, work
from queues.models import Bot, Firing

LEASE = "scheduler"
_MOST_MISSED = 1_000


def due_times_missed(
    schedule: BotSchedule, trigger: BaseTrigger, until: datetime
) -> list[tuple[datetime, bool]]:
    """Due times after the last one recorded, up to `until`, each with whether it is late.

    By the bot's policy: `all` of them (at most the latest thousand), only the latest (`once`), or none
    but one that is due right now (`skip`). A bot that was never fired has missed nothing.
    """
    last = _last_recorded(schedule.bot)
    on_time = timedelta(seconds=max(settings().lease_seconds, 5.0))
    if last is None:
        last = until - timedelta(seconds=5)
    if schedule.missed != "all" and schedule.every is not None:
        # Of a short interval over a long pause only the end matters.
        last = max(last, until - timedelta(seconds=2 * schedule.every))
    due = _due_times(trigger, last, until)
    if schedule.missed == "skip":
        due = [moment for moment in due[-1:] if until - moment <= on_time]
    elif schedule.missed == "once":
        due = due[-1:]
    return [(moment, until - moment > on_time) for moment in due[-_MOST_MISSED:]]


def _due_times(trigger: BaseTrigger, after: datetime, until: datetime) -> list[datetime]:
    found: list[datetime] = []
    previous = after
    while len(found) < 100 * _MOST_MISSED:
        following = trigger.get_next_fire_time(None, previous + timedelta(microseconds=1))
        if following is None or following > until:
            break
        found.append(following.astimezone(UTC))
        previous = following
    return found


def _last_recorded(bot: str) -> datetime | None:
    with database.session() as session:
        return session.exec(select(func.max(Firing.due_at)).where(Firing.bot == bot)).one()


class NotInCharge(Exception):
    """Another scheduler has the lease, or this one's has run out."""


def fire(schedule: BotSchedule, due: datetime, late: bool, holder: str) -> bool:
    """The same as `fire_in_charge`, but False without the lease."""
    try:
        return fire_in_charge(schedule, due, late, holder)
    except NotInCharge:
        return False


def fire_in_charge(schedule: BotSchedule, due: datetime, late: bool, holder: str) -> bool:
    """Record a due time and make it work, in one transaction.

    Returns whether it became work: not when it was dealt with before, the center is closed, or the
    last run has not finished. Raises `NotInCharge` without the lease, having done nothing.
    """
    with database.session() as session:
        if not leases.is_held(session, LEASE, holder):
            raise NotInCharge(f"{holder} does not have the lease")
        outcome = _outcome(session, schedule, due)
        inserted = session.execute(
            insert(Firing)
            .values(bot=schedule.bot, due_at=due, outcome=outcome)
            .on_conflict_do_nothing(index_elements=["bot", "due_at"])
            .returning(col(Firing.bot))
        ).first()
        if inserted is None or outcome != "fired":
            return False
        work.add(
            session,
            schedule.bot,
            f"due:{due.astimezone(ZoneInfo(settings().timezone)):%Y-%m-%dT%H:%M:%S%z}",
            payload={"due_at": due.isoformat(), "trigger": "late" if late else "schedule"},
            actor="scheduler",
        )
        return True


def _outcome(session: Session, schedule: BotSchedule, due: datetime) -> str:
    if why := why_not_at(schedule, due):
        return why
    if schedule.overlap == "skip":
        work.one_at_a_time(session, schedule.bot)
        if work.unfinished_run(session, schedule.bot) is not None:
            return "skipped"
    return "fired"


def show_schedule(schedules: list[BotSchedule]) -> None:
    """Let the dashboard see when bots run, those too that no worker has told of yet."""
    told = {schedule.bot: schedule.to_dict() for schedule in schedules}
    with database.session() as session:
        for name in told:
            unknown = insert(Bot).values(name=name, title=name, concurrency=1, paused=False)
            session.execute(unknown.on_conflict_do_nothing(index_elements=["name"]))
        for bot in session.exec(select(Bot)).all():
            bot.schedule = told.get(bot.name)
            session.add(bot)
