"""결재: reading, agreeing to, and sending back the letters of official acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from dashboard.acts.decisions import Refused
from dashboard.acts.reviewing import Stale
from dashboard.acts.rights import Right, require
from dashboard.visitor import Visitor
from queues import approvals
from queues.approvals import NeedsReading
from queues.errors import NotYours, StaleDecision
from queues.models import Account, Approval, Notice

__all__ = ["Agreed", "Refused", "Stale", "agree", "agree_to_many", "read", "recall", "send_back"]

CHANGED = "그 사이 문서나 결재 상태가 바뀌어 결재하지 않았습니다. 다시 열어 확인해 주십시오."
NOT_YOURS = "결재할 차례가 아니거나, 이 문서에서 이미 다른 단계를 결재하셨습니다."
NO_REASON = "반려 사유를 적어 주십시오."
NO_RECALL_REASON = "회수 사유를 적어 주십시오."
THROUGH = "결재가 이미 끝났거나 진행 중이 아니어서 회수할 수 없습니다."
NOT_DRAFTED = "본인이 기안한 문서만 회수할 수 있습니다."
LONGEST = 1000


@dataclass(frozen=True)
class Agreed:
    """What became of a bulk approval: approval ids by outcome, and for those not agreed to the Korean reason."""

    agreed: tuple[int, ...]
    left: dict[int, str]


def read(session: Session, visitor: Visitor, approval_id: int) -> None:
    """The letter was shown to this person; for others than the one whose turn it is nothing is noted."""
    require(visitor, Right.APPROVE)
    if session.get(Approval, approval_id) is not None:
        approvals.note_reading(session, approval_id, _account(session, visitor))


def agree(
    session: Session, visitor: Visitor, approval_id: int, content_sha256: str, comment: str = ""
) -> Approval:
    """Agree to one letter as it was shown. Raises `NotAllowed`, `Stale`, `Refused` with what is wrong."""
    return _agree(session, visitor, approval_id, content_sha256, comment, in_bulk=False)


def agree_to_many(session: Session, visitor: Visitor, shown: Iterable[tuple[int, str]]) -> Agreed:
    """Agree to many plain ones at once: (approval id, content as shown) of each.

    Each stands for itself: what needs reading, has changed or is another's is left, and told.
    """
    require(visitor, Right.APPROVE)
    agreed, left = [], {}
    for approval_id, content in sorted(set(shown)):
        try:
            with session.begin_nested():
                _agree(session, visitor, approval_id, content, "", in_bulk=True)
        except Refused as why:
            left[approval_id] = str(why)
        else:
            agreed.append(approval_id)
    return Agreed(tuple(agreed), left)


def send_back(
    session: Session, visitor: Visitor, approval_id: int, content_sha256: str, comment: str
) -> Approval:
    """Send a letter back with a reason. Raises `NotAllowed`, `Stale`, `Refused`."""
    require(visitor, Right.APPROVE)
    if not comment.strip():
        raise Refused(NO_REASON)
    _known(session, approval_id)
    try:
        return approvals.send_back(
            session, approval_id, content_sha256, _account(session, visitor), comment.strip()[:LONGEST]
        )
    except StaleDecision:
        raise Stale(CHANGED) from None
    except NotYours:
        raise Refused(NOT_YOURS) from None


def recall(session: Session, visitor: Visitor, notice_id: int, comment: str) -> Notice:
    """회수 of what one drafted oneself. Raises `NotAllowed`, `Stale`, `Refused`."""
    require(visitor, Right.APPROVE)
    if not comment.strip():
        raise Refused(NO_RECALL_REASON)
    if session.get(Notice, notice_id) is None:
        raise Refused("없는 통지입니다.")
    try:
        return approvals.recall(session, notice_id, _account(session, visitor), comment.strip()[:LONGEST])
    except StaleDecision:
        raise Stale(THROUGH) from None
    except NotYours:
        raise Refused(NOT_DRAFTED) from None


def _agree(
    session: Session, visitor: Visitor, approval_id: int, content: str, comment: str, *, in_bulk: bool
) -> Approval:
    require(visitor, Right.APPROVE)
    _known(session, approval_id)
    account = _account(session, visitor)
    try:
        return approvals.approve(
            session, approval_id, content, account, comment.strip()[:LONGEST], in_bulk=in_bulk
        )
    except StaleDecision:
        raise Stale(CHANGED) from None
    except NotYours:
        raise Refused(NOT_YOURS) from None
    except NeedsReading as why:
        raise Refused(str(why)) from None


def _known(session: Session, approval_id: int) -> None:
    if session.get(Approval, approval_id) is None:
        raise Refused("없는 결재입니다.")


def _account(session: Session, visitor: Visitor) -> Account:
    return session.get_one(Account, visitor.account_id)
