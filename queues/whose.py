"""Whose work a signed-in person sees as their own: their cases, and those of the absent they stand in for."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from queues.absences import StandIns, stand_ins
from queues.models import Account, Officer


@dataclass(frozen=True)
class Circle:
    """The officers around an account, by id.

    officer_id   the account's own, None for one that is no officer
    acting_for   the absent whose work it sees today
    team         its team, itself included
    unattended   officers at whose desk nobody signs in today, nor at their substitute's: their work is
                 anybody's, like that of nobody
    """

    officer_id: int | None = None
    acting_for: frozenset[int] = field(default_factory=frozenset)
    team: frozenset[int] = field(default_factory=frozenset)
    unattended: frozenset[int] = field(default_factory=frozenset)

    @property
    def own(self) -> list[int]:
        """The officers whose work is this person's today, their own first."""
        mine = [] if self.officer_id is None else [self.officer_id]
        return mine + sorted(self.acting_for)


def circle_of(session: Session, account_id: int) -> Circle:
    """What an account sees as its own today."""
    account = session.get(Account, account_id)
    officer_id = account.officer_id if account else None
    return circle_of_officer(session, officer_id)


def circle_of_officer(session: Session, officer_id: int | None) -> Circle:
    """What an officer sees as their own today; None: one who is no officer."""
    absences = stand_ins(session)
    officers = session.exec(select(Officer.id, Officer.team)).all()
    teams = dict(officers)
    own_team = teams.get(officer_id, "") if officer_id is not None else ""
    return Circle(
        officer_id=officer_id,
        acting_for=frozenset(absences.acting_for(officer_id)) if officer_id is not None else frozenset(),
        team=frozenset(i for i, team in officers if team == own_team) if own_team else frozenset(),
        unattended=_unattended(session, list(teams), absences),
    )


def _unattended(session: Session, officer_ids: list[int], absences: StandIns) -> frozenset[int]:
    query = select(Account.officer_id).where(col(Account.officer_id).is_not(None), col(Account.active))
    manned = set(session.exec(query).all())
    unattended = set()
    for officer_id in officer_ids:
        acting = absences.acts(officer_id)
        who = {acting} if acting is not None else set(absences.teams.get(officer_id, ()))
        if not who & manned:
            unattended.add(officer_id)
    return frozenset(unattended)
