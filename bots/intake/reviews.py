"""The questions that intake asks of people, and when an answer is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from queues import reviews, work
from queues.models import Delivery, Document, ReviewState, ReviewTask

# Why a document waits, as a person reads it. The code is kept; the sentence is made anew for each screen.
QUESTIONS = {
    "not_on_file": "등록된 신청이 없습니다. 신규 접수인지, 다른 사람의 서류인지 확인해 주십시오.",
    "closed_case": "이미 종결된 신청의 서류입니다. 어디에 둘지 정해 주십시오.",
    "two_open_cases": "진행 중인 신청이 둘 이상입니다. 어느 신청의 서류인지 골라 주십시오.",
    "several_people": "여러 사람의 서류가 섞여 있습니다. 누구의 서류인지 정해 주십시오.",
    "other_program": "신청인은 있으나 다른 제도의 신청입니다. 확인해 주십시오.",
    "doubtful": "비슷한 신청이 있으나 확실하지 않습니다. 근거를 보고 정해 주십시오.",
    "conflict": "서류의 값들이 서로 다른 신청을 가리킵니다. 확인해 주십시오.",
    "nothing_to_go_by": "누구의 서류인지 알 수 있는 값을 읽지 못했습니다.",
    "unreadable_page": "읽지 못한 쪽이 있습니다. 원본을 확인해 주십시오.",
    "doubtful_fields": "붙인 서류에서 확실히 읽지 못한 값이 있습니다. 그림과 비교해 주십시오.",
    "differs_from_record": "서류의 값이 등록된 값과 다릅니다. 바뀐 것인지 확인해 주십시오.",
    "unknown_receipt": "결정에 적힌 접수번호의 신청이 없습니다. 접수번호를 확인하고 다시 정해 주십시오.",
    "receive_errors": "팩스 서버가 수신 오류를 알렸습니다. 빠진 쪽이 없는지 확인해 주십시오.",
}
# The mark in a decision that it has been carried out.
APPLIED = "applied_at"
LINK, FIELDS, UNREADABLE = "link", "fields", "unreadable"
_ANSWER_WITHIN = timedelta(days=1)
_ABOUT_VALUES = ("doubtful_fields", "differs_from_record")
_PRIORITY = {"doubtful_fields": -10, "differs_from_record": -5}


def ask_about_document(
    session: Session,
    document: Document,
    delivery: Delivery,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
) -> ReviewTask:
    """A question about where a document belongs or what it says; asking twice is asking once."""
    kind = FIELDS if reason in _ABOUT_VALUES else UNREADABLE if reason == "unreadable_page" else LINK
    task = reviews.open_task(
        session,
        kind=kind,
        delivery_id=delivery.id,
        document_id=document.id,
        reason=reason,
        question=QUESTIONS.get(reason, QUESTIONS["doubtful"]),
        evidence=dict(evidence or {}),
        priority=_PRIORITY.get(reason, 0),
        due_at=_due(delivery.received_at),
    )
    if task.reason != reason:  # what was asked before has become another question
        task.reason, task.question = reason, QUESTIONS.get(reason, QUESTIONS["doubtful"])
        task.evidence = dict(evidence or {})
        session.add(task)
    return task


def with_people(session: Session, document: Document) -> bool:
    """Whether where a document belongs is in somebody's hands: looked at now, held back, or just decided.

    Bots keep their hands off it meanwhile. While somebody looks at it, it is looked at again afterwards.
    """
    query = (
        select(ReviewTask)
        .where(
            ReviewTask.document_id == document.id,
            ReviewTask.kind == LINK,
            ReviewTask.state != ReviewState.CANCELLED,
        )
        .order_by(col(ReviewTask.id).desc())
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    task = session.exec(query).first()
    if task is None:
        return False
    decision = task.decision or {}
    if task.state == ReviewState.DECIDED:
        return APPLIED not in decision
    if decision.get("action") == "hold":
        return True
    until = task.claimed_until if task.state == ReviewState.CLAIMED else None
    if until is None or until <= datetime.now(UTC):
        return False
    work.add(
        session,
        "intake.link",
        f"delivery:{document.delivery_id}:after:{int(until.timestamp())}",
        payload={"delivery_id": document.delivery_id, "again": True},
        due_at=until,
    )
    return True


def ask_about_delivery(session: Session, delivery: Delivery, reason: str, question: str) -> ReviewTask:
    """A question about a delivery as a whole: it cannot be opened, or came with errors."""
    return reviews.open_task(
        session,
        kind=UNREADABLE,
        delivery_id=delivery.id,
        reason=reason,
        question=question,
        due_at=_due(delivery.received_at),
    )


def _due(received_at: datetime) -> datetime:
    return received_at + _ANSWER_WITHIN
