"""What this person decided last, and whether it can still be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from dashboard.parts.notice_words import DECISIONS
from dashboard.parts.times import now
from queues.consequences import what_followed
from queues.models import Effect, Registration, ReviewState, ReviewTask
from queues.undoing import undoable

SHOWN = 5
_WITHIN = timedelta(hours=10)


@dataclass(frozen=True)
class JustNow:
    """A decision (`task_id`, `version`) or an arrangement of pages (`effect_id`).

    `why_not`: why it cannot be taken back, "" where it can.
    """

    what: str
    at: datetime
    why_not: str
    task_id: int = 0
    version: int = 0
    effect_id: int = 0


def just_now(session: Session, account_id: int) -> list[JustNow]:
    """What a person did last and stands, newest first."""
    found = [*_decisions(session, account_id), *_arrangements(session, account_id)]
    return sorted(found, key=lambda done: done.at, reverse=True)[:SHOWN]


def _decisions(session: Session, account_id: int) -> list[JustNow]:
    query = (
        select(ReviewTask)
        .where(
            ReviewTask.decided_by == account_id,
            col(ReviewTask.decided_at) > now() - _WITHIN,
            col(ReviewTask.decision).is_not(None),
        )
        .order_by(col(ReviewTask.decided_at).desc())
        .limit(SHOWN)
    )
    return [
        JustNow(_words(session, t), t.decided_at, undoable(session, t), t.id, t.version)
        for t in session.exec(query).all()
        if t.decision and t.decided_at and _stands(t)
    ]


def _words(session: Session, task: ReviewTask) -> str:
    """What was decided, with the receipt number that a new case was given."""
    decision = task.decision or {}
    if decision.get("action") != "register":
        return decided_words(decision)
    query = select(Registration).where(Registration.task_id == task.id).order_by(col(Registration.id).desc())
    made = session.exec(query.limit(1)).first()
    return f"신규 접수 {made.receipt_no}" if made and made.receipt_no else "신규 접수 (접수번호 대기)"


def _arrangements(session: Session, account_id: int) -> list[JustNow]:
    query = (
        select(Effect)
        .where(
            Effect.kind == "arrangement",
            Effect.made_by == account_id,
            col(Effect.made_at) > now() - _WITHIN,
            col(Effect.undo_asked_at).is_(None),
        )
        .order_by(col(Effect.made_at).desc())
        .limit(SHOWN)
    )
    return [
        JustNow("쪽 정리", effect.made_at, what_followed(session, effect), effect_id=effect.id)
        for effect in session.exec(query).all()
    ]


def _stands(task: ReviewTask) -> bool:
    held = (task.decision or {}).get("action") == "hold" and task.state == ReviewState.OPEN
    return task.state == ReviewState.DECIDED or held


def decided_words(decision: Mapping[str, Any]) -> str:
    """`2026-UB-0012345에 연결`, `보류`, ... of a decision as kept."""
    action = decision.get("action")
    if action == "attach":
        numbers = list(decision.get("receipt_nos") or ())
        return f"{numbers[0]}에 연결" if len(numbers) == 1 else f"신청 {len(numbers)}건에 연결"
    if action == "transfer":
        return f"{decision.get('center', '다른 센터')}(으)로 이송"
    words = {"correct": "확인·수정", "register": "신규 접수", "reject": "반려"} | DECISIONS
    return words.get(str(action), "처리")
