"""Why a work item waits, in words that staff read. No item waits without a reason.

The reasons of a whole page are found with a handful of queries, however many items it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from config.settings import settings
from queues import engine
from queues.models import Bot, Worker, WorkerState, WorkItem, WorkState

PERSON = "사람의 확인을 기다립니다"
PAUSED = "봇이 일시정지되어 있습니다"
GOES_ON = "봇이 다시 가동되어 곧 작업자에게 넘어갑니다"
NO_ROOM = "디스크에 자리가 없어 기다립니다. 자리가 나면 이어서 합니다"
NO_WORKER = "작업자 프로세스가 없습니다. ./backoffice up 으로 시작하십시오"
OTHER_VERSION = "다른 버전의 작업입니다. 같은 버전의 작업자를 기다립니다"
TAKEN = "작업자가 가져가 곧 시작합니다"
NEXT = "차례를 기다립니다"
SILENT = "처리하던 작업자가 응답하지 않습니다. 다른 작업자가 곧 이어받습니다"

MANY = 1_000
_STOPPED_UNTIL = {"holiday": "휴일이라", "closed": "근무 시간이 아니라"}


@dataclass(frozen=True)
class Surroundings:
    """What the reasons are found from.

    bots      by name
    workers   those that live, by executor id
    running, queued   how many items of each bot are in that state; queued no further than `MANY`
    engine    what the engine knows of the page's items, by workflow id: (status, version)
    """

    now: datetime
    bots: dict[str, Bot]
    workers: dict[str, Worker]
    running: dict[str, int]
    queued: dict[str, int]
    engine: dict[str, tuple[str, str]]


def why_waiting(session: Session, item: WorkItem) -> str:
    """One Korean sentence about what the item waits for; "" when it does not wait."""
    return reasons(session, [item])[item.id]


def reasons(session: Session, items: Sequence[WorkItem]) -> dict[int, str]:
    """The same for many items, by id. Of a running item: "", unless its worker has fallen silent."""
    if not any(item.state not in _ENDED for item in items):
        return {item.id: "" for item in items}
    around = look_around(session, items)
    return {item.id: why(item, around) for item in items}


_ENDED = (WorkState.DONE, WorkState.FAILED, WorkState.CANCELLED)


def look_around(session: Session, items: Iterable[WorkItem]) -> Surroundings:
    """All that `why` asks about for these items."""
    shown = [item for item in items if item.state == WorkState.QUEUED and item.workflow_id]
    fresh = datetime.now(UTC) - timedelta(seconds=settings().dead_after_seconds)
    alive = select(Worker).where(Worker.heartbeat_at > fresh, Worker.state == WorkerState.RUNNING.value)
    running = (
        select(WorkItem.bot, func.count())
        .where(WorkItem.state == WorkState.RUNNING.value)
        .group_by(col(WorkItem.bot))
    )
    known = engine.statuses([item.workflow_id or "" for item in shown])
    return Surroundings(
        now=datetime.now(UTC),
        bots={bot.name: bot for bot in session.exec(select(Bot))},
        workers={worker.executor_id: worker for worker in session.exec(alive)},
        running=dict(session.exec(running).all()),
        queued={bot: _in_line(session, bot) for bot in {item.bot for item in shown}},
        engine={name: (s.status, s.app_version or engine.VERSION) for name, s in known.items()},
    )


def _in_line(session: Session, bot: str) -> int:
    """How many items of the bot are in the queue, counted no further than `MANY`."""
    some = select(WorkItem.id).where(WorkItem.bot == bot, WorkItem.state == WorkState.QUEUED.value)
    return session.exec(select(func.count()).select_from(some.limit(MANY).subquery())).one()


def why(item: WorkItem, around: Surroundings) -> str:
    """The reason of one item; see `why_waiting`."""
    if item.state == WorkState.REVIEW:
        return "" if item.retried_as else PERSON
    if item.state == WorkState.RUNNING:
        return SILENT if item.executor_id and item.executor_id not in around.workers else ""
    if item.state == WorkState.WAITING:
        return _paused(around.bots.get(item.bot)) or GOES_ON
    if item.state == WorkState.QUEUED:
        return _paused(around.bots.get(item.bot)) or _until_later(item, around) or _for_a_worker(item, around)
    return ""


def _paused(bot: Bot | None) -> str:
    if bot is None or not bot.paused:
        return ""
    return PAUSED + (f": {bot.paused_reason}" if bot.paused_reason else "")


def _until_later(item: WorkItem, around: Surroundings) -> str:
    if item.due_at is None or item.due_at <= around.now:
        return NO_ROOM if item.waiting_reason == "disk_full" else ""
    when = _local(item.due_at)
    if item.waiting_reason == "disk_full":
        return f"{NO_ROOM} ({when}에 다시 봅니다)"
    if item.waiting_reason in _STOPPED_UNTIL:
        return f"{_STOPPED_UNTIL[item.waiting_reason]} {when}에 다시 시도합니다"
    if item.tries:
        return f"시스템 오류로 {when}에 다시 시도합니다 ({item.tries}번 시도함)"
    return f"예정 시각을 기다립니다: {when}"


def _for_a_worker(item: WorkItem, around: Surroundings) -> str:
    if not around.workers:
        return NO_WORKER
    status, version = around.engine.get(item.workflow_id or "", ("", engine.VERSION))
    if version not in {worker.version for worker in around.workers.values()}:
        return OTHER_VERSION
    if status == "PENDING":
        return TAKEN
    bot = around.bots.get(item.bot)
    limit = bot.concurrency * len(around.workers) if bot else 0
    if limit and around.running.get(item.bot, 0) >= limit:
        count = around.queued.get(item.bot, 0)
        shown = f"{count}건" if count < MANY else f"{MANY:,}건 이상"
        return f"동시 처리 한도({limit}건)가 차서 차례를 기다립니다 (대기 {shown})"
    return NEXT


def _local(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(settings().timezone)).strftime("%m월 %d일 %H:%M:%S")
