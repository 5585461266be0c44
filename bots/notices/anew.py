"""A letter made anew: of what the case says now, agreed to anew where it is an act."""

from __future__ import annotations

from sqlmodel import Session, select

from bots.notices import asking
from queues import approvals, audit, notices, work
from queues.errors import BackOfficeError
from queues.models import Dispatch, DispatchState, Notice, NoticeState

_UNDER_WAY = {
    s.value for s in (DispatchState.PLANNED, DispatchState.LEAVING, DispatchState.SENT, DispatchState.UNKNOWN)
}
_STILL_HERE = {
    NoticeState.DRAFT.value,
    NoticeState.APPROVAL.value,
    NoticeState.APPROVED.value,
    NoticeState.READY.value,
    NoticeState.RETURNED.value,
    NoticeState.REVIEW.value,
}
_ABOUT_NUMBER = ("notice_number_refused", "notice_no_document_system")


class MayHaveLeft(BackOfficeError):
    """A notice cannot be made anew while an attempt to bring it is under way; the text, in Korean, says so."""


def again(session: Session, notice: Notice, actor: str, reason: str = "again") -> None:
    """Have a letter made anew of what the case says now, in the caller's transaction.

    What was approved is void and what was asked about making it is withdrawn; but where only the number could
    not be had, what was agreed to stands as long as the case says the same. Raises `MayHaveLeft` while an attempt
    is planned, under way or unsettled, and once the letter is out or the notice has ended.
    """
    query = select(Notice).where(Notice.id == notice.id).with_for_update()
    notice = session.exec(query.execution_options(populate_existing=True)).one()
    live = session.exec(select(Dispatch.state).where(Dispatch.notice_id == notice.id)).all()
    if notice.state not in _STILL_HERE or set(live) & _UNDER_WAY:
        raise MayHaveLeft("발송하였거나 발송 중인 통지서는 다시 작성할 수 없습니다.")
    asking.withdraw(session, notice, actor)
    if (
        notice.state == NoticeState.REVIEW
        and notice.reason in _ABOUT_NUMBER
        and approvals.is_through(session, notice)
    ):
        notices.move(session, notice, NoticeState.APPROVED, actor, reason=reason)
    else:
        _from_the_start(session, notice, actor, reason)
    payload = {"notice_id": notice.id}
    reference = f"notice:{notice.id}:v{notice.version}"
    work.add(session, notices.PREPARE, reference, payload=payload, priority=50, actor=actor)


def _from_the_start(session: Session, notice: Notice, actor: str, reason: str) -> None:
    approvals.void(session, notice, reason, actor)
    notices.move(session, notice, NoticeState.DRAFT, actor, reason=reason)
    if notice.document_no:  # it stays used up: the letter that it was given to never comes into being, or did
        audit.record(
            session, actor, "notice.number_given_up", "notice", notice.id, document_no=notice.document_no
        )
    notice.ready_at, notice.letter_sha256, notice.content_sha256 = None, "", ""
    notice.document_no, notice.effective_on = None, None
    session.add(notice)
