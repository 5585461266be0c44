"""Absences (부재) and who stands in (대직): by date, along chains, never in a circle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from queues import audit
from queues.days import today
from queues.errors import BackOfficeError
from queues.models import Absence, Officer

_LOCK = 0x61627365  # "abse"


class CannotBeAbsent(BackOfficeError):
    """An absence that makes no sense; the text, in Korean, says why."""


@dataclass(frozen=True)
class StandIns:
    """Who acts for whom on one day.

    final  by id of every absent officer: who acts in the end, None where the whole team does
    teams  by id of every officer of whom `final` knows nobody: the ids of the team that acts
    """

    final: Mapping[int, int | None]
    teams: Mapping[int, frozenset[int]]

    def acting_for(self, officer_id: int) -> set[int]:
        """The absent whose work this officer sees today."""
        alone = {absent for absent, who in self.final.items() if who == officer_id}
        return alone | {absent for absent, team in self.teams.items() if officer_id in team}

    def acts(self, officer_id: int) -> int | None:
        """Who acts for an officer: themselves when present, None when the team does."""
        return self.final.get(officer_id, officer_id)


def announce(
    session: Session,
    officer_id: int,
    substitute_id: int | None,
    from_on: date,
    until_on: date,
    *,
    reason: str = "",
    made_by: int | None = None,
) -> Absence:
    """Note that an officer is away from a day until a day, both included.

    substitute_id  who stands in; None: everybody of the team

    Raises `CannotBeAbsent` for days in the wrong order or past, an absence that overlaps another of
    the same officer, or a substitute whose own substitutes lead back to the officer on one of the days.
    """
    session.connection().execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if until_on < from_on:
        raise CannotBeAbsent("끝나는 날이 시작하는 날보다 앞섭니다.")
    if until_on < today():
        raise CannotBeAbsent("이미 지난 기간입니다.")
    others = during(session, from_on, until_on)
    if any(a.officer_id == officer_id for a in others):
        raise CannotBeAbsent("그 기간에 이미 등록한 부재가 있습니다. 먼저 그 부재를 끝내 주십시오.")
    absence = Absence(
        officer_id=officer_id,
        substitute_id=substitute_id,
        from_on=from_on,
        until_on=until_on,
        reason=reason,
        made_by=made_by,
    )
    if substitute_id is not None:
        _refuse_circles(session, absence, others)
    session.add(absence)
    session.flush()
    actor = f"account:{made_by}" if made_by else "system"
    audit.record(
        session, actor, "absence.announce", "officer", officer_id,
        absence=absence.id, substitute=substitute_id, from_on=str(from_on), until_on=str(until_on),
    )  # fmt: skip
    return absence


def end(session: Session, absence: Absence, *, made_by: int | None) -> None:
    """End an absence now, or take back one that has not begun."""
    if absence.ended_at is None:
        absence.ended_at = datetime.now(UTC)
        session.add(absence)
        actor = f"account:{made_by}" if made_by else "system"
        audit.record(session, actor, "absence.end", "officer", absence.officer_id, absence=absence.id)


def during(session: Session, from_on: date, until_on: date) -> Sequence[Absence]:
    """Absences that hold on some day of a span, by their beginning."""
    query = select(Absence).where(
        Absence.from_on <= until_on, Absence.until_on >= from_on, col(Absence.ended_at).is_(None)
    )
    return session.exec(query.order_by(col(Absence.from_on), col(Absence.id))).all()


def stand_ins(session: Session, on: date | None = None) -> StandIns:
    """Who acts for whom on a day (today)."""
    on = on or today()
    away = {a.officer_id: a.substitute_id for a in during(session, on, on)}
    if not away:
        return StandIns({}, {})
    final = {officer_id: _follow(away, officer_id) for officer_id in away}
    left = [officer_id for officer_id, who in final.items() if who is None]
    return StandIns(final, _teams(session, left, set(away)))


def _follow(away: Mapping[int, int | None], officer_id: int) -> int | None:
    """Along the chain to the first who is there; None where it ends, or leads back."""
    seen = {officer_id}
    who = away[officer_id]
    while who is not None and who in away:
        if who in seen:
            return None
        seen.add(who)
        who = away[who]
    return who


def _teams(session: Session, left: Sequence[int], away: set[int]) -> dict[int, frozenset[int]]:
    """The present members of the teams of those for whom nobody in particular acts."""
    if not left:
        return {}
    officers = {o.id: o for o in session.exec(select(Officer).where(col(Officer.active)))}
    result = {}
    for absent in left:
        team = officers[absent].team if absent in officers else ""
        members = {o.id for o in officers.values() if o.team == team and team and o.id not in away}
        result[absent] = frozenset(members)
    return result


def _refuse_circles(session: Session, new: Absence, others: Sequence[Absence]) -> None:
    if new.substitute_id == new.officer_id:
        raise CannotBeAbsent("자기 자신을 대직자로 정할 수 없습니다.")
    substitute = session.get(Officer, new.substitute_id)
    if substitute is None or not substitute.active:
        raise CannotBeAbsent("대직자가 없는 담당자입니다.")
    # Who is away changes only where an absence begins: looking at those days is looking at all of them.
    starts = {new.from_on, *(a.from_on for a in others if new.from_on <= a.from_on <= new.until_on)}
    for day in starts:
        away = {a.officer_id: a.substitute_id for a in others if a.from_on <= day <= a.until_on}
        who: int | None = new.substitute_id
        for _ in range(len(away) + 1):
            if who == new.officer_id:
                raise CannotBeAbsent(
                    f"{day:%m-%d}에는 대직이 돌고 돌아 자신에게 옵니다. 다른 대직자를 골라 주십시오."
                )
            who = away.get(who) if who is not None else None
