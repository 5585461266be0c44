"""The single checks behind `queues.alarms`; each tells what is not in order as alarms."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, col, select

from config import review_reasons
from config.bot_schedule import BotSchedule
from config.due_times import last_due, schedule_of
from config.settings import settings
from queues import engine, waiting
from queues.alarms import Alarm
from queues.bot_health import Health, healths
from queues.days_held_up import days_held_up
from queues.letters_held_up import letters_held_up
from queues.models import Firing, Lease, Worker, WorkerState, WorkItem, WorkState
from queues.payments_held_up import payments_held_up
from queues.stranded import stranded
from queues.talks_held_up import talks_held_up

FAILURES = 3
WAYS_IN = frozenset({"intake.spool", "intake.mail", "intake.mailbox", "intake.portal", "counseling.take"})
GROWS_FROM, GROWS_FOR = 20, timedelta(minutes=15)
PAUSED_LONG = timedelta(hours=1)
RUNS_LONG = timedelta(minutes=30)
_CRON_GRACE, _SHORTEST_GRACE = 600.0, 120.0


@dataclass(frozen=True)
class Around:
    """What several checks ask about.

    `alive`: the workers that run and have been heard of. `in_use_since`: when the first worker ever began.
    """

    now: datetime
    bots: Sequence[Health]
    alive: Sequence[Worker]
    last_worker_at: datetime | None
    in_use_since: datetime | None


def look(session: Session) -> Around:
    """Ask the record once."""
    now = datetime.now(UTC)
    found = session.exec(
        select(Worker).where(Worker.state == WorkerState.RUNNING.value).order_by(col(Worker.started_at))
    ).all()
    fresh = now - timedelta(seconds=settings().dead_after_seconds)
    last = session.exec(
        select(Worker.heartbeat_at).order_by(col(Worker.heartbeat_at).desc()).limit(1)
    ).first()
    first = session.exec(select(Worker.started_at).order_by(col(Worker.started_at)).limit(1)).first()
    midnight = now - timedelta(hours=24)
    alive = [w for w in found if w.heartbeat_at > fresh]
    return Around(now, healths(session, midnight), alive, last, first)


def no_worker(session: Session, around: Around) -> Iterator[Alarm]:
    if not around.alive:
        yield Alarm(
            "no_worker",
            "",
            "bad",
            "가동 중인 작업자가 없어 아무 일도 처리되지 않습니다",
            around.last_worker_at,
            "서버에서 ./backoffice up 또는 ./backoffice worker 를 시작하십시오. 들어온 것은 그대로 보관되어 있습니다.",
        )


def no_scheduler(session: Session, around: Around) -> Iterator[Alarm]:
    patience = timedelta(seconds=max(30.0, settings().lease_seconds))
    lease = session.get(Lease, "scheduler", populate_existing=True)
    since = lease.expires_at if lease else None
    if since is None:
        since = session.exec(select(Firing.at).order_by(col(Firing.at).desc()).limit(1)).first()
        since = since or (around.alive[0].started_at if around.alive else None)
    if since is not None and since + patience > around.now:
        return
    if lease is None and since is None and not around.alive:
        return  # nothing has ever been started here; the missing worker says it all
    yield Alarm(
        "no_scheduler",
        "",
        "bad",
        "일정을 맡은 프로세스가 없어 정해진 시각의 봇이 시작되지 않습니다",
        since,
        "작업자 기록(var/log/worker.log)에서 일정표 오류를 확인하고 작업자를 다시 시작하십시오. "
        "config의 bots.yaml을 고쳤다면 그 내용을 확인하십시오.",
    )


def other_version(session: Session, around: Around) -> Iterator[Alarm]:
    versions = {worker.version for worker in around.alive}
    if not versions:
        return
    for waits in engine.waiting_versions(session):
        if waits.version not in versions:
            yield Alarm(
                "other_version",
                waits.version,
                "bad",
                f"버전 {waits.version}의 작업 {waits.count}건을 가져갈 작업자가 없습니다",
                waits.since,
                f"버전 {waits.version}의 작업자를 시작하거나, 작업 목록에서 '지금 버전으로 옮기기'를 하십시오.",
                show={"only": "other_version"},
            )


def missed_run(session: Session, around: Around) -> Iterator[Alarm]:
    if not around.alive:
        return
    for health in around.bots:
        schedule = schedule_of(health.bot.name, health.bot.schedule)
        if schedule is None or health.bot.paused:
            continue
        due = last_due(schedule, around.now - grace(schedule))
        if due is None or due < _counts_from(schedule, around) or _has_begun(health, due):
            continue
        item = _unfinished(session, health.bot.name)
        if item is not None and item.state == WorkState.RUNNING:
            if item.started_at and around.now - item.started_at > max(RUNS_LONG, grace(schedule)):
                yield _runs_long(health, item)
            continue
        why = waiting.why_waiting(session, item) if item else "일정이 이 봇을 시작하지 않았습니다"
        yield Alarm(
            "missed_run",
            health.bot.name,
            "bad",
            f"{_title(health)}: 예정된 시각에 실행되지 않았습니다 — {why}",
            due,
            "봇을 골라 '지금 실행'을 눌러 보고, 되지 않으면 작업자 상태를 확인하십시오.",
            show={"bot": health.bot.name},
        )


def grace(schedule: BotSchedule) -> timedelta:
    """How much later than due a run may begin before it counts as missed."""
    if schedule.every is None:
        return timedelta(seconds=_CRON_GRACE)
    return timedelta(seconds=max(_SHORTEST_GRACE, 3 * schedule.every))


def _counts_from(schedule: BotSchedule, around: Around) -> datetime:
    """A due time before the program ran has not been missed if the next is near, or if it had never run yet."""
    started = around.alive[0].started_at
    if schedule.every is not None:
        return started
    return max(around.in_use_since or started, started - timedelta(days=7))


def _has_begun(health: Health, due: datetime) -> bool:
    return any((run.due_at and run.due_at >= due) or run.started_at >= due for run in health.runs)


def _unfinished(session: Session, bot: str) -> WorkItem | None:
    states = (WorkState.WAITING.value, WorkState.QUEUED.value, WorkState.RUNNING.value)
    query = select(WorkItem).where(WorkItem.bot == bot, col(WorkItem.state).in_(states))
    return session.exec(query.order_by(col(WorkItem.id)).limit(1)).first()


def _runs_long(health: Health, item: WorkItem) -> Alarm:
    return Alarm(
        "runs_long",
        health.bot.name,
        "warn",
        f"{_title(health)}: 한 번의 실행이 오래 끝나지 않고 있습니다",
        item.started_at,
        "작업의 진행을 확인하고, 멈춘 것이면 취소한 뒤 '지금 실행'을 누르십시오.",
        show={"bot": health.bot.name, "item": str(item.id)},
    )


def failing(session: Session, around: Around) -> Iterator[Alarm]:
    """A bot that has failed several times in a row, if it runs by schedule or is a way in."""
    for health in around.bots:
        if health.bot.paused or (health.bot.schedule is None and health.bot.name not in WAYS_IN):
            continue
        failed = health.failures_in_a_row
        since = health.runs[failed - 1].started_at if failed else None
        item = _unfinished(session, health.bot.name)
        if item is not None and item.error_code and item.tries and item.waiting_reason != "disk_full":
            failed += item.tries
            since = since or item.started_at
        if failed < FAILURES:
            continue
        code = item.error_code if item is not None and item.error_code else health.runs[0].error
        error = review_reasons.title(code) or code
        yield Alarm(
            "failing",
            health.bot.name,
            "bad",
            f"{_title(health)}: {'받기가 ' if health.bot.name in WAYS_IN else ''}{failed}번 잇달아 실패했습니다 ({error})",
            since,
            "작업을 열어 오류와 화면 그림을 보고, 상대 시스템이 살아 있는지 확인하십시오. 살아나면 저절로 이어집니다.",
            show={"bot": health.bot.name, "only": "trouble" if item is None else ""},
        )


_FLOW = text(
    "SELECT (SELECT count(*) FROM work_item WHERE bot = :bot AND created_at > :since),"
    " (SELECT count(*) FROM work_item WHERE bot = :bot AND ended_at > :since)"
)


def growing(session: Session, around: Around) -> Iterator[Alarm]:
    for health in around.bots:
        if health.bot.paused or health.waiting < GROWS_FROM or health.oldest is None:
            continue
        if around.now - health.oldest < GROWS_FOR:
            continue
        values = {"bot": health.bot.name, "since": around.now - GROWS_FOR}
        added, ended = session.execute(_FLOW, values).one()
        if ended > 0 and added <= ended:
            continue
        yield Alarm(
            "growing",
            health.bot.name,
            "warn",
            f"{_title(health)}: 대기 {health.waiting}건이 줄지 않습니다 (15분 동안 {added}건 늘고 {ended}건 끝남)",
            health.oldest,
            "작업자를 더 시작하거나(다른 컴퓨터에서도 됩니다), 앞의 작업이 왜 막혔는지 확인하십시오.",
            show={"bot": health.bot.name},
        )


def paused_long(session: Session, around: Around) -> Iterator[Alarm]:
    for health in around.bots:
        if health.bot.paused and health.oldest and around.now - health.oldest > PAUSED_LONG:
            yield Alarm(
                "paused_long",
                health.bot.name,
                "warn",
                f"{_title(health)}: 일시정지된 채 {health.waiting}건이 기다립니다",
                health.oldest,
                "원인이 해결되었으면 '다시 가동'을 누르십시오.",
                show={"bot": health.bot.name},
            )


_NO_ROOM = text(
    "SELECT count(*), min(coalesce(place_at, created_at)) FROM work_item"
    " WHERE state = 'queued' AND waiting_reason = 'disk_full'"
)


def disk(session: Session, around: Around) -> Iterator[Alarm]:
    waits, since = session.execute(_NO_ROOM).one()
    least, place = settings().min_free_bytes, socket.gethostname()
    free = min(filter(None, map(_free, _folders())), default=None)
    if waits:
        yield Alarm(
            "disk_full",
            "",
            "bad",
            f"디스크가 가득 차 작업 {waits}건이 멈춰 있습니다",
            since,
            "디스크의 자리를 비우십시오. 비우면 저절로 이어서 합니다.",
            show={"only": "waiting"},
        )
    elif free is not None and free < 3 * least:
        yield Alarm(
            "disk_low",
            place,
            "bad" if free < least else "warn",
            f"디스크 여유가 {free / 2**30:.1f} GiB뿐입니다 ({place})",
            None,
            f"{least / 2**30:.1f} GiB 아래로 내려가면 더 받지 않습니다. 자리를 비우거나 디스크를 늘리십시오.",
        )


def _folders() -> list[Path]:
    store = settings().file_store_url or ""
    local = [Path(store.removeprefix("file://"))] if store.startswith(("file://", "/")) else []
    return [settings().var_dir, *local]


def _free(folder: Path) -> int | None:
    try:
        there = next(path for path in (folder, *folder.parents) if path.exists())
        return shutil.disk_usage(there).free
    except (OSError, StopIteration):
        return None


_OVERDUE = text(
    "SELECT count(*), min(due_at) FROM review_task WHERE state IN ('open', 'claimed') AND due_at < :now"
)


def reviews_overdue(session: Session, around: Around) -> Iterator[Alarm]:
    count, since = session.execute(_OVERDUE, {"now": around.now}).one()
    if count:
        yield Alarm(
            "reviews_overdue",
            "",
            "warn",
            f"기한이 지난 검토가 {count}건 있습니다",
            since,
            "검토함에서 기한 순으로 처리하거나, 담당자의 부재·대직을 확인하십시오.",
            screen="reviews",
        )


def _title(health: Health) -> str:
    return health.bot.title or health.bot.name


CHECKS: tuple[Callable[[Session, Around], Iterator[Alarm]], ...] = (
    no_worker,
    no_scheduler,
    other_version,
    missed_run,
    failing,
    growing,
    paused_long,
    disk,
    reviews_overdue,
    stranded,
    letters_held_up,
    payments_held_up,
    days_held_up,
    talks_held_up,
)
