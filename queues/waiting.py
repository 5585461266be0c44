"""Why a work item waits, in words that staff read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from config.settings import settings
from queues import engine
from queues.models import Bot, Worker, WorkerState, WorkItem, WorkState

_REASONS = {
    "paused": "봇이 일시정지되어 있습니다",
    "holiday": "휴일입니다. 다음 근무일에 처리합니다",
    "limit": "한도에 이르러 차례를 기다립니다",
}


def why_waiting(session: Session, item: WorkItem) -> str:
    """One Korean sentence about what the item waits for; "" when it does not wait."""
    if item.state == WorkState.REVIEW:
        return "사람의 확인을 기다립니다"
    if item.state == WorkState.WAITING:
        return _waiting(session, item)
    if item.state == WorkState.QUEUED:
        return _queued(session, item)
    return ""


def _waiting(session: Session, item: WorkItem) -> str:
    if item.waiting_reason == "paused":
        reason = session.exec(select(Bot.paused_reason).where(Bot.name == item.bot)).one_or_none()
        return _REASONS["paused"] + (f": {reason}" if reason else "")
    return _REASONS.get(item.waiting_reason, item.waiting_reason or "차례를 기다립니다")


def _queued(session: Session, item: WorkItem) -> str:
    bot = session.get(Bot, item.bot)
    if bot is not None and bot.paused:
        return _REASONS["paused"] + (f": {bot.paused_reason}" if bot.paused_reason else "")
    if item.due_at is not None and item.due_at > datetime.now(UTC):
        when = _local(item.due_at)
        if item.tries:
            return f"시스템 오류로 {when}에 다시 시도합니다 ({item.tries}번 시도함)"
        return f"예정 시각을 기다립니다: {when}"
    return _capacity(session, item, bot)


def _capacity(session: Session, item: WorkItem, bot: Bot | None) -> str:
    fresh = datetime.now(UTC) - timedelta(seconds=settings().dead_after_seconds)
    alive = session.exec(
        select(Worker.version).where(Worker.heartbeat_at > fresh, Worker.state == WorkerState.RUNNING.value)
    ).all()
    if not alive:
        return "작업자 프로세스가 없습니다. ./backoffice up 으로 시작하십시오"
    if item.workflow_id and _version(item.workflow_id) not in alive:
        return "다른 버전의 작업입니다. 같은 버전의 작업자를 기다립니다"
    running = session.exec(
        select(func.count(col(WorkItem.id))).where(
            WorkItem.bot == item.bot, WorkItem.state == WorkState.RUNNING.value
        )
    ).one()
    if bot is not None and running >= bot.concurrency * len(alive):
        return f"동시 처리 한도({bot.concurrency * len(alive)}건)가 차서 차례를 기다립니다"
    return "차례를 기다립니다"


def _version(workflow_id: str) -> str:
    status = engine.statuses([workflow_id]).get(workflow_id)
    return (status.app_version or engine.VERSION) if status else engine.VERSION


def _local(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(settings().timezone)).strftime("%m월 %d일 %H:%M:%S")
