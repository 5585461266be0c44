"""What people are asked about a notice that did not reach its recipient."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from bots.notices.channels import next_channel
from config.settings import settings
from queues import audit, days, reviews
from queues.models import Dispatch, DispatchState, Notice, ReviewState, ReviewTask

RETURNED, FAILED, UNKNOWN, RECALLED = "notice_returned", "notice_failed", "notice_unknown", "notice_recalled"
RECEIVER, MISTAKEN, ON_THE_WAY = "notice_receiver", "notice_mistaken_number", "notice_on_the_way"
CAME_BACK = "notice_came_back"
OF_STATE = {
    DispatchState.RETURNED: RETURNED,
    DispatchState.FAILED: FAILED,
    DispatchState.UNKNOWN: UNKNOWN,
    DispatchState.CANCELLED: RECALLED,
}
_TEXTS = {
    RETURNED: "통지서가 반송되었습니다. 주소를 확인하고 다시 보낼 방법을 정해 주십시오.",
    FAILED: "통지서를 보내지 못했습니다. 사유를 확인하고 다시 보낼 방법을 정해 주십시오.",
    UNKNOWN: "통지서가 나갔는지 확인하지 못했습니다. 상대 기관의 접수 내역을 확인하여 나갔는지 정해 주십시오.",
    RECALLED: "발송이 취소되었습니다. 다시 보낼지, 보내지 않을지 정해 주십시오.",
    RECEIVER: "등기우편이 배달되었으나 받은 사람이 본인·동거인·사무원·피용자인지 알 수 없습니다. "
    "우체국에 수령인을 확인하여 송달되었는지 정해 주십시오.",
    MISTAKEN: "등기번호의 배송 조회가 이 통지서의 것이 아닌 것으로 보입니다(받는 사람 또는 날짜가 다름). "
    "접수증의 등기번호를 확인해 주십시오.",
    CAME_BACK: "우편으로 보낸 통지서가 스캔되어 들어왔습니다. 반송된 것인지 원본을 보고 정해 주십시오.",
    ON_THE_WAY: "등기우편이 오래 배달도 반송도 되지 않았습니다. 우체국에 행방을 확인한 뒤 다시 보낼지 정해 주십시오.",
}


def ask(session: Session, notice: Notice, dispatch: Dispatch, kind: str, actor: str) -> ReviewTask:
    """Have a person say how it goes on with a notice; a question that is open already is that one.

    The evidence: {"notice_id", "dispatch_id", "channel", "reason", "proposed": {"channel", "reasons"}}.
    """
    return reviews.open_task(
        session,
        kind=kind,
        reason=kind,
        question=_TEXTS[kind],
        application_id=notice.application_id,
        notice_id=notice.id,
        evidence={
            "dispatch_id": dispatch.id,
            "channel": dispatch.channel,
            "reason": dispatch.reason,
            "proposed": _proposed(session, notice, kind),
        },
        priority=20 if notice.official else 10,
        due_at=days.answer_by(datetime.now(UTC), settings().answer_within_days),
        actor=actor,
    )


def ask_once(session: Session, notice: Notice, dispatch: Dispatch, kind: str, actor: str) -> None:
    """The same, unless it was asked about this attempt before, whatever the answer was."""
    asked = select(ReviewTask.evidence).where(
        ReviewTask.subject == f"notice:{notice.id}", ReviewTask.kind == kind
    )
    if dispatch.id not in [evidence.get("dispatch_id") for evidence in session.exec(asked)]:
        ask(session, notice, dispatch, kind, actor)


def withdraw(session: Session, notice: Notice, actor: str) -> None:
    """Open questions about how it goes on with a notice have become pointless: it is out, or arrived."""
    query = select(ReviewTask).where(
        ReviewTask.subject == f"notice:{notice.id}",
        col(ReviewTask.kind).in_([*_TEXTS]),
        col(ReviewTask.state).in_([ReviewState.OPEN.value, ReviewState.CLAIMED.value]),
    )
    for task in session.exec(query.order_by(col(ReviewTask.id)).with_for_update()).all():
        task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
        session.add(task)
        audit.record(session, actor, "review.cancel", "review_task", task.id)


def _proposed(session: Session, notice: Notice, kind: str) -> dict[str, Any]:
    """The channel by which it may go next; nothing while it is not known whether it has left."""
    if kind in (UNKNOWN, RECEIVER, MISTAKEN, CAME_BACK):
        return {"channel": "", "reasons": []}
    found = next_channel(session, notice)
    return {"channel": found.channel, "reasons": list(found.reasons)}
