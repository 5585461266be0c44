"""Until when a request runs: what is heard late, what was extended, and who has sent everything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from bots.notices.supplement import deadlines
from bots.notices.supplement.deadlines import settle_one
from config.calendar import business_calendar
from queues import dispatches, notices, supplementing
from queues.days import today
from queues.models import (
    Delivery,
    Dispatch,
    DispatchState,
    Document,
    LinkCandidate,
    Notice,
    NoticeState,
    SupplementRequest,
)
from tests.queues.supplement_world import asked, leave, noon, request_of

BY = "account:1"


def second_time(session: Session, *, left_days_ago: int) -> SupplementRequest:
    """A request whose second letter left so many days ago; the first one is on its way yet."""
    request = request_of(session, asked(session, 40))
    notice = supplementing.ask_again(session, request.id, BY)
    assert notice is not None
    notice.due_on = None
    leave(session, notice, today() - timedelta(days=left_days_ago))
    return request


def test_what_is_heard_late_of_the_first_letter_does_not_shorten_the_second(session: Session) -> None:
    request = second_time(session, left_days_ago=1)
    due = request.due_on
    assert due == business_calendar().period_end(today() - timedelta(days=1), 10)
    query = select(Notice).where(Notice.supplement_id == request.id).order_by(col(Notice.id))
    first = session.exec(query).first()
    assert first is not None and first.kind == "supplement"
    dispatch = session.exec(select(Dispatch).where(Dispatch.notice_id == first.id)).one()
    dispatches.move(
        session, dispatch, DispatchState.DELIVERED, happened_at=noon(today() - timedelta(days=30))
    )
    first.served_on = today() - timedelta(days=30)
    notices.move(session, first, NoticeState.SERVED, "bot")
    supplementing.take_over(session, first.id, "bot")
    assert request.due_on == due


def test_an_extension_of_the_second_time_stands(session: Session) -> None:
    request = second_time(session, left_days_ago=2)
    until = business_calendar().business_day_on_or_after(today() + timedelta(days=25))
    supplementing.extend(session, request.id, until, "서류 발급이 늦음", BY)
    assert settle_one(session, request.id) == ""
    assert request.due_on == until, "the next look takes nothing away"


def test_an_extension_of_the_first_time_does_not_lengthen_the_second(session: Session) -> None:
    application = asked(session, 5)
    request = request_of(session, application)
    assert request.due_on is not None
    supplementing.extend(session, request.id, request.due_on + timedelta(days=30), "늦음", BY)
    request.due_on = today() - timedelta(days=1)
    notice = supplementing.ask_again(session, request.id, BY)
    assert notice is not None
    leave(session, notice, today())
    assert request.due_on == business_calendar().period_end(today(), 10)


def test_nobody_is_reminded_of_what_lies_before_an_officer(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = asked(session, 1)
    request = request_of(session, application)
    assert request.due_on is not None
    before = request.due_on - timedelta(days=2)
    monkeypatch.setattr(deadlines, "today", lambda: before)
    delivery = Delivery(
        source="spool", source_ref="before-an-officer", received_at=datetime.now(UTC),
        original_sha256="0" * 64,
    )  # fmt: skip
    session.add(delivery)
    session.flush()
    paper = Document(delivery_id=delivery.id, position=0, type="id_card", pages=[1], state="review")
    session.add(paper)
    session.flush()
    session.add(LinkCandidate(document_id=paper.id, application_id=application.id, rank=1))
    assert settle_one(session, request.id) == ""
    paper.state = "discarded"
    assert settle_one(session, request.id) == "reminded"
