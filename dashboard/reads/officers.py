"""Officers: where each sits, who stands in, and how much waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from queues.absences import during, stand_ins
from queues.days import today
from queues.models import Absence, Account, Officer
from queues.whose import Circle


@dataclass(frozen=True)
class Seat:
    """An officer's place today. `standing_in`: names of the absent with the last day of their absence."""

    officer: Officer | None
    standing_in: tuple[tuple[str, date], ...] = ()
    away_until: date | None = None
    acting: str = ""


@dataclass(frozen=True)
class Laden:
    """An officer with how much waits for them. `acting`: who stands in today, "" when present."""

    officer: Officer
    has_account: bool
    away: bool
    acting: str
    reviews: int
    overdue: int
    papers: int


def officers(session: Session, *, active: bool = True) -> Sequence[Officer]:
    """By team and name."""
    query = select(Officer).order_by(col(Officer.team), col(Officer.name), col(Officer.number))
    return session.exec(query.where(col(Officer.active)) if active else query).all()


def label(officer: Officer) -> str:
    """`이담당 (101, 실업급여과)`."""
    about = ", ".join(w for w in (officer.number, officer.team) if w)
    return f"{officer.name or officer.number} ({about})"


def seat_of(session: Session, circle: Circle) -> Seat:
    """Where the officer of a circle sits today."""
    officer = session.get(Officer, circle.officer_id) if circle.officer_id is not None else None
    if officer is None:
        return Seat(None)
    away = {a.officer_id: a for a in during(session, today(), today())}
    names = _names(session, list(circle.acting_for))
    own = away.get(officer.id)
    acting = stand_ins(session).acts(officer.id) if own else None
    return Seat(
        officer=officer,
        standing_in=tuple(
            (names.get(i, ""), away[i].until_on) for i in sorted(circle.acting_for) if i in away
        ),
        away_until=own.until_on if own else None,
        acting=_names(session, [acting]).get(acting, "") if acting is not None else "",
    )


def laden(session: Session) -> list[Laden]:
    """All officers with their load; nobody's work comes last, as an officer without id."""
    reviews = {
        row.officer_id: row
        for row in session.connection().execute(
            text(
                "SELECT officer_id, count(*) AS counted, count(*) FILTER (WHERE due_at < now()) AS late "
                "FROM review_task WHERE state IN ('open', 'claimed') "
                "AND (held_until IS NULL OR held_until <= now()) GROUP BY officer_id"
            )
        )
    }
    papers: dict[int | None, int] = dict(
        session.connection()
        .execute(
            text(
                "SELECT officer_id, count(DISTINCT application_id) FROM new_paper "
                "WHERE seen_at IS NULL GROUP BY officer_id"
            )
        )
        .all()
    )
    manned = set(session.exec(select(Account.officer_id).where(col(Account.active))).all())
    acting = stand_ins(session)
    names = _names(session, [i for i in acting.final.values() if i is not None])
    result = []
    for officer in officers(session):
        away = officer.id in acting.final
        who = acting.acts(officer.id)
        found = reviews.get(officer.id)
        result.append(
            Laden(
                officer=officer,
                has_account=officer.id in manned,
                away=away,
                acting=(names.get(who, "") if who is not None else "팀 공동") if away else "",
                reviews=found.counted if found else 0,
                overdue=found.late if found else 0,
                papers=papers.get(officer.id, 0),
            )
        )
    return result


def absences_from(session: Session, on: date) -> list[tuple[Absence, Officer, Officer | None]]:
    """Absences that have not ended by a day, the next foremost."""
    query = (
        select(Absence, Officer)
        .join(Officer, col(Officer.id) == col(Absence.officer_id))
        .where(Absence.until_on >= on, col(Absence.ended_at).is_(None))
        .order_by(col(Absence.from_on), col(Absence.id))
    )
    return [
        (absence, officer, session.get(Officer, absence.substitute_id) if absence.substitute_id else None)
        for absence, officer in session.exec(query).all()
    ]


def _names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = select(Officer).where(col(Officer.id).in_(ids))
    return {o.id: o.name or o.number for o in session.exec(query)} if ids else {}
