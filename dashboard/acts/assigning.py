"""Whose work it is: giving cases and questions to another officer, absences and who stands in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session

from dashboard.acts.rights import NotAllowed, Right, may, require
from dashboard.visitor import Visitor
from queues import absences, new_papers, officers
from queues.absences import CannotBeAbsent
from queues.models import Absence, Account, Application, Officer, ReviewState, ReviewTask
from queues.whose import circle_of


class CannotAssign(Exception):
    """The text says why, for the person who tried."""


def give_tasks(session: Session, visitor: Visitor, task_ids: Iterable[int], officer_id: int | None) -> int:
    """Give open questions to an officer, or to everybody (None); returns how many changed hands.

    Raises `NotAllowed`, `CannotAssign`.
    """
    require(visitor, Right.ASSIGN)
    officer = _officer(session, officer_id) if officer_id is not None else None
    given = 0
    for task_id in sorted(set(task_ids)):
        task = session.get(ReviewTask, task_id, with_for_update=True)
        if task is None or task.state not in (ReviewState.OPEN, ReviewState.CLAIMED):
            continue
        if task.officer_id != officer_id:
            officers.give_task(session, task, officer, visitor.account_id)
            given += 1
    return given


def give_cases(session: Session, visitor: Visitor, application_ids: Iterable[int], officer_id: int) -> int:
    """Give cases, with their new papers and open questions, to an officer; returns how many.

    Raises `NotAllowed`, `CannotAssign`.
    """
    require(visitor, Right.ASSIGN)
    officer = _officer(session, officer_id)
    given = 0
    for application_id in sorted(set(application_ids)):
        application = session.get(Application, application_id, with_for_update=True)
        if application is not None and application.officer_id != officer_id:
            officers.give_case(session, application, officer, visitor.account_id)
            given += 1
    return given


def look_at(session: Session, visitor: Visitor, application_id: int) -> None:
    """The case's new papers count as seen when its officer, or whoever stands in, opens them.

    A supervisor who looks in takes nothing out of the officer's list. Raises `NotAllowed`.
    """
    require(visitor, Right.REVIEW)
    application = session.get(Application, application_id)
    circle = circle_of(session, visitor.account_id)
    if application is None:
        return
    owner = officers.owner(session, application)
    if owner is None or owner.id in circle.own or owner.id in circle.unattended:
        new_papers.seen(session, application_id, visitor.account_id)


def put_back(session: Session, visitor: Visitor, application_id: int, document_ids: Iterable[int]) -> None:
    """Papers that were looked at stand among the new ones again. Raises `NotAllowed`."""
    require(visitor, Right.REVIEW)
    new_papers.unseen(session, list(document_ids), application_id)


def announce_absence(
    session: Session,
    visitor: Visitor,
    officer_id: int,
    substitute_id: int | None,
    from_on: date,
    until_on: date,
    reason: str = "",
) -> Absence:
    """An officer's own absence, or by a supervisor anybody's. Raises `NotAllowed`, `CannotAssign`."""
    _own_or_supervisor(session, visitor, officer_id)
    _officer(session, officer_id)
    try:
        return absences.announce(
            session,
            officer_id,
            substitute_id,
            from_on,
            until_on,
            reason=reason.strip()[:100],
            made_by=visitor.account_id,
        )
    except CannotBeAbsent as refused:
        raise CannotAssign(str(refused)) from None


def end_absence(session: Session, visitor: Visitor, absence_id: int) -> None:
    """End it now. Raises `NotAllowed`, `CannotAssign`."""
    absence = session.get(Absence, absence_id)
    if absence is None:
        require(visitor, Right.REVIEW)
        raise CannotAssign("없는 부재입니다.")
    _own_or_supervisor(session, visitor, absence.officer_id)
    absences.end(session, absence, made_by=visitor.account_id)


def _own_or_supervisor(session: Session, visitor: Visitor, officer_id: int) -> None:
    account = session.get(Account, visitor.account_id)
    own = account is not None and account.officer_id == officer_id and may(visitor, Right.REVIEW)
    if not own and not may(visitor, Right.ASSIGN):
        raise NotAllowed(Right.ASSIGN)


def _officer(session: Session, officer_id: int) -> Officer:
    officer = session.get(Officer, officer_id)
    if officer is None or not officer.active:
        raise CannotAssign("없는 담당자이거나 더는 근무하지 않는 담당자입니다.")
    return officer
