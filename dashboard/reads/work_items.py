"""Work items: what is being done, what waits and why, what failed and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from queues import crypto, waiting, work_lists
from queues.errors import Unreadable
from queues.models import (
    ReviewState,
    ReviewTask,
    Worker,
    WorkEvidence,
    WorkItem,
    WorkItemEvent,
    WorkState,
)
from queues.work_lists import Wanted

PAGE = 50

WHAT_TO_DO = {
    "business": "문서나 신청을 확인해야 합니다. 검토함에 올라온 건을 처리하거나, 고친 뒤 다시 시도하십시오.",
    "system": "일시적인 장애일 수 있습니다. 연계 시스템과 작업자 상태를 확인한 뒤 다시 시도하십시오. "
    "되풀이되면 시스템관리자에게 작업번호를 알려 주십시오.",
}


@dataclass(frozen=True)
class ItemRow:
    """An item with the sentence that says why it waits, or what went wrong."""

    item: WorkItem
    why: str


@dataclass(frozen=True)
class ItemPage:
    """One page of a list and how many there are in all."""

    rows: list[ItemRow]
    total: int


@dataclass(frozen=True)
class Happened:
    """One change of an item's state; `note` is what a person wrote to it."""

    event: WorkItemEvent
    note: str


@dataclass(frozen=True)
class ItemDetail:
    """Everything about one item.

    evidence   what the bot saw when it gave up
    attempts   the item and the others about the same thing, the first attempt first
    tasks      open questions to people about it
    worker     the process that has it now
    """

    row: ItemRow
    history: list[Happened]
    evidence: Sequence[WorkEvidence]
    attempts: Sequence[WorkItem]
    tasks: Sequence[ReviewTask]
    worker: Worker | None


def item_page(session: Session, wanted: Wanted, number: int = 0) -> ItemPage:
    """The page of that number, from 0."""
    found = work_lists.find(session, wanted, offset=number * PAGE, limit=PAGE)
    return ItemPage(_explained(session, found.items), found.total)


def _explained(session: Session, items: Sequence[WorkItem]) -> list[ItemRow]:
    whys = waiting.reasons(session, items)
    return [ItemRow(item, _why(item, whys[item.id])) for item in items]


def _why(item: WorkItem, waits: str) -> str:
    if item.retried_as:
        return f"작업 {item.retried_as}에서 다시 함"
    error = item.error_text or item.error_code
    if item.state == WorkState.FAILED:
        return error
    if item.state == WorkState.REVIEW:
        return f"{waits}: {error}" if error and item.error_code != "handed_over" else waits
    return waits


def item_detail(session: Session, item_id: int) -> ItemDetail | None:
    """One item; None when there is none of that number."""
    item = session.get(WorkItem, item_id)
    if item is None:
        return None
    events = session.exec(
        select(WorkItemEvent).where(WorkItemEvent.item_id == item_id).order_by(col(WorkItemEvent.id))
    ).all()
    kept = select(WorkEvidence).where(WorkEvidence.item_id == item_id).order_by(col(WorkEvidence.id))
    attempts = select(WorkItem).where(WorkItem.bot == item.bot, WorkItem.reference == item.reference)
    open_states = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)
    tasks = select(ReviewTask).where(ReviewTask.item_id == item_id, col(ReviewTask.state).in_(open_states))
    return ItemDetail(
        row=_explained(session, [item])[0],
        history=[Happened(event, _opened(event.note_enc)) for event in events],
        evidence=session.exec(kept).all(),
        attempts=session.exec(attempts.order_by(col(WorkItem.attempt))).all(),
        tasks=session.exec(tasks).all(),
        worker=session.get(Worker, item.executor_id) if item.executor_id else None,
    )


def _opened(sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    try:
        return crypto.open_(sealed)
    except Unreadable:
        return "(읽을 수 없음)"


def what_to_do(item: WorkItem) -> str:
    """Advice by the kind of error; "" when nothing is wrong or it was done again."""
    return "" if item.retried_as else WHAT_TO_DO.get(item.error_kind or "", "")
