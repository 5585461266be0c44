"""The letters of a supplement request: written, written anew while they have not left, called back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from config.calendar import business_calendar
from config.supplementing import supplementing as rules
from queues import notices, unsent
from queues.days import today
from queues.models import Application, Notice, NoticeState, SupplementRequest
from queues.supplement_states import notices_of, step, supplement_days

REQUEST, SECOND_REQUEST, RETURN = "supplement", "supplement_second", "supplement_return"
REMINDER = "reminder"
REQUESTS = (REQUEST, SECOND_REQUEST)
FIRST, SECOND = 1, 2
_UNSENT = (*unsent.BEFORE_LEAVING, NoticeState.REVIEW, NoticeState.SENDING)


def write_anew(
    session: Session,
    application: Application,
    request: SupplementRequest,
    missing: Sequence[str],
    actor: str,
) -> Notice | None:
    """The letter that lists what is missing has not left, and now something else is: another takes its place."""
    letters = notices_of(session, request, REQUESTS)
    if not letters or not missing or letters[-1].state not in _UNSENT or unsent.left(session, letters[-1]):
        return None
    if not unsent.call_back(session, letters[-1], "written_anew", actor):
        return None
    request.missing = list(missing)
    days = rules().second_days if request.stage == SECOND else supplement_days(application.program)
    notice = announce(session, application, request, days, actor)
    step(session, request, "written_anew", actor, due_on=request.due_on, notice=notice)
    return notice


def call_return_back(session: Session, request: SupplementRequest, actor: str) -> bool:
    """Have the letter that gives the application back not leave; whether it certainly does not."""
    calls = [
        unsent.call_back(session, notice, "papers_came", actor)
        for notice in notices_of(session, request, (RETURN,))
    ]
    return all(calls)


def letter_of(session: Session, request: SupplementRequest) -> Notice | None:
    """The letter that asks, of the stage that the request is in; None when a person had it not leave."""
    kind = SECOND_REQUEST if request.stage == SECOND else REQUEST
    letters = [n for n in notices_of(session, request, (kind,)) if n.state != NoticeState.CANCELLED]
    return letters[-1] if letters else None


def return_under_way(session: Session, request: SupplementRequest) -> Notice | None:
    """The letter that gives the application back, from its draft on."""
    letters = notices_of(session, request, (RETURN,))
    return letters[-1] if letters and letters[-1].state != NoticeState.CANCELLED else None


def announce(
    session: Session, application: Application, request: SupplementRequest, days: int, actor: str
) -> Notice:
    """The letter that asks for what is missing, of the stage that the request is in."""
    request.due_on = business_calendar().period_end(today(), days)
    session.add(request)
    second = request.stage == SECOND
    kind = SECOND_REQUEST if second else REQUEST
    values: dict[str, object] = {"missing": list(request.missing), "due_on": request.due_on.isoformat()}
    if second:
        values["first_on"] = (request.asked_on or today()).isoformat()
    return notices.announce(
        session, kind, application, key_of(session, request, kind), values,
        supplement_id=request.id, due_on=request.due_on, actor=actor,
    )  # fmt: skip


def remind(
    session: Session,
    application: Application,
    request: SupplementRequest,
    missing: Sequence[str],
    purpose: str,
    word: str,
    actor: str,
) -> Notice:
    """A short letter or message that says until when what is still missing is asked for."""
    assert request.due_on is not None
    values = {"purpose": purpose, "due_on": request.due_on.isoformat(), "missing": list(missing)}
    return notices.announce(
        session, REMINDER, application, f"supplement:{request.id}:{word}", values,
        supplement_id=request.id, due_on=request.due_on, actor=actor,
    )  # fmt: skip


def key_of(session: Session, request: SupplementRequest, kind: str) -> str:
    """Another letter of the kind for the request has another key."""
    before = len(notices_of(session, request, (kind,)))
    return f"supplement:{request.id}:{kind}" + (f":{before + 1}" if before else "")
