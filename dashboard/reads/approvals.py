"""결재함: what waits for one person's agreement, and what they decided of late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from config.approval_lines import needs_reading
from queues.approvals import turns
from queues.models import Account, Application, Approval, ApprovalState, Employer, Notice, Person, Role

PAGE = 50
_IN_LINE = (Role.STAFF.value, Role.SUPERVISOR.value)


@dataclass(frozen=True)
class Waiting:
    """A row: a step that is this person's to decide. `name` is in clear, for the screen to mask.

    reading   it may be agreed to only by one who opened the letter; read: this person has
    stand_in  it is another's, who is absent
    """

    approval: Approval
    notice: Notice
    receipt_no: str
    name: str
    drafted_by: str
    reading: bool
    read: bool
    stand_in: str


@dataclass(frozen=True)
class Inbox:
    """One page, what has waited longest foremost, and how many there are in all."""

    rows: Sequence[Waiting]
    total: int


def inbox(session: Session, account_id: int, kind: str = "", *, page: int = 0) -> Inbox:
    """What this person may decide now. Pages count from 0."""
    account = session.get_one(Account, account_id)
    if account.role not in _IN_LINE:
        return Inbox((), 0)
    query: Any = _asked(
        sql_select(Approval, Notice, col(Application.receipt_no), Person, Employer), session, account
    )
    query = (
        query.join(Application, col(Notice.application_id) == col(Application.id))
        .outerjoin(Person, col(Notice.person_id) == col(Person.id))
        .outerjoin(Employer, col(Notice.employer_id) == col(Employer.id))
    )
    if kind:
        query = query.where(Notice.kind == kind)
    query = query.order_by(col(Approval.created_at), col(Approval.id)).limit(PAGE).offset(page * PAGE)
    found = session.execute(query).all()
    drafters = _drafters(session, [row[0].subject for row in found])
    names = _names(session, [row[0].account_id for row in found])
    rows = [
        Waiting(
            approval=a,
            notice=n,
            receipt_no=receipt_no,
            name=employer.name if employer else person.name if person else "",
            drafted_by=drafters.get((a.subject, a.round), ""),
            reading=needs_reading(n.kind, n.program),
            read=str(account_id) in a.readings,
            stand_in=names.get(a.account_id, "") if a.account_id not in (None, account_id) else "",
        )
        for a, n, receipt_no, person, employer in found
    ]
    counts = waiting_by_kind(session, account_id)
    return Inbox(rows, counts.get(kind, 0) if kind else sum(counts.values()))


def waiting_by_kind(session: Session, account_id: int) -> dict[str, int]:
    """How many letters of each kind wait for this person."""
    account = session.get_one(Account, account_id)
    if account.role not in _IN_LINE:
        return {}
    query: Any = _asked(sql_select(col(Notice.kind), func.count()), session, account)
    counted = session.execute(query.group_by(col(Notice.kind)).order_by(col(Notice.kind))).all()
    return dict(counted)


def decided_lately(session: Session, account_id: int, limit: int = 20) -> list[tuple[Approval, Notice]]:
    """What this person agreed to or sent back, the latest first."""
    query = (
        select(Approval, Notice)
        .join(Notice, col(Approval.notice_id) == col(Notice.id))
        .where(Approval.decided_by == account_id)
        .order_by(col(Approval.decided_at).desc())
        .limit(limit)
    )
    return [(a, n) for a, n in session.exec(query).all()]


def _asked(query: Any, session: Session, account: Account) -> Any:
    return (
        query.select_from(Approval)
        .join(Notice, col(Notice.id) == col(Approval.notice_id))
        .where(turns(session, account))
    )


def _drafters(session: Session, subjects: Sequence[str]) -> dict[tuple[str, int], str]:
    """Who drafted, by subject and round."""
    query = (
        select(Approval.subject, Approval.round, Account)
        .join(Account, col(Approval.decided_by) == col(Account.id))
        .where(
            col(Approval.subject).in_(subjects),
            Approval.duty == "draft",
            Approval.state == ApprovalState.APPROVED.value,
        )
    )
    return {(s, r): a.display_name or a.username for s, r, a in session.exec(query).all()}


def _names(session: Session, ids: Sequence[int | None]) -> dict[int | None, str]:
    query = select(Account).where(col(Account.id).in_([i for i in ids if i]))
    return {a.id: a.display_name or a.username for a in session.exec(query).all()}
