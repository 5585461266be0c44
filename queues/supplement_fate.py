"""What became of the letters of a supplement request, and of its case, moves the request."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, func, select

from config.calendar import business_calendar
from config.supplementing import supplementing as rules
from queues import processing_time, work
from queues.days import day_of, today
from queues.models import (
    Application,
    Dispatch,
    DispatchState,
    Notice,
    NoticeState,
    SupplementRequest,
    SupplementState,
    SupplementStep,
)
from queues.supplement_letters import BOT, FIRST, REQUESTS, RETURN, SECOND, kind_of, letter_of
from queues.supplement_states import IS_OPEN, end, locked, requests_of, step, supplement_days

CASE_CLOSED, DROPPED = "case_closed", "dropped"


def end_with_case(session: Session, application: Application, actor: str) -> None:
    """The system of record has ended the case: nothing more is asked for."""
    if application.status == IS_OPEN:
        return
    ends = {"returned": SupplementState.RETURNED, "withdrawn": SupplementState.GIVEN_UP}
    for request in requests_of(session, application.id):
        if request.state in (SupplementState.DRAFT, SupplementState.ASKED):
            state = SupplementState.WITHDRAWN
            if request.state == SupplementState.ASKED:
                state = ends.get(application.status, state)
            end(session, application, request, state, actor, reason=CASE_CLOSED, but=(RETURN,))
            step(session, request, "case_closed", actor)


def follow(session: Session, notice: Notice) -> None:
    """A notice of a request has left, arrived or come back: have its days worked out, in a transaction of its own."""
    if notice.supplement_id is not None:
        work.add(
            session,
            BOT,
            f"notice:{notice.id}:{notice.version}",
            payload={"notice_id": notice.id},
            priority=30,
        )


def take_over(session: Session, notice_id: int, actor: str) -> None:
    """What became of a notice moves its request: the day it was asked, until when, and whether the clock stands."""
    told = session.get_one(Notice, notice_id)
    if told.supplement_id is None:
        return
    application, request = locked(session, told.supplement_id)
    notice = session.get_one(Notice, notice_id)
    gone_on = left_on(session, notice)
    if gone_on is None or request.state != SupplementState.ASKED:
        known = request.asked_on is not None or request.state == SupplementState.DRAFT
        if gone_on is not None and notice.kind in REQUESTS and not known:
            request.asked_on = gone_on  # it left at the moment at which the last paper came
            session.add(request)
        return
    if notice.kind == RETURN:
        end(session, application, request, SupplementState.RETURNED, actor, but=(RETURN,), last_day=today())
        step(session, request, "returned", actor, notice=notice, on=gone_on)
    elif notice.kind == kind_of(request) and notice.state != NoticeState.CANCELLED:
        # What is heard late of the first letter changes nothing once a second one was written.
        _asked(session, application, request, notice, gone_on, actor)


def dropped(session: Session, application: Application, request: SupplementRequest, actor: str) -> None:
    """A person had the letter not leave: the request is where it was before, and nobody repeats it by himself."""
    request.reason = DROPPED
    if request.stage == SECOND:
        request.stage = FIRST
        first = letter_of(session, request)
        if first is not None and (gone_on := left_on(session, first)) is not None:
            request.due_on = None
            _asked(session, application, request, first, gone_on, actor)
    else:  # also one that had left and come back: nobody was reached, so that the days count again
        request.state, request.due_on, request.asked_on = SupplementState.DRAFT.value, None, None
        processing_time.go_on(session, application, today(), actor)
    step(session, request, DROPPED, actor)


def _asked(
    session: Session,
    application: Application,
    request: SupplementRequest,
    notice: Notice,
    gone_on: date,
    actor: str,
) -> None:
    """The time runs from the day of service, until then as if from the day it left; never less than it says."""
    if request.asked_on is None:
        request.asked_on = gone_on
    second = request.stage == SECOND
    days = rules().second_days if second else supplement_days(application.program)
    runs_from = notice.served_on or gone_on
    due = max(business_calendar().period_end(runs_from, days), notice.due_on or runs_from)
    due = max(due, _extended_until(session, request) or due)
    if due != request.due_on:
        request.due_on = due
        request.version += 1
    session.add(request)
    session.flush()
    processing_time.stop(session, application, request, gone_on, actor)


def _extended_until(session: Session, request: SupplementRequest) -> date | None:
    """Until when the time of the stage that the request is in was extended; None where it was not."""
    query = select(SupplementStep).where(
        SupplementStep.supplement_id == request.id,
        col(SupplementStep.kind).in_(["extension", "second_request"]),
    )
    last = session.exec(query.order_by(col(SupplementStep.id).desc())).first()
    return last.due_on if last is not None and last.kind == "extension" else None


def left_on(session: Session, notice: Notice) -> date | None:
    """The day on which the latest attempt that left did; None when none has."""
    query = select(func.max(Dispatch.sent_at)).where(
        Dispatch.notice_id == notice.id,
        col(Dispatch.state).in_([DispatchState.SENT, DispatchState.DELIVERED, DispatchState.RETURNED]),
    )
    at = session.exec(query).one() or notice.sent_at
    if at is None and notice.served_on is not None:
        return notice.served_on
    return day_of(at) if at else None


def came_back(session: Session, request: SupplementRequest) -> int:
    """How many attempts to bring the request (first or second) came back."""
    query = (
        select(func.count(col(Dispatch.id)))
        .join(Notice, col(Notice.id) == col(Dispatch.notice_id))
        .where(
            Notice.supplement_id == request.id,
            col(Notice.kind).in_(REQUESTS),
            Dispatch.state == DispatchState.RETURNED,
        )
    )
    return session.exec(query).one()
