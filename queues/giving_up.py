"""What becomes of an item after an error: another run later, or a person."""

from __future__ import annotations

import errno
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from config.due_times import open_from, schedule_of, why_not_at
from queues import audit, reviews, work
from queues.bots import BotSpec, Outcome
from queues.errors import StoreFull, UnderWay
from queues.models import Bot, ErrorKind, ReviewState, ReviewTask, WorkItem, WorkState
from queues.runs import note_run
from queues.sealed_fields import sealed_comment

SYSTEM_ERROR = "system_error"
HANDED_OVER = "handed_over"
NO_ROOM = "disk_full"
_ROOM_SECONDS = 20.0
_FULL = (errno.ENOSPC, errno.EDQUOT)
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


def fail_or_retry(session: Session, item: WorkItem, spec: BotSpec, error: Exception) -> None:
    """After a system error: another run later by the bot's policy, else a person.

    A full disk is nobody's mistake and no reason to ask about every paper: the work waits until there
    is room, however long.
    """
    item.error_kind = ErrorKind.SYSTEM.value
    item.error_code, item.error_text = type(error).__name__, describe(error)
    if is_full(error):
        item.tries -= 1
        item.due_at = datetime.now(UTC) + timedelta(seconds=_ROOM_SECONDS)
        work.hand_over(session, item, actor="bot", reason=NO_ROOM, waiting_reason=NO_ROOM)
        return
    pause = spec.retry.pause(error, item.tries)
    if pause is None:
        _ask(session, item, spec)
        note_run(session, item, Outcome(), error=item.error_code)
        return
    item.due_at = datetime.now(UTC) + timedelta(seconds=pause)
    why = _wait_for_opening(session, item)
    work.hand_over(session, item, actor="bot", reason=f"retry: {item.error_code}", waiting_reason=why)


def _wait_for_opening(session: Session, item: WorkItem) -> str:
    """Put the next run off until the bot's hours begin; returns why ("holiday", "closed"), "" if it need not."""
    bot = session.get(Bot, item.bot)
    schedule = schedule_of(item.bot, bot.schedule) if bot else None
    if schedule is None or item.due_at is None or item.payload.get("trigger") == "manual":
        return ""
    why = why_not_at(schedule, item.due_at)
    if why:
        item.due_at = open_from(schedule, item.due_at) or item.due_at
    return why


def _ask(session: Session, item: WorkItem, spec: BotSpec) -> None:
    """Ask a person; of a bot that runs again and again only once, until it runs well again."""
    if item.payload.get("trigger") and _is_asked(session, item.bot):
        work.move(session, item, WorkState.FAILED, item.error_code, "bot")
        return
    work.move(session, item, WorkState.REVIEW, item.error_code, "bot")
    reviews.open_for_item(
        session,
        item,
        kind=SYSTEM_ERROR,
        reason=SYSTEM_ERROR,
        question=f"{spec.title}: 시스템 오류로 {item.tries}번 시도한 뒤 멈추었습니다. "
        "원인을 없앤 뒤 다시 실행하십시오.",
    )


def _asked(bot: str) -> SelectOfScalar[WorkItem]:
    """Earlier scheduled runs of this bot about which a question is open."""
    return (
        select(WorkItem)
        .join(ReviewTask, col(WorkItem.id) == col(ReviewTask.item_id))
        .where(
            ReviewTask.kind == SYSTEM_ERROR,
            col(ReviewTask.state).in_(_OPEN),
            WorkItem.bot == bot,
            col(WorkItem.payload)["trigger"].as_string().is_not(None),
        )
    )


def _is_asked(session: Session, bot: str) -> bool:
    return session.exec(_asked(bot).limit(1)).first() is not None


def recovered(session: Session, item: WorkItem) -> int:
    """A run of a scheduled bot went well: what was asked about its earlier runs has settled itself.

    Returns how many questions were withdrawn.
    """
    if not item.payload.get("trigger"):
        return 0
    found = session.exec(_asked(item.bot).with_for_update(of=WorkItem)).all()
    for earlier in found:
        work.move(session, earlier, WorkState.FAILED, "a later run went well", "bot")
        work.withdraw_questions(session, earlier, "bot")
    return len(found)


def hand_to_person(session: Session, item: WorkItem, actor: str, note: str) -> ReviewTask:
    """Take an item from its bot and ask a person to deal with what it is about.

    note  what the one who hands it over wrote, kept sealed

    Raises `UnderWay` while it is being done: bot and person would both do it.
    """
    session.refresh(item, with_for_update=True)
    if item.state == WorkState.RUNNING:
        raise UnderWay(f"work item {item.id} is being done")
    item.executor_id = None
    item.error_code = item.error_code or HANDED_OVER
    work.withdraw_from_engine(session, item)
    work.withdraw_questions(session, item, actor)
    work.move(session, item, WorkState.REVIEW, HANDED_OVER, actor, note=note)
    audit.record(session, actor, "work.hand_over", "work_item", item.id, bot=item.bot)
    task = reviews.open_task(
        session,
        kind=HANDED_OVER,
        reason=HANDED_OVER,
        question="봇이 하던 작업을 사람에게 넘겼습니다. 직접 처리한 뒤 확인하거나, 봇에게 다시 맡겨 주십시오.",
        item_id=item.id,
        delivery_id=item.payload.get("delivery_id"),
        evidence={"bot": item.bot, "reference": item.reference, "error": item.error_text},
        priority=item.priority,
        actor=actor,
    )
    if note:
        task.evidence = {**task.evidence, **sealed_comment(note)}
        session.add(task)
    return task


def is_full(error: BaseException | None) -> bool:
    """Whether the error, or what caused it, is that a disk is full."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, StoreFull) or (isinstance(error, OSError) and error.errno in _FULL):
            return True
        if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") == "53100":
            return True
        error = error.__cause__ or error.__context__
    return False


def describe(error: Exception) -> str:
    """An error in one line of at most 500 characters; without statements and values of the database."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0] if text else ''}"[:500]
