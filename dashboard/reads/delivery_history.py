"""What happened to a delivery, in order: taken, read, linked, asked, decided, told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dashboard.parts.korean import reason as reason_text
from dashboard.reads.document_types import title
from dashboard.reads.references import actor_names
from queues.models import Application, Attachment, AuditEvent, Delivery, Document, ReviewTask, WorkItem

_SINK = "intake.attach"
_WORDS = {
    "delivery.taken": "접수",
    "delivery.read": "판독을 마침",
    "delivery.unreadable": "읽지 못함",
    "delivery.repeat": "먼저 받은 것과 같은 서류로 봄",
    "delivery.not_a_repeat": "중복이 아니라고 함",
    "delivery.rejected": "반려",
    "delivery.split": "우편물 여러 통으로 나눔",
    "delivery.arrange": "쪽을 다시 묶도록 함",
    "delivery.arranged": "쪽을 다시 묶음",
    "document.review": "검토로 넘김",
    "document.discarded": "연결할 서류가 아니어서 보관만 함",
    "document.corrected": "읽은 값을 고침",
    "document.type": "문서 종류를 고침",
    "document.rejected": "반려",
    "document.transfer": "이송하기로 함",
    "document.transferred": "이송됨",
    "document.transfer_refused": "이송을 받지 않음",
    "review.decide": "검토 결정",
    "review.undo": "검토 결정을 되돌림",
}
_DECISIONS = {
    "attach": "연결",
    "correct": "확인·수정",
    "reject": "반려",
    "hold": "보류",
    "register": "신규 접수",
    "transfer": "이송",
}


@dataclass(frozen=True)
class Happened:
    """One line: when, what, to which of its documents ("" for all of it), by whom."""

    at: datetime
    what: str
    about: str
    who: str


def history(session: Session, delivery: Delivery, documents: Sequence[Document]) -> list[Happened]:
    """Oldest first. What bots tried in between is in the machine room."""
    names = {d.id: title(d.type) for d in documents} if len(documents) > 1 else {}
    events = _events(session, delivery, documents)
    lines = [(e.at, _words(e), names.get(about, ""), e.actor) for e, about in events]
    lines += _attachments(session, documents, names)
    people = actor_names(session, {actor for *_, actor in lines})
    return sorted(
        (Happened(at, what, about, people.get(actor, "")) for at, what, about, actor in lines),
        key=lambda h: h.at,
    )


def _events(
    session: Session, delivery: Delivery, documents: Sequence[Document]
) -> list[tuple[AuditEvent, int]]:
    """Events with the document that each is about, 0 for the delivery as a whole."""
    tasks = session.exec(
        select(ReviewTask.id, ReviewTask.document_id).where(ReviewTask.delivery_id == delivery.id)
    ).all()
    own = {("delivery", str(delivery.id)): 0}
    own |= {("document", str(d.id)): d.id for d in documents}
    own |= {("review_task", str(task_id)): document_id or 0 for task_id, document_id in tasks}
    numbers = {number for _, number in own}
    query = select(AuditEvent).where(
        col(AuditEvent.subject_id).in_(numbers), col(AuditEvent.action).in_(_WORDS)
    )
    found = session.exec(query.order_by(col(AuditEvent.id))).all()
    return [(e, own[e.subject_type, e.subject_id]) for e in found if (e.subject_type, e.subject_id) in own]


def _words(event: AuditEvent) -> str:
    words = _WORDS[event.action]
    if event.action == "review.decide":
        return f"{words}: {_DECISIONS.get(str(event.detail.get('decided', '')), '기타')}"
    if event.action == "document.review":
        return f"{words}: {reason_text(str(event.detail.get('reason', '')))}"
    if event.action == "delivery.read":
        return f"{words} ({event.detail.get('pages', 0)}쪽, 문서 {event.detail.get('documents', 0)}건)"
    return words


def _attachments(
    session: Session, documents: Iterable[Document], names: dict[int, str]
) -> list[tuple[datetime, str, str, str]]:
    """Linked, told to the system of record, taken back."""
    rows = session.exec(
        select(Attachment, Application.receipt_no)
        .join(Application, col(Attachment.application_id) == col(Application.id))
        .where(col(Attachment.document_id).in_([d.id for d in documents]))
    ).all()
    told = _told(session, [a.id for a, _ in rows])
    lines = []
    for attachment, number in rows:
        about = names.get(attachment.document_id, "")
        by = "bot" if attachment.decided_by == "bot" else f"account:{attachment.decided_by}"
        lines.append((attachment.decided_at, f"{number}에 연결", about, by))
        if attachment.id in told:
            lines.append((told[attachment.id], f"{number} 연결을 행정시스템에 알림", about, "bot"))
        if attachment.undone_at is not None:
            lines.append((attachment.undone_at, f"{number} 연결을 거둠", about, ""))
    return lines


def _told(session: Session, attachment_ids: Iterable[int]) -> dict[int, datetime]:
    references = {f"attachment:{i}": i for i in attachment_ids}
    query = select(WorkItem.reference, WorkItem.ended_at).where(
        WorkItem.bot == _SINK, col(WorkItem.reference).in_(references), WorkItem.state == "done"
    )
    return {references[r]: at for r, at in session.exec(query).all() if at is not None}
