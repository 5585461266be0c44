"""How each bot is: what it has to do, when it ran and runs, and whether that is in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from config.due_times import next_due, schedule_of
from queues.models import Bot, BotRun

LOOKS_AT = timedelta(hours=24)
RUNS = 5
LONG_WAIT = timedelta(minutes=15)
_ENOUGH = 5
_MANY_ERRORS, _SOME_ERRORS = 0.2, 0.05

_UNFINISHED = text(
    "SELECT bot, state, count(*),"
    " min(coalesce(place_at, created_at)) FILTER (WHERE due_at IS NULL OR due_at <= clock_timestamp())"
    " FROM work_item WHERE state IN ('waiting', 'queued', 'running') GROUP BY bot, state"
)
_IN_TROUBLE = text(
    "SELECT bot, count(*) FROM work_item WHERE state IN ('failed', 'review') AND retried_as IS NULL GROUP BY bot"
)
_ENDED = text(
    "SELECT bot, count(*) FILTER (WHERE state = 'done'), count(*) FILTER (WHERE state IN ('failed', 'review')),"
    " count(*) FILTER (WHERE state = 'done' AND ended_at >= :today), max(ended_at)"
    " FROM work_item WHERE ended_at >= :since GROUP BY bot"
)
_LAST_RUNS = text(
    "SELECT run.id FROM bot CROSS JOIN LATERAL (SELECT id, ended_at FROM bot_run WHERE bot_run.bot = bot.name"
    " AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT :runs) run"
)


@dataclass
class Health:
    """One bot and its figures.

    runs       its last runs by schedule or hand, the latest first
    waiting, running, trouble   items now; trouble: failed or with a person, and not done again
    done_today, done, failed    items that ended since midnight, and in the last day
    oldest     since when the longest waiting item waits that could be done now
    last_at    when it last finished something
    next_at    when it is due next, if it has a schedule
    """

    bot: Bot
    runs: list[BotRun] = field(default_factory=list)
    waiting: int = 0
    running: int = 0
    trouble: int = 0
    done_today: int = 0
    done: int = 0
    failed: int = 0
    oldest: datetime | None = None
    last_at: datetime | None = None
    next_at: datetime | None = None

    @property
    def error_rate(self) -> float:
        """The share of items that did not end well, of those that ended in the last day."""
        ended = self.done + self.failed
        return self.failed / ended if ended else 0.0

    @property
    def failures_in_a_row(self) -> int:
        """How many of the latest runs failed, one after the other."""
        return next((n for n, run in enumerate(self.runs) if not run.error), len(self.runs))

    def judge(self, now: datetime | None = None) -> tuple[str, str]:
        """A tone ("good", "warn", "bad", "wait") and a few Korean words."""
        now = now or datetime.now(UTC)
        if self.bot.paused:
            return "wait", "일시정지"
        if self.runs and self.failures_in_a_row:
            row = self.failures_in_a_row
            return ("bad", f"잇달아 {row}번 실패") if row > 1 else ("warn", "마지막 실행 실패")
        if self.oldest and now - self.oldest > LONG_WAIT:
            return "warn", f"{_span(now - self.oldest)}째 기다리는 작업"
        if self.done + self.failed >= _ENOUGH and self.error_rate > _SOME_ERRORS:
            tone = "bad" if self.error_rate > _MANY_ERRORS else "warn"
            return tone, f"오류 {self.error_rate:.0%}"
        if not self.runs and not self.last_at:
            return "wait", "아직 실행 없음"
        return "good", "정상"


def healths(session: Session, today: datetime) -> list[Health]:
    """All bots by name; `today` is the midnight from which `done_today` counts."""
    bots = select(Bot).order_by(col(Bot.name)).execution_options(populate_existing=True)
    found = {bot.name: Health(bot) for bot in session.exec(bots)}
    now = datetime.now(UTC)
    for name, state, count, oldest in session.execute(_UNFINISHED):
        if (health := found.get(name)) is None:
            continue
        if state == "running":
            health.running += count
        else:
            health.waiting += count
            health.oldest = min(filter(None, (health.oldest, oldest)), default=None)
    for name, count in session.execute(_IN_TROUBLE):
        if name in found:
            found[name].trouble = count
    for name, done, failed, done_today, last in session.execute(
        _ENDED, {"since": min(now - LOOKS_AT, today), "today": today}
    ):
        if health := found.get(name):
            health.done, health.failed, health.done_today, health.last_at = done, failed, done_today, last
    ids = list(session.execute(_LAST_RUNS, {"runs": RUNS}).scalars())
    runs = select(BotRun).where(col(BotRun.id).in_(ids)).order_by(col(BotRun.ended_at).desc())
    for run in session.exec(runs):
        found[run.bot].runs.append(run)
    for health in found.values():
        if health.runs and health.runs[0].ended_at:
            health.last_at = max(filter(None, (health.last_at, health.runs[0].ended_at)))
        schedule = schedule_of(health.bot.name, health.bot.schedule)
        health.next_at = next_due(schedule, now) if schedule else None
    return list(found.values())


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return (
        f"{minutes}분"
        if minutes < 120
        else f"{minutes // 60}시간"
        if minutes < 2880
        else f"{minutes // 1440}일"
    )
