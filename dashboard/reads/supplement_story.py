"""What has happened to one supplement request: its stages, its letters, and the days that did not count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from queues.crypto import open_
from queues.models import Account, ClockStop, Notice, SupplementRequest, SupplementStep
from queues.supplement_fate import came_back


@dataclass(frozen=True)
class Stage:
    """One stage. `by` is a name, "" for the program; `notice` its letter, if it has one."""

    at: datetime
    kind: str
    on: date
    due_on: date | None
    by: str
    reason: str
    notice: Notice | None


@dataclass(frozen=True)
class Story:
    """The stages in order, the stops of the case's clock (None: still standing), and how often letters came back."""

    stages: list[Stage]
    stops: list[tuple[date, date | None]]
    came_back: int


def story(session: Session, request_id: int) -> Story:
    """Of a request that there is."""
    request = session.get_one(SupplementRequest, request_id)
    rows = session.exec(
        select(SupplementStep, Notice)
        .outerjoin(Notice, col(Notice.id) == col(SupplementStep.notice_id))
        .where(SupplementStep.supplement_id == request_id)
        .order_by(col(SupplementStep.id))
    ).all()
    stops = select(ClockStop).where(ClockStop.application_id == request.application_id)
    return Story(
        stages=[
            Stage(
                at=row.at,
                kind=row.kind,
                on=row.on,
                due_on=row.due_on,
                by=_name(session, row.made_by),
                reason=open_(row.reason_enc) if row.reason_enc else "",
                notice=notice,
            )
            for row, notice in rows
        ],
        stops=[(s.from_on, s.until_on) for s in session.exec(stops.order_by(col(ClockStop.id)))],
        came_back=came_back(session, request),
    )


def _name(session: Session, actor: str) -> str:
    kind, _, number = actor.partition(":")
    account = session.get(Account, int(number)) if kind == "account" and number.isdigit() else None
    return (account.display_name or account.username) if account else ""
