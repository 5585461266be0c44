"""Seeing personal data: each sight is noted (접속기록), and seeing it in full asks for a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlmodel import Session, col, select

from dashboard.acts.rights import Right, require
from dashboard.parts.times import now
from dashboard.visitor import Visitor
from queues import access
from queues.models import AccessLog, Account

REVEAL = "unmask"
REVEAL_HOLDS = timedelta(minutes=30)
ONE_LOOK = timedelta(minutes=10)

REASONS = (
    "신청 확인·연결",
    "판독값 확인·수정",
    "민원인 문의 응대",
    "보완 요청 확인",
    "지급·계좌 확인",
    "감사·점검",
)


class ReasonMissing(Exception):
    """Full values are shown only to one who says why."""


def note_access(session: Session, visitor: Visitor, subject: str, action: str, reason: str = "") -> None:
    """Note in the caller's transaction that `visitor` saw `subject` ("delivery:17", "page:40")."""
    account = session.get_one(Account, visitor.account_id)
    access.log_access(
        session, account, address=visitor.address, subject=subject, action=action, reason=reason
    )


def note_look(session: Session, visitor: Visitor, subject: str, action: str, reason: str = "") -> None:
    """The same for what is shown again and again (a screen that renews itself, the pieces of one page): one look
    within `ONE_LOOK` is noted once."""
    lately = select(AccessLog.id).where(
        AccessLog.account_id == visitor.account_id,
        AccessLog.subject == subject,
        AccessLog.action == action,
        col(AccessLog.at) > now() - ONE_LOOK,
    )
    if session.exec(lately.limit(1)).first() is None:
        note_access(session, visitor, subject, action, reason)


def reveal(
    session: Session, visitor: Visitor, delivery_id: int, reason: str, application_ids: Iterable[int] = ()
) -> None:
    """Let the visitor see a delivery's values, and those of cases beside it, in full for half an hour.

    Raises `NotAllowed`, or `ReasonMissing` for a reason of fewer than two characters.
    """
    reveal_subjects(
        session,
        visitor,
        [f"delivery:{delivery_id}", *(f"application:{i}" for i in application_ids)],
        reason,
    )


def reveal_subjects(session: Session, visitor: Visitor, subjects: Iterable[str], reason: str) -> None:
    """The same for anything ("notice:17"), each of which is noted. Raises `NotAllowed`, `ReasonMissing`."""
    require(visitor, Right.SEE_IN_FULL)
    reason = reason.strip()
    if len(reason) < 2:
        raise ReasonMissing("개인정보를 전부 보려면 사유를 적어 주십시오.")
    for subject in subjects:
        note_access(session, visitor, subject, REVEAL, reason[:200])


def is_revealed(session: Session, visitor: Visitor, delivery_id: int) -> bool:
    """Whether the visitor has given a reason for this delivery within the last half hour."""
    return reason_given(session, visitor, f"delivery:{delivery_id}") != ""


def reason_given(session: Session, visitor: Visitor, subject: str) -> str:
    """The last reason for which the visitor was shown a subject in full within the last half hour, else ""."""
    query = select(AccessLog.reason).where(
        AccessLog.account_id == visitor.account_id,
        AccessLog.subject == subject,
        AccessLog.action == REVEAL,
        col(AccessLog.at) > now() - REVEAL_HOLDS,
    )
    return session.exec(query.order_by(col(AccessLog.id).desc()).limit(1)).first() or ""
