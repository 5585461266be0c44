"""Deciding what is asked about letters, and having one sent again: by right, noted, carried out by the bots."""

from __future__ import annotations

from sqlmodel import Session, col, select

from config import review_reasons
from dashboard.acts.decisions import Refused
from dashboard.acts.notice_answers import NoticeAnswer, checked, checked_resend
from dashboard.acts.reviewing import HELD, Stale, what_happened
from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import note_access
from dashboard.reads.notice_preview import BOT as PREVIEW
from dashboard.visitor import Visitor
from queues import reviews, work
from queues.dispatches import latest
from queues.errors import NotYours, StaleDecision
from queues.models import Account, Application, Notice, ReviewState, ReviewTask, WorkItem
from queues.ways import ways

ASKED_BY_PERSON = "notice_resend"
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


def decide_notice(session: Session, visitor: Visitor, task_id: int, answer: NoticeAnswer) -> ReviewTask:
    """Record the decision in the caller's transaction. Raises `NotAllowed`, `Refused`, `Stale`."""
    require(visitor, Right.SEND_NOTICES)
    task, notice = _asked(session, task_id)
    last = latest(session, notice.id)
    decision = checked(task, notice, last.state if last else "", answer, ways(session, notice))
    try:
        return reviews.decide(session, task_id, answer.version, decision, _account(session, visitor))
    except StaleDecision:
        raise Stale(what_happened(session, task)) from None
    except NotYours:
        raise Stale(HELD) from None


def resend(session: Session, visitor: Visitor, notice_id: int, answer: NoticeAnswer) -> ReviewTask:
    """Have a letter that left be sent once more by another way; the wish is kept as a decided question.

    answer.version  of the letter as the person saw it. Raises `NotAllowed`, `Refused`, `Stale`.
    """
    require(visitor, Right.SEND_NOTICES)
    notice = session.exec(
        select(Notice).where(Notice.id == notice_id).with_for_update(key_share=True)
    ).one_or_none()
    if notice is None:
        raise Refused("없는 통지입니다.")
    if notice.version != answer.version:
        raise Stale("그 사이 이 통지의 상태가 바뀌었습니다. 다시 보내지 않았습니다.")
    waiting = select(ReviewTask.id).where(
        ReviewTask.application_id == notice.application_id,
        col(ReviewTask.kind).startswith("notice"),
        col(ReviewTask.state).in_(_OPEN),
        col(ReviewTask.evidence)["notice_id"].as_integer() == notice_id,
    )
    if session.exec(waiting.limit(1)).first() is not None:
        raise Refused("이 통지에 대한 검토가 열려 있습니다. 그 검토에서 정해 주십시오.")
    decision = checked_resend(notice, answer, ways(session, notice))
    notice.version += 1  # the same press again is stale, before the bots have come to it
    session.add(notice)
    task = reviews.open_task(
        session,
        kind=ASKED_BY_PERSON,
        reason=ASKED_BY_PERSON,
        question=review_reasons.question(ASKED_BY_PERSON),
        application_id=notice.application_id,
        notice_id=notice_id,
        actor=visitor.actor,
    )
    return reviews.decide(session, task.id, task.version, decision, _account(session, visitor))


def ask_for_preview(session: Session, visitor: Visitor, notice_id: int) -> int:
    """Have a letter made as it would look now, without anything leaving; the number of the piece of work."""
    require(visitor, Right.SEE_NOTICES)
    notice = session.get(Notice, notice_id)
    if notice is None:
        raise Refused("없는 통지입니다.")
    note_access(session, visitor, f"notice:{notice_id}", "ask_preview")
    return _preview(session, visitor, f"notice:{notice_id}", {"notice_id": notice_id})


def ask_for_kind(session: Session, visitor: Visitor, kind: str, receipt_no: str) -> int:
    """Have a letter of a kind made for a case, to be looked at only. Raises `NotAllowed`, `Refused`."""
    require(visitor, Right.SEND_NOTICES)
    query = select(Application.id).where(Application.receipt_no == receipt_no.strip().upper())
    application_id = session.exec(query).one_or_none()
    if application_id is None:
        raise Refused("그 접수번호의 신청이 없습니다. 번호를 확인해 주십시오.")
    note_access(session, visitor, f"application:{application_id}", "ask_preview")
    told = select(Notice.id).where(Notice.application_id == application_id, Notice.kind == kind)
    known = session.exec(told.order_by(col(Notice.id).desc()).limit(1)).first()
    if known is not None:  # what it said last is what it has to say
        return _preview(session, visitor, f"notice:{known}", {"notice_id": known})
    payload = {"kind": kind, "application_id": application_id}
    return _preview(session, visitor, f"application:{application_id}", payload)


def _preview(session: Session, visitor: Visitor, reference: str, payload: dict[str, object]) -> int:
    """A new piece of work each time: what the letter would say may be another by now."""
    made = session.exec(
        select(WorkItem.attempt)
        .where(WorkItem.bot == PREVIEW, WorkItem.reference == reference)
        .order_by(col(WorkItem.attempt).desc())
        .limit(1)
    ).first()
    item = work.add(
        session,
        PREVIEW,
        reference,
        payload=payload,
        priority=200,
        attempt=(made or 0) + 1,
        actor=visitor.actor,
    )
    return item.id


def _asked(session: Session, task_id: int) -> tuple[ReviewTask, Notice]:
    task = session.get(ReviewTask, task_id)
    number = task.evidence.get("notice_id") if task is not None else None
    notice = session.get(Notice, int(number)) if number else None
    if task is None or notice is None:
        raise Refused("없는 검토 건입니다.")
    return task, notice


def _account(session: Session, visitor: Visitor) -> Account:
    return session.get_one(Account, visitor.account_id)
