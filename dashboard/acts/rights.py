"""Who may do what. Screens hide what one may not do; the acts themselves refuse it."""

from __future__ import annotations

from enum import StrEnum

from dashboard.visitor import Visitor
from queues.models import Role


class Right(StrEnum):
    """Something that not everybody who is signed in may do."""

    REVIEW = "review"
    SEE_DELIVERIES = "see_deliveries"
    SEE_IN_FULL = "see_in_full"
    SEE_WORK = "see_work"
    RETRY_WORK = "retry_work"
    STEER_BOTS = "steer_bots"
    ASSIGN = "assign"
    ACCOUNTS = "accounts"
    HAND_IN = "hand_in"
    DOWNLOAD = "download"
    SEE_NOTICES = "see_notices"
    SEND_NOTICES = "send_notices"
    APPROVE = "approve"
    SEE_COSTS = "see_costs"
    SEE_PAYMENTS = "see_payments"
    MAKE_PAYMENTS = "make_payments"
    APPROVE_PAYMENTS = "approve_payments"
    STEER_PAYMENTS = "steer_payments"
    RECONCILE = "reconcile"
    SEE_BUDGET = "see_budget"
    BUDGET = "budget"
    APPOINT = "appoint"
    SEE_TALKS = "see_talks"
    RECORD_TALKS = "record_talks"
    SIGN_NOTES = "sign_notes"
    READ_NOTES = "read_notes"
    SEE_TALK_TOTALS = "see_talk_totals"
    MY_WORK = "my_work"


_STAFF = {
    Right.MY_WORK,
    Right.REVIEW,
    Right.SEE_DELIVERIES,
    Right.SEE_IN_FULL,
    Right.SEE_WORK,
    Right.RETRY_WORK,
    Right.HAND_IN,
    Right.DOWNLOAD,
    Right.SEE_NOTICES,
    Right.SEND_NOTICES,
    Right.APPROVE,  # of what the line asks them for: whose turn it is, the line itself says
    Right.SEE_PAYMENTS,
    Right.MAKE_PAYMENTS,
    Right.APPROVE_PAYMENTS,  # by appointment only: 재무관, 지출관, 출납공무원
    Right.STEER_PAYMENTS,
    Right.RECONCILE,
    Right.SEE_BUDGET,
    Right.READ_NOTES,  # signed ones, of the cases on file
}
_SUPERVISOR = {
    Right.STEER_BOTS,
    Right.ASSIGN,
    Right.SEE_COSTS,
    Right.BUDGET,
    Right.APPOINT,
    Right.SEE_TALKS,
    Right.SEE_TALK_TOTALS,
}
_COUNSELOR = {
    Right.MY_WORK,
    Right.SEE_DELIVERIES,
    Right.SEE_IN_FULL,
    Right.HAND_IN,
    Right.SEE_NOTICES,
    Right.SEE_TALKS,  # their own: whose words and sound may be seen and heard, each talk says itself
    Right.RECORD_TALKS,
    Right.SIGN_NOTES,
    Right.READ_NOTES,
}

GRANTS: dict[str, frozenset[Right]] = {
    Role.STAFF: frozenset(_STAFF),
    Role.SUPERVISOR: frozenset(_STAFF | _SUPERVISOR),
    Role.COUNSELOR: frozenset(_COUNSELOR),
    Role.ADMINISTRATOR: frozenset(Right),
}


class NotAllowed(Exception):
    """The signed-in person lacks a right. The text is for them to read."""

    def __init__(self, right: Right) -> None:
        super().__init__("이 일을 할 권한이 없습니다. 필요하면 시스템관리자에게 요청하십시오.")
        self.right = right


def may(visitor: Visitor, right: Right) -> bool:
    return right in GRANTS.get(visitor.role, frozenset())


def require(visitor: Visitor, right: Right) -> None:
    """Raises `NotAllowed`."""
    if not may(visitor, right):
        raise NotAllowed(right)
