"""What has followed a decision that cannot be taken back, in the words in which staff read it.

A decision may be taken back until
- the same documents were decided about, or put into another order, or objected to, once more;
- another center has taken over what was passed on to it;
- a case that it registered is no longer open, or other people have attached papers to it;
- a case that it attached to was open then and is not any more;
- an act (처분) about such a case, made since, was sent;
- work that it had done again is finished.
What a bot did in consequence is no hindrance: it is taken back along with it. What was decided about a notice
and carried out is not taken back: a letter that left is out, and what is planned is called off on its own sheet.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, col, select

from queues.models import (
    Application,
    Attachment,
    Dispatch,
    DispatchState,
    Effect,
    Notice,
    OutwardState,
    Registration,
    ReviewState,
    ReviewTask,
    Transfer,
    WorkItem,
    WorkState,
)
from queues.sealed_fields import APPLIED

UNDER_WAY = "되돌리는 중입니다."
_UNDONE = "이미 되돌렸습니다."
_LATER = "같은 문서에 대해 나중에 한 결정이 있습니다. 그 결정을 먼저 되돌려 주십시오."
_TAKEN = "{center}에서 이미 인수한 문서입니다. 필요하면 그 센터에 반송을 요청하십시오."
_REGISTERED = "접수된 신청({receipt})이 이미 처리되었습니다. 행정시스템에서 신청의 상태를 확인하십시오."
_OTHERS = "접수된 신청({receipt})에 담당자가 다른 서류를 연결했습니다. 그 연결을 먼저 되돌려 주십시오."
_CLOSED = "연결한 신청({receipt})이 그 뒤에 종결되었습니다."
_TOLD = "연결한 신청({receipt})의 처분 통지서가 그 뒤에 발송되었습니다. 처분을 먼저 바로잡아 주십시오."
NOTICE = "통지에 대한 결정은 이미 반영되어 되돌릴 수 없습니다. 통지 화면에서 다시 발송하거나 발송을 취소해 주십시오."
_STILL_HERE = (DispatchState.PLANNED.value, DispatchState.FAILED.value, DispatchState.CANCELLED.value)
_FINISHED = "다시 실행한 작업이 이미 끝났습니다."


def effect_of(session: Session, task: ReviewTask) -> Effect | None:
    """What the decision of a task changed, as long as that stands."""
    query = select(Effect).where(Effect.task_id == task.id, col(Effect.undone_at).is_(None))
    return session.exec(query.order_by(col(Effect.id).desc())).first()


def outward(session: Session, effect: Effect) -> bool:
    """Whether another system has to agree before this can be taken back."""
    if effect.task_id is None:
        return False
    for table in (Registration, Transfer):
        query = select(table.id).where(
            table.task_id == effect.task_id, col(table.state).in_([OutwardState.PENDING, OutwardState.DONE])
        )
        if session.exec(query).first() is not None:
            return True
    return False


def what_followed(session: Session, effect: Effect) -> str:
    """Why an effect cannot be taken back now, "" when it can."""
    if effect.undone_at is not None:
        return _UNDONE
    if effect.undo_asked_at is not None:
        return UNDER_WAY
    return (
        _later(session, effect)
        or _taken(session, effect)
        or _registered(session, effect)
        or _closed(session, effect)
        or _told(session, effect)
        or _finished(session, effect)
    )


def _later(session: Session, effect: Effect) -> str:
    mine = set(effect.documents)
    if effect.delivery_id is None:
        return ""
    since = select(Effect).where(
        Effect.delivery_id == effect.delivery_id,
        Effect.id > effect.id,
        col(Effect.undone_at).is_(None),
        col(Effect.undo_asked_at).is_(None),
    )
    if any(mine & set(later.documents) for later in session.exec(since)):
        return _LATER
    return _LATER if _waiting(session, effect, mine) else ""


def _waiting(session: Session, effect: Effect, documents: Collection[int]) -> bool:
    """Whether somebody has decided about these documents since, which is not carried out yet."""
    query = select(ReviewTask).where(
        ReviewTask.delivery_id == effect.delivery_id,
        ReviewTask.state == ReviewState.DECIDED,
        ReviewTask.id != effect.task_id if effect.task_id is not None else col(ReviewTask.id).is_not(None),
        col(ReviewTask.decided_at) > effect.made_at,
    )
    decided = [t for t in session.exec(query) if APPLIED not in (t.decision or {})]
    return any(t.document_id is None or t.document_id in documents for t in decided)


def under_way(session: Session, delivery_id: int, documents: Collection[int]) -> bool:
    """Whether a decision about these documents, an arrangement of the delivery's pages, or taking one of them
    back, is still to be carried out."""
    decided = select(ReviewTask).where(
        ReviewTask.delivery_id == delivery_id, ReviewTask.state == ReviewState.DECIDED
    )
    for task in session.exec(decided):
        concerned = task.document_id is None or task.document_id in documents
        if concerned and APPLIED not in (task.decision or {}):
            return True
    standing = select(Effect).where(Effect.delivery_id == delivery_id, col(Effect.undone_at).is_(None))
    return any(
        effect.undo_asked_at is not None or ("plan" in effect.after and "done" not in effect.after)
        for effect in session.exec(standing)
    )


def _taken(session: Session, effect: Effect) -> str:
    query = select(Transfer).where(
        Transfer.task_id == effect.task_id,
        Transfer.state == OutwardState.DONE,
        col(Transfer.taken_at).is_not(None),
    )
    found = session.exec(query).first() if effect.task_id is not None else None
    return _TAKEN.format(center=found.center) if found else ""


def _registered(session: Session, effect: Effect) -> str:
    if effect.task_id is None:
        return ""
    query = (
        select(Application)
        .join(Registration, col(Registration.receipt_no) == col(Application.receipt_no))
        .where(Registration.task_id == effect.task_id, Registration.state == OutwardState.DONE)
    )
    case = session.exec(query).first()
    if case is None:
        return ""
    if case.status != "open":
        return _REGISTERED.format(receipt=case.receipt_no)
    by_people = select(Attachment.id).where(
        Attachment.application_id == case.id,
        col(Attachment.undone_at).is_(None),
        Attachment.decided_by != "bot",
        col(Attachment.document_id).not_in(effect.documents),
    )
    return _OTHERS.format(receipt=case.receipt_no) if session.exec(by_people).first() is not None else ""


def _closed(session: Session, effect: Effect) -> str:
    then_open = [int(number) for number, status in effect.after.get("cases", {}).items() if status == "open"]
    query = select(Application.receipt_no).where(
        col(Application.id).in_(then_open), Application.status != "open"
    )
    found = session.exec(query.order_by(col(Application.id))).first() if then_open else None
    return _CLOSED.format(receipt=found) if found else ""


def _told(session: Session, effect: Effect) -> str:
    """What an act said of the case, it said on the ground of the papers as they were."""
    cases = [int(number) for number in effect.after.get("cases", {})]
    query = (
        select(Application.receipt_no)
        .join(Notice, col(Notice.application_id) == col(Application.id))
        .join(Dispatch, col(Dispatch.notice_id) == col(Notice.id))
        .where(
            col(Application.id).in_(cases),
            col(Notice.official).is_(True),
            col(Notice.created_at) > effect.made_at,
            col(Dispatch.state).not_in(_STILL_HERE),
        )
        .order_by(col(Application.id))
    )
    found = session.exec(query).first() if cases else None
    return _TOLD.format(receipt=found) if found else ""


def _finished(session: Session, effect: Effect) -> str:
    item_id = effect.after.get("item")
    item = session.get(WorkItem, item_id) if item_id else None
    return _FINISHED if item is not None and item.state == WorkState.DONE else ""
