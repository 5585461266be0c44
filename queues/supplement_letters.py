"""The letters of a supplement request: written, written anew while they have not left, called back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from config.calendar import business_calendar
from config.supplementing import supplementing as rules
from queues import notices, unsent, work
from queues.days import today
from queues.missing_papers import missing_papers, present_types
from queues.models import Application, Notice, NoticeState, SupplementRequest
from queues.supplement_states import notices_of, step, supplement_days

REQUEST, SECOND_REQUEST, RETURN = "supplement", "supplement_second", "supplement_return"
REMINDER = "reminder"
REQUESTS = (REQUEST, SECOND_REQUEST)
FIRST, SECOND = 1, 2
BOT = "notices.supplement"
WRITTEN_ANEW = "written_anew"
_UNSENT = (*unsent.BEFORE_LEAVING, NoticeState.REVIEW, NoticeState.SENDING)


def write_anew(session: Session, request: SupplementRequest, missing: Sequence[str], actor: str) -> bool:
    """The letter that lists what is missing has not left, and now something else is: another is to take its place.

    It is called back at once and written when what comes together has come. Returns whether it was.
    """
    letter = letter_of(session, request)
    if letter is None or not missing or letter.state not in _UNSENT or unsent.left(session, letter):
        return False
    if not unsent.call_back(session, letter, WRITTEN_ANEW, actor):
        return False
    reference = f"supplement:{request.id}:{letter.id}"
    work.add(session, BOT, reference, payload={"supplement_id": request.id}, priority=30, actor=actor)
    return True


def to_be_written(session: Session, request: SupplementRequest) -> bool:
    """Whether the letter of the request's stage was called back for another that is not there yet."""
    letters = notices_of(session, request, (kind_of(request),))
    return bool(letters) and (letters[-1].state, letters[-1].reason) == (NoticeState.CANCELLED, WRITTEN_ANEW)


def write(
    session: Session, application: Application, request: SupplementRequest, actor: str
) -> Notice | None:
    """That other letter, for what is missing now."""
    missing = missing_papers(session, application, present_types(session, application.id))
    if not missing or not to_be_written(session, request):
        return None
    request.missing = missing
    days = rules().second_days if request.stage == SECOND else supplement_days(application.program)
    notice = announce(session, application, request, days, actor)
    step(session, request, WRITTEN_ANEW, actor, due_on=request.due_on, notice=notice)
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
    letters = [
        n for n in notices_of(session, request, (kind_of(request),)) if n.state != NoticeState.CANCELLED
    ]
    return letters[-1] if letters else None


def kind_of(request: SupplementRequest) -> str:
    """The kind of the letter that asks, by the stage of the request."""
    return SECOND_REQUEST if request.stage == SECOND else REQUEST


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
    kind = kind_of(request)
    values: dict[str, object] = {"missing": list(request.missing), "due_on": request.due_on.isoformat()}
    if kind == SECOND_REQUEST:
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
