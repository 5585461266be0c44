"""The stages of a supplement request: what arrives, is taken off, is late, comes back or is given up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from bots.notices.supplement import deadlines
from bots.notices.supplement.deadlines import look_after, settle_one
from config.calendar import business_calendar
from queues import database, notices, processing_time, supplementing
from queues.days import today
from queues.models import (
    Application,
    DispatchState,
    NewPaper,
    Notice,
    NoticeState,
    PostBatch,
    ReviewTask,
    WorkItem,
)
from queues.supplement_letters import write
from queues.supplementing import CannotSupplement
from tests.queues.supplement_world import (
    NEEDS,
    asked,
    case,
    close,
    come_back,
    leave,
    letters,
    noon,
    paper,
    ready,
    request_of,
    requests,
    steps,
    stops,
    undo,
)

BY = "account:1"


def draft(session: Session) -> Application:
    application = case(session)
    paper(session, application, "ub_application")
    return application


def last_notice(session: Session, application: Application) -> Notice:
    query = select(Notice).where(Notice.application_id == application.id)
    return sorted(session.exec(query), key=lambda n: n.id)[-1]


def question(session: Session, application: Application) -> ReviewTask | None:
    query = select(ReviewTask).where(
        ReviewTask.application_id == application.id, ReviewTask.kind == "notice_supplement"
    )
    return next((t for t in session.exec(query) if t.state == "open"), None)


def test_the_time_runs_from_service_and_never_ends_before_the_day_that_the_letter_names(
    session: Session,
) -> None:
    application = draft(session)
    request = request_of(session, application)
    assert request.due_on is None, "nothing runs before it was asked"
    notice = supplementing.ask(session, request.id, BY)
    assert notice is not None and notice.due_on == business_calendar().period_end(today(), 14)
    assert notices.values_of(notice)["missing"] == list(NEEDS)
    assert request.asked_on is None and stops(session, application) == []
    left = today() + timedelta(days=1)
    leave(session, notice, left, arrived=left + timedelta(days=3))
    assert request.asked_on == left
    assert request.due_on == business_calendar().period_end(left + timedelta(days=3), 14)
    assert stops(session, application) == [(left, None)], "the day on which it leaves does not count already"


def test_asking_twice_is_one_letter_and_one_that_has_changed_is_shown_again(session: Session) -> None:
    application = draft(session)
    request = request_of(session, application)
    seen = request.version
    paper(session, application, "id_card")
    with pytest.raises(CannotSupplement, match="내용이 바뀌었습니다"):
        supplementing.ask(session, request.id, BY, version=seen)
    supplementing.ask(session, request.id, BY, version=request.version)
    with pytest.raises(CannotSupplement, match="상태가 바뀌었습니다"):
        supplementing.ask(session, request.id, BY)
    assert letters(session, request) == [("supplement", "draft")]


def test_what_came_just_before_is_not_asked_for(session: Session) -> None:
    application = draft(session)
    request = request_of(session, application)
    for kind in NEEDS:
        paper(session, application, kind)
    assert request.state == "satisfied"
    request.state = "draft"  # as one sees it who looked a moment ago
    assert supplementing.ask(session, request.id, BY) is None
    assert letters(session, request) == [] and request.state == "satisfied"


def test_a_letter_that_has_not_left_is_called_back_when_all_came(session: Session) -> None:
    application = draft(session)
    request = request_of(session, application)
    notice = supplementing.ask(session, request.id, BY)
    assert notice is not None
    dispatch = ready(session, notice)
    for kind in NEEDS:
        paper(session, application, kind)
    assert (request.state, request.reason) == ("satisfied", "before_sent")
    assert (notice.state, dispatch.state) == ("cancelled", "cancelled")
    assert stops(session, application) == [], "nobody was kept waiting"


def test_a_letter_in_an_upload_that_has_begun_is_not_called_back(session: Session) -> None:
    application = draft(session)
    request = request_of(session, application)
    notice = supplementing.ask(session, request.id, BY)
    assert notice is not None
    dispatch = ready(session, notice)
    batch = PostBatch(key="uploading-1", service="registered", state="uploading")
    session.add(batch)
    session.flush()
    dispatch.batch_id = batch.id
    session.flush()
    for kind in NEEDS:
        paper(session, application, kind)
    assert request.state == "satisfied"
    assert (notice.state, dispatch.state) == ("sending", "planned"), "the post has it, or may have"


def test_a_letter_lists_what_is_missing_when_it_leaves(session: Session) -> None:
    application = draft(session)
    request = request_of(session, application)
    supplementing.ask(session, request.id, BY)
    paper(session, application, "id_card")
    card = paper(session, application, "bankbook_copy")
    undo(session, card)
    assert letters(session, request) == [("supplement", "cancelled")], "it does not leave as it was"
    waiting = session.exec(
        select(WorkItem).where(col(WorkItem.reference).startswith(f"supplement:{request.id}:"))
    ).all()
    assert [(w.bot, w.payload) for w in waiting] == [("notices.supplement", {"supplement_id": request.id})]
    notice = write(session, application, request, BY)
    assert notice is not None and write(session, application, request, BY) is None
    assert notices.values_of(notice)["missing"] == ["separation_certificate", "bankbook_copy"]
    leave(session, notice, today())
    paper(session, application, "bankbook_copy")
    assert letters(session, request)[-1] == ("supplement", "sent"), "what has left stays as it is"
    assert request.state == "asked" and request.missing == ["separation_certificate", "bankbook_copy"]


def test_all_that_was_asked_for_closes_it_on_the_day_it_came_and_the_days_between_do_not_count(
    session: Session,
) -> None:
    application = asked(session, 9)
    received, request = application.received_on, request_of(session, application)
    base = application.due_base_on
    assert received and base and application.due_on and application.due_on > base
    came = today() - timedelta(days=4)
    for kind in NEEDS:
        paper(session, application, kind, came=noon(came))  # attached only today
    assert (request.state, steps(session, request)) == ("satisfied", ["request", "satisfied"])
    left = today() - timedelta(days=9)
    assert stops(session, application) == [(left, came)]
    calendar = business_calendar()
    stood = [left + timedelta(days=n) for n in range(6)]
    days = sum(calendar.is_business_day(day) for day in stood)
    assert application.due_on == calendar.add_business_days(base, days)
    new = session.exec(select(NewPaper).where(NewPaper.application_id == application.id)).all()
    assert {n.due_on for n in new} == {application.due_on}


def test_a_second_copy_of_what_is_there_satisfies_nothing(session: Session) -> None:
    application = asked(session, 3, needs=("id_card",))
    request = request_of(session, application)
    paper(session, application, "bankbook_copy")
    paper(session, application, "ub_application")
    assert request.state == "asked"
    paper(session, application, "id_card")
    assert request.state == "satisfied"


def test_a_paper_taken_off_again_lets_the_request_and_the_stop_stand_as_if_it_had_never_come(
    session: Session,
) -> None:
    application = asked(session, 5, needs=("id_card",))
    request = request_of(session, application)
    due, before = request.due_on, application.due_on
    card = paper(session, application, "id_card")
    assert request.state == "satisfied" and stops(session, application)[0][1] == today()
    undo(session, card)
    assert (request.state, request.due_on) == ("asked", due)
    assert stops(session, application) == [(today() - timedelta(days=5), None)]
    assert application.due_on == before
    assert len(requests(session, application)) == 1, "no second request beside it"
    paper(session, application, "id_card")
    assert steps(session, request) == ["request", "satisfied", "reopened", "satisfied"]


def test_without_any_paper_left_the_request_comes_to_nothing(session: Session) -> None:
    application = case(session)
    form = paper(session, application, "ub_application")
    request = request_of(session, application)
    notice = supplementing.ask(session, request.id, BY)
    undo(session, form)
    assert notice is not None
    assert (request.state, request.reason, notice.state) == ("withdrawn", "no_papers", "cancelled")


@pytest.mark.parametrize(
    ("status", "state"), [("closed", "withdrawn"), ("withdrawn", "given_up"), ("returned", "returned")]
)
def test_a_case_that_ends_at_the_source_ends_its_request(session: Session, status: str, state: str) -> None:
    application = asked(session, 2, needs=("id_card",))
    request = request_of(session, application)
    close(session, application, status)
    assert (request.state, request.reason) == (state, "case_closed")
    assert stops(session, application)[0][1] == today()
    paper(session, application, "id_card")
    assert request.state == state and len(requests(session, application)) == 1
    with pytest.raises(CannotSupplement):
        supplementing.ask_again(session, request.id, BY)


def test_extension_within_the_time_at_most_twice(session: Session) -> None:
    application = asked(session, 3)
    request = request_of(session, application)
    assert request.due_on is not None
    first = business_calendar().business_day_on_or_after(request.due_on + timedelta(days=10))
    with pytest.raises(CannotSupplement, match="뒤의 날"):
        supplementing.extend(session, request.id, request.due_on, "", BY)
    supplementing.extend(session, request.id, first, "서류 발급이 늦음", BY)
    assert (request.due_on, request.extensions) == (first, 1)
    told = notices.values_of(last_notice(session, application))
    assert told["due_on"] == first.isoformat() and told["missing"] == list(NEEDS)
    supplementing.extend(session, request.id, first + timedelta(days=7), "", BY)
    with pytest.raises(CannotSupplement, match="2회까지"):
        supplementing.extend(session, request.id, first + timedelta(days=30), "", BY)
    letter = next(
        n
        for n in session.exec(select(Notice).where(Notice.supplement_id == request.id))
        if n.kind == "supplement"
    )
    due = request.due_on
    supplementing.take_over(session, letter.id, "bot")
    assert request.due_on == due, "what arrives later of the first letter shortens nothing"


def test_late_second_request_then_return_and_only_in_this_order(session: Session) -> None:
    application = asked(session, 40)
    request = request_of(session, application)
    with pytest.raises(CannotSupplement, match="기한이 지났습니다"):
        supplementing.extend(session, request.id, today() + timedelta(days=9), "", BY)
    with pytest.raises(CannotSupplement, match="다시 보완을 요구한 뒤"):
        supplementing.give_back(session, request.id, "", BY)
    assert settle_one(session, request.id) == "questions"
    assert settle_one(session, request.id) == "", "one question is enough"
    task = question(session, application)
    assert task is not None and task.evidence["proposed"] == "second_request"
    notice = supplementing.ask_again(session, request.id, BY)
    assert notice is not None and notice.kind == "supplement_second"
    assert notice.due_on == business_calendar().period_end(today(), 10)
    assert question(session, application) is None
    with pytest.raises(CannotSupplement):
        supplementing.ask_again(session, request.id, BY)
    with pytest.raises(CannotSupplement, match="기한"):
        supplementing.give_back(session, request.id, "", BY)
    notice.due_on = None
    leave(session, notice, today() - timedelta(days=20))
    assert settle_one(session, request.id) == "questions"
    task = question(session, application)
    assert task is not None and task.evidence["proposed"] == "return"
    back = supplementing.give_back(session, request.id, "보완하지 아니함", BY)
    told = notices.values_of(back)
    assert back.kind == "supplement_return" and told["note"] == "보완하지 아니함"
    assert told["first_on"] == (today() - timedelta(days=40)).isoformat()
    assert told["second_on"] == (today() - timedelta(days=20)).isoformat()
    assert request.state == "asked", "it is returned when the approved letter has left"
    leave(session, back, today())
    assert request.state == "returned" and stops(session, application)[0][1] == today()
    paper(session, application, "id_card")
    assert request.state == "returned", "what comes now is too late"


def test_papers_that_come_while_the_return_is_being_approved_call_it_back(session: Session) -> None:
    application = asked(session, 40, needs=("id_card",))
    request = request_of(session, application)
    second = supplementing.ask_again(session, request.id, BY)
    assert second is not None
    second.due_on = None
    leave(session, second, today() - timedelta(days=20))
    back = supplementing.give_back(session, request.id, "", BY)
    notices.move(session, back, NoticeState.APPROVAL, "bot")
    paper(session, application, "id_card")
    assert (request.state, back.state) == ("satisfied", "cancelled")


def test_a_return_may_be_recalled_until_it_leaves(session: Session) -> None:
    application = asked(session, 40)
    request = request_of(session, application)
    second = supplementing.ask_again(session, request.id, BY)
    assert second is not None
    second.due_on = None
    leave(session, second, today() - timedelta(days=20))
    first = supplementing.give_back(session, request.id, "", BY)
    with pytest.raises(CannotSupplement, match="반려 통지가 진행 중"):
        supplementing.withdraw(session, request.id, "전화로 취하", BY)
    supplementing.recall_return(session, request.id, "잘못 누름", BY)
    again = supplementing.give_back(session, request.id, "", BY)
    assert first.state == "cancelled" and again.key != first.key
    leave(session, again, today())
    with pytest.raises(CannotSupplement):
        supplementing.recall_return(session, request.id, "", BY)


def test_withdrawal_ends_it_until_the_decision(session: Session) -> None:
    application = asked(session, 3)
    request = request_of(session, application)
    decision = notices.announce(session, "decision_granted", application, f"decision:{application.id}")
    with pytest.raises(CannotSupplement, match="결정 통지"):
        supplementing.withdraw(session, request.id, "", BY)
    notices.move(session, decision, NoticeState.CANCELLED, BY)
    supplementing.withdraw(session, request.id, "전화로 취하", BY)
    assert request.state == "given_up" and steps(session, request)[-1] == "withdrawal"
    assert stops(session, application)[0][1] == today()


def test_a_request_that_comes_back_twice_may_count_as_withdrawn(session: Session) -> None:
    application = asked(session, 9)
    request = request_of(session, application)
    notice = last_notice(session, application)
    come_back(session, notice, _latest(session, notice))
    assert settle_one(session, request.id) == "", "somebody is asked about the next channel"
    with pytest.raises(CannotSupplement, match="지금 1회"):
        supplementing.count_as_withdrawn(session, request.id, "", BY)
    again = leave(session, notice, today() - timedelta(days=4))
    come_back(session, notice, again)
    assert settle_one(session, request.id) == "questions"
    task = question(session, application)
    assert task is not None and task.reason == "supplement_not_reached"
    supplementing.count_as_withdrawn(session, request.id, "소재 불명", BY)
    assert (request.state, request.reason) == ("given_up", "not_reached")


def _latest(session: Session, notice: Notice):  # type: ignore[no-untyped-def]
    from queues import dispatches

    found = dispatches.latest(session, notice.id)
    assert found is not None and found.state == DispatchState.SENT
    return found


def test_what_an_officer_says_is_not_needed_is_not_asked_for_again(session: Session) -> None:
    application = case(session)
    paper(session, application, "ub_application")
    paper(session, application, "id_card")
    paper(session, application, "bankbook_copy")
    supplementing.spare(session, request_of(session, application).id, "고용24에서 확인", BY)
    paper(session, application, "ub_application")
    assert [r.state for r in requests(session, application)] == ["withdrawn"]
    assert application.state == "complete"


def test_one_reminder_for_each_last_day(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    application = asked(session, 1)
    request = request_of(session, application)
    last = request.due_on
    assert last is not None

    def on(day: date) -> str:
        monkeypatch.setattr(deadlines, "today", lambda: day)
        return settle_one(session, request.id)

    assert on(last - timedelta(days=4)) == ""
    assert [on(last - timedelta(days=3)), on(last - timedelta(days=2))] == ["reminded", ""]
    told = last_notice(session, application)
    assert told.kind == "reminder" and notices.values_of(told)["due_on"] == last.isoformat()
    supplementing.extend(session, request.id, last + timedelta(days=14), "", BY)
    assert request.due_on is not None
    assert on(request.due_on - timedelta(days=1)) == "reminded", "another last day, another reminder"


def test_the_clock_moves_on_while_the_answer_is_late(session: Session) -> None:
    application = asked(session, 40)
    due = application.due_on
    assert application.due_base_on and due and due > application.due_base_on
    stood = sum(business_calendar().is_business_day(today() - timedelta(days=n)) for n in range(41))
    assert due == business_calendar().add_business_days(application.due_base_on, stood)
    processing_time.go_on(session, application, today() - timedelta(days=30), BY)
    assert application.due_on and application.due_on < due


def test_the_bot_settles_each_in_a_transaction_of_its_own(database_url: str) -> None:
    with database.session() as session:
        late, fresh = asked(session, 40), asked(session, 1)
        ended = asked(session, 2)
        session.flush()
        ended.status = "closed"  # told in a way that nobody heard of
    look_after()
    with database.session() as session:
        assert question(session, late) is not None and question(session, fresh) is None
        assert request_of(session, ended).state == "withdrawn"


def test_two_stops_leave_out_a_common_day_once(session: Session) -> None:
    from config.periods import due_without

    monday = date(2026, 11, 9)
    both = [(monday, monday + timedelta(days=2)), (monday + timedelta(days=2), monday + timedelta(days=3))]
    assert due_without(date(2026, 11, 12), both) == date(2026, 11, 18)
    assert due_without(date(2026, 11, 12), [(date(2026, 11, 13), date(2026, 11, 20))]) == date(2026, 11, 12)
    assert due_without(date(2026, 11, 12), [(monday, monday - timedelta(days=1))]) == date(2026, 11, 12)
    civil = due_without(date(2026, 11, 16), [(monday, monday)], working_days=False, exact=date(2026, 11, 14))
    assert civil == date(2026, 11, 16), "the day after Saturday the 14th is a Sunday"
