"""일일 대사: saying why something differs, signing for it, closing a day; by right, with the password once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from dashboard.acts import password_again
from dashboard.acts.decisions import Refused
from dashboard.acts.reviewing import Stale
from dashboard.acts.rights import Right, require
from dashboard.visitor import Visitor
from queues import bank_days
from queues.bank_days import NotSignable
from queues.errors import StaleDecision
from queues.models import Account, BankDay, Difference

LONGEST = 1000
CHANGED = "그 사이 이 날의 대사가 바뀌어 반영하지 않았습니다. 화면을 새로 열어 확인해 주십시오."


def explain(session: Session, visitor: Visitor, difference_id: int, comment: str) -> Difference:
    """Say why something differs. Raises `NotAllowed`, `Refused`, `Stale`."""
    require(visitor, Right.RECONCILE)
    if session.get(Difference, difference_id) is None:
        raise Refused("없는 차이입니다.")
    with _possible():
        return bank_days.explain(session, difference_id, _reason(comment), _account(session, visitor))


def sign_day(
    session: Session, visitor: Visitor, bank_day_id: int, seen: int, password: str, comment: str
) -> BankDay:
    """Close a day that differs, answering for it, with the password once more; `seen`: the day's version.

    Raises `NotAllowed`, `Refused` (field "password" for a wrong one), `Stale`.
    """
    require(visitor, Right.RECONCILE)
    _known(session, bank_day_id)
    reason = _reason(comment)
    password_again.confirm(visitor, password, f"sign bank_day:{bank_day_id}")
    with _possible():
        return bank_days.sign(session, bank_day_id, seen, reason, _account(session, visitor))


def close_day(session: Session, visitor: Visitor, bank_day_id: int, seen: int) -> BankDay:
    """Close a day that agrees, before the night does. Raises `NotAllowed`, `Refused`, `Stale`."""
    require(visitor, Right.RECONCILE)
    _known(session, bank_day_id)
    with _possible():
        return bank_days.close(session, bank_day_id, seen, _account(session, visitor))


def _known(session: Session, bank_day_id: int) -> None:
    if session.get(BankDay, bank_day_id) is None:
        raise Refused("없는 대사일입니다.")


def _reason(comment: str) -> str:
    reason = comment.strip()[:LONGEST]
    if not reason:
        raise Refused("사유를 적어 주십시오.", "comment")
    return reason


@contextmanager
def _possible() -> Iterator[None]:
    try:
        yield
    except NotSignable as why:
        raise Refused(why.text) from None
    except StaleDecision:
        raise Stale(CHANGED) from None


def _account(session: Session, visitor: Visitor) -> Account:
    return session.get_one(Account, visitor.account_id)
