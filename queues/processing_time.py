"""The processing period of a case (처리기간) and the days of it that do not count (`ClockStop`)."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select, update

from config.periods import due_without
from config.programs import load_programs
from queues import audit, new_papers
from queues.days import today
from queues.models import Application, ClockStop, ReviewState, ReviewTask, SupplementRequest

_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


def stop(
    session: Session, application: Application, request: SupplementRequest, on: date, actor: str
) -> None:
    """From `on` on the days do not count; once stopped it stays stopped."""
    if standing(session, application.id) is None:
        session.add(ClockStop(application_id=application.id, supplement_id=request.id, from_on=on))
        session.flush()
        audit.record(
            session, actor, "clock.stop", "application", application.id,
            supplement=request.id, on=on.isoformat(),
        )  # fmt: skip
    settle_due(session, application)


def go_on(session: Session, application: Application, last: date, actor: str) -> None:
    """The days count again after `last`, the last day that does not. One before the first leaves none out."""
    row = standing(session, application.id)
    if row is not None:
        row.until_on = last
        session.add(row)
        session.flush()
        audit.record(session, actor, "clock.go_on", "application", application.id, last=last.isoformat())
    settle_due(session, application)


def stand_again(session: Session, application: Application, request: SupplementRequest, actor: str) -> None:
    """What let the clock go on was taken back: it has stood all the time."""
    query = select(ClockStop).where(
        ClockStop.application_id == application.id, ClockStop.supplement_id == request.id
    )
    row = session.exec(query.order_by(col(ClockStop.id).desc()).with_for_update()).first()
    if row is not None and row.until_on is not None and standing(session, application.id) is None:
        row.until_on = None
        session.add(row)
        session.flush()
        audit.record(
            session, actor, "clock.stand_again", "application", application.id, supplement=request.id
        )
    settle_due(session, application)


def standing(session: Session, application_id: int) -> ClockStop | None:
    """The stop that has not ended."""
    query = select(ClockStop).where(
        ClockStop.application_id == application_id, col(ClockStop.until_on).is_(None)
    )
    return session.exec(query).one_or_none()


def settle_due(session: Session, application: Application) -> None:
    """Make `due_on` what the base and the stops give, for the case, its new papers and its open questions."""
    due = due_with_stops(session, application)
    if due == application.due_on:
        return
    application.due_on = due
    session.add(application)
    session.flush()
    new_papers.due_changed(session, application)
    session.execute(
        update(ReviewTask)
        .where(col(ReviewTask.application_id) == application.id, col(ReviewTask.state).in_(_OPEN))
        .values(legal_on=due)
    )


def due_with_stops(session: Session, application: Application) -> date | None:
    """The last day of the period without the days that do not count.

    While the clock stands they are counted up to the day until which the papers are asked for, or today.
    """
    base = application.due_base_on
    if base is None:
        return None
    rows = session.exec(select(ClockStop).where(ClockStop.application_id == application.id)).all()
    if not rows:
        return base
    spans = [(row.from_on, row.until_on or _until(session, row)) for row in rows]
    program = load_programs().get(application.program)
    received = application.received_on
    period = program.period_on(received) if program and received else None
    working = period.in_working_days if period else True
    exact = None
    if period and received and not working and period.due(received) == base:
        exact = period.exact_end(received)
    return due_without(base, spans, working_days=working, exact=exact)


def _until(session: Session, row: ClockStop) -> date:
    asked = session.get(SupplementRequest, row.supplement_id) if row.supplement_id else None
    return max(today(), row.from_on, (asked.due_on if asked and asked.due_on else row.from_on))
