"""What became of a preview that was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from queues.models import WorkItem, WorkState

BOT = "notices.preview"
_OVER = (WorkState.DONE, WorkState.FAILED, WorkState.REVIEW, WorkState.CANCELLED)


@dataclass(frozen=True)
class Preview:
    """`problems`: Korean sentences that say what stands against the letter; error: a code, where the work failed.

    reference  what it is about ("notice:17"); waiting: why it has not begun
    """

    item_id: int
    reference: str
    running: bool
    letter_sha256: str
    pages: int
    problems: tuple[str, ...]
    error: str
    waiting: str


def preview(session: Session, item_id: int) -> Preview | None:
    """None when no such preview was asked for."""
    item = session.get(WorkItem, item_id)
    if item is None or item.bot != BOT:
        return None
    left = item.progress or {}
    return Preview(
        item_id=item_id,
        reference=item.reference,
        running=item.state not in _OVER,
        letter_sha256=str(left.get("letter_sha256") or "") if item.state == WorkState.DONE else "",
        pages=int(left.get("pages") or 0),
        problems=tuple(str(p) for p in left.get("problems") or ()),
        error=item.error_code,
        waiting="작업자가 없거나 봇이 일시정지되어 있을 수 있습니다."
        if item.waiting_reason == "paused"
        else "",
    )
