"""A notice that is not to leave after all, as long as it has not."""

from __future__ import annotations

from sqlmodel import Session, select

from bots.notices import asking
from queues import approvals, notices
from queues.models import Dispatch, DispatchState, Notice, NoticeState

_HERE = frozenset(
    {NoticeState.DRAFT, NoticeState.APPROVAL, NoticeState.APPROVED, NoticeState.READY, NoticeState.REVIEW}
)
_NEVER_LEFT = frozenset({DispatchState.FAILED.value, DispatchState.CANCELLED.value})


def call_off(session: Session, notice: Notice, actor: str, reason: str) -> bool:
    """Cancel it in the caller's transaction; False, and nothing is changed, where it may have left already.

    What was agreed to is void, what was asked about making it withdrawn. Called off twice it is so once.
    """
    query = select(Notice).where(Notice.id == notice.id).with_for_update()
    notice = session.exec(query.execution_options(populate_existing=True)).one()
    if notice.state == NoticeState.CANCELLED:
        return True
    attempts = set(session.exec(select(Dispatch.state).where(Dispatch.notice_id == notice.id)))
    if notice.state not in _HERE or attempts - _NEVER_LEFT:
        return False
    approvals.void(session, notice, reason, actor)
    asking.withdraw(session, notice, actor)
    notices.move(session, notice, NoticeState.CANCELLED, actor, reason=reason)
    return True
