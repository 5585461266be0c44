"""Whose turn it is in a line of approval: named people, those who stand in for them, or anybody of a role."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, or_
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from queues.models import Account, Approval, ApprovalState, Notice, NoticeState, Role
from queues.whose import circle_of

_IN_LINE = (Role.STAFF.value, Role.SUPERVISOR.value)


def turns(session: Session, account: Account) -> ColumnElement[bool]:
    """What an `Approval` row must fulfil to be asked of this person now; for queries that join `Notice`.

    Nobody takes two steps of one round: what needs another person's eyes is not theirs.
    """
    other = aliased(Approval)
    took_part = (
        select(other.id)
        .where(
            other.subject == Approval.subject,
            other.round == Approval.round,
            other.state == ApprovalState.APPROVED.value,
            col(other.decided_by).in_([account.id, *_same_person(session, account)]),
        )
        .exists()
    )
    anybody = and_(col(Approval.account_id).is_(None), col(Approval.role) == account.role)
    of_nobody = and_(
        col(Approval.account_id).in_(_unattended(session, account)),
        col(Approval.role).in_(_stands_in_for(account)),
    )
    return and_(
        col(Approval.state) == ApprovalState.ASKED.value,
        col(Notice.state) == NoticeState.APPROVAL.value,
        col(Approval.content_sha256) == col(Notice.content_sha256),
        or_(col(Approval.account_id).in_(_acting_for(session, account)), of_nobody, anybody),
        ~took_part,
    )


def my_turn(session: Session, account: Account, *, limit: int = 200) -> list[Approval]:
    """Steps that this person may decide now, the oldest first."""
    if account.role not in _IN_LINE:
        return []
    query = (
        select(Approval)
        .join(Notice, col(Notice.id) == col(Approval.notice_id))
        .where(turns(session, account))
        .order_by(col(Approval.created_at), col(Approval.id))
        .limit(limit)
    )
    return list(session.exec(query))


def in_turn(session: Session, step: Approval, account: Account) -> bool:
    """Whether a step is this person's to decide, so far as people go (its state is not looked at)."""
    if account.role not in _IN_LINE or not account.active:
        return False
    same = {account.id, *_same_person(session, account)}
    taken = select(Approval.decided_by).where(
        Approval.subject == step.subject,
        Approval.round == step.round,
        Approval.state == ApprovalState.APPROVED,
    )
    if same & set(session.exec(taken)):
        return False
    if step.account_id is None:
        return account.role == step.role
    if step.account_id in _acting_for(session, account):
        return True
    return step.role in _stands_in_for(account) and step.account_id in _unattended(session, account)


def may_decide(session: Session, step: Approval, account: Account) -> bool:
    """Whether this person may decide the step now."""
    return step.state == ApprovalState.ASKED and in_turn(session, step, account)


def _stands_in_for(account: Account) -> tuple[str, ...]:
    """The roles whose steps one of this role may take where nobody else would: never those of a higher one."""
    return _IN_LINE if account.role == Role.SUPERVISOR else (Role.STAFF.value,)


def _acting_for(session: Session, account: Account) -> list[int]:
    """The accounts in whose place this person decides today: their own, and those of the absent who named them."""
    return sorted({account.id, *_accounts_of(session, circle_of(session, account.id).own)})


def _unattended(session: Session, account: Account) -> list[int]:
    """The accounts of officers for whom nobody is there."""
    return sorted(_accounts_of(session, circle_of(session, account.id).unattended))


def _accounts_of(session: Session, officers: Collection[int]) -> set[int]:
    return set(session.exec(select(Account.id).where(col(Account.officer_id).in_(officers))))


def _same_person(session: Session, account: Account) -> list[int]:
    """Other accounts of the same officer."""
    if account.officer_id is None:
        return []
    return list(session.exec(select(Account.id).where(Account.officer_id == account.officer_id)))
