"""Work items: what is being done, what waits and why, what failed and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from queues.models import WorkItem, WorkItemEvent, WorkState
from queues.work import why_waiting

UNFINISHED = (WorkState.RUNNING.value, WorkState.QUEUED.value, WorkState.WAITING.value)
IN_TROUBLE = (WorkState.FAILED.value, WorkState.REVIEW.value)
SHOWN = 200
EXPLAINED = 25
"""Asking why an item waits costs a query or more; beyond so many rows the list only says that it does."""

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


def work_items(
    session: Session, *, states: Sequence[str] = (), bot: str = "", words: str = "", limit: int = SHOWN
) -> list[ItemRow]:
    """Newest first."""
    query = select(WorkItem)
    if states:
        query = query.where(col(WorkItem.state).in_(states))
    if bot:
        query = query.where(WorkItem.bot == bot)
    if words.strip():
        query = query.where(col(WorkItem.reference).contains(words.strip(), autoescape=True))
    found = session.exec(query.order_by(col(WorkItem.id).desc()).limit(limit)).all()
    rows = []
    for number, item in enumerate(found):
        why = ""
        if item.state in (WorkState.FAILED, WorkState.REVIEW):
            why = item.error_text or item.error_code
        elif item.state in (WorkState.WAITING, WorkState.QUEUED):
            why = why_waiting(session, item) if number < EXPLAINED else "차례를 기다립니다"
        rows.append(ItemRow(item, why))
    return rows


def history(session: Session, item_id: int) -> Sequence[WorkItemEvent]:
    """Changes of state, oldest first."""
    query = select(WorkItemEvent).where(WorkItemEvent.item_id == item_id)
    return session.exec(query.order_by(col(WorkItemEvent.id))).all()


def what_to_do(item: WorkItem) -> str:
    """Advice by the kind of error; "" when nothing is wrong."""
    return WHAT_TO_DO.get(item.error_kind or "", "")
