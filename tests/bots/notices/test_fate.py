"""What becomes of a notice with its attempts, in the record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from bots.notices import fate
from queues import dispatches
from queues.models import (
    Dispatch,
    DispatchState,
    Notice,
    NoticeState,
    ReviewState,
    ReviewTask,
)
from tests.bots import notice_world as world

ARRIVAL = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
_cases = iter(range(1, 1000))


def sent(session: Session, channel: str = "registered", **more: object) -> tuple[Notice, Dispatch]:
    """A notice that has left by a channel."""
    notice = world.notice(session, world.case(session, next(_cases)), "sending", **more)  # type: ignore[arg-type]
    dispatch = world.dispatch(session, notice, channel, "sent")
    fate.settle(session, dispatch)
    return notice, dispatch


def ends(session: Session, dispatch: Dispatch, state: DispatchState, code: str = "") -> None:
    dispatches.move(session, dispatch, state, code=code, happened_at=ARRIVAL)
    fate.settle(session, dispatch)


def questions(session: Session, notice: Notice) -> list[ReviewTask]:
    """What is open about it."""
    query = select(ReviewTask).where(
        ReviewTask.subject == f"notice:{notice.id}", ReviewTask.state == ReviewState.OPEN.value
    )
    return list(session.exec(query))


def test_a_registered_letter_that_left_is_looked_up_later(session: Session) -> None:
    notice, dispatch = sent(session)
    assert notice.state == NoticeState.SENT and dispatch.sent_at
    assert dispatch.next_look_at == dispatch.sent_at + fate.first_look()


def test_its_arrival_serves_an_act_and_the_period_runs(session: Session) -> None:
    notice, dispatch = sent(session, kind="decision_refused", official=True)
    ends(session, dispatch, DispatchState.DELIVERED)
    assert (notice.state, notice.served_on, notice.served_how) == ("served", date(2026, 11, 20), "registered")
    assert notice.runs_until == date(2027, 2, 18)
    assert dispatch.next_look_at is None


def test_a_message_serves_no_act(session: Session) -> None:
    notice, dispatch = sent(session, "sms", kind="decision_refused")
    notice.official = (
        True  # no such attempt can be planned for an act; one from before is not taken for service
    )
    session.add(notice)
    session.flush()
    ends(session, dispatch, DispatchState.DELIVERED)
    assert (notice.state, notice.served_on) == (NoticeState.SENT, None)
    other, message = sent(session, "sms")
    ends(session, message, DispatchState.DELIVERED)
    assert (other.state, other.served_how) == (NoticeState.SERVED, "electronic")


def test_what_came_back_is_asked_about_with_another_way(session: Session) -> None:
    notice, dispatch = sent(session)
    ends(session, dispatch, DispatchState.RETURNED, "post_absent")
    assert (notice.state, notice.reason) == (NoticeState.RETURNED, "post_absent")
    (task,) = questions(session, notice)
    assert (task.kind, task.reason) == ("notice_returned", "notice_returned")
    assert task.evidence["dispatch_id"] == dispatch.id and task.application_id == notice.application_id
    assert task.evidence["proposed"]["channel"]


@pytest.mark.parametrize(
    ("state", "code", "kind"),
    [
        (DispatchState.FAILED, "smtp_refused", "notice_failed"),
        (DispatchState.UNKNOWN, "smtp_unclear", "notice_unknown"),
        (DispatchState.CANCELLED, "", "notice_recalled"),
    ],
)
def test_what_did_not_leave_or_may_have_is_asked_about(
    session: Session, state: DispatchState, code: str, kind: str
) -> None:
    notice = world.notice(session, world.case(session, next(_cases)), "sending")
    dispatch = world.dispatch(session, notice, "email", "planned")
    ends(session, dispatch, state, code)
    assert (notice.state, notice.reason) == (NoticeState.REVIEW, kind)
    assert [task.kind for task in questions(session, notice)] == [kind]


def test_a_batch_in_doubt_is_one_question_and_not_one_for_each_letter(session: Session) -> None:
    notice = world.notice(session, world.case(session, next(_cases)), "sending")
    dispatch = world.dispatch(session, notice, "registered", "leaving")
    ends(session, dispatch, DispatchState.UNKNOWN, fate.BATCH_UNKNOWN)
    assert notice.state == NoticeState.REVIEW and not questions(session, notice)


def test_a_late_arrival_calls_off_the_second_attempt(session: Session) -> None:
    """It came back, was to go once more, and then the first one had arrived after all."""
    notice, first = sent(session)
    second = world.dispatch(session, notice, "electronic", "planned")
    ends(session, first, DispatchState.DELIVERED)
    assert notice.state == NoticeState.SERVED
    assert (second.state, second.reason) == (DispatchState.CANCELLED, "arrived_already")


def test_an_old_attempt_that_comes_back_changes_nothing(session: Session) -> None:
    notice, first = sent(session)
    world.dispatch(session, notice, "electronic", "planned")
    before = notice.state
    ends(session, first, DispatchState.RETURNED, "post_absent")
    assert notice.state == before and not questions(session, notice)


def test_its_arrival_withdraws_what_was_asked(session: Session) -> None:
    notice, dispatch = sent(session)
    world.question(session, notice, "notice_on_the_way", dispatch)
    ends(session, dispatch, DispatchState.DELIVERED)
    assert not questions(session, notice)


@pytest.mark.parametrize("state", [NoticeState.CANCELLED, NoticeState.SERVED])
def test_what_has_ended_stays_so(session: Session, state: NoticeState) -> None:
    notice, dispatch = sent(session)
    notice.state = state.value
    ends(session, dispatch, DispatchState.RETURNED, "post_absent")
    assert notice.state == state and not questions(session, notice)


def test_a_public_notice_waits_for_its_days(session: Session) -> None:
    notice = world.notice(session, world.case(session, next(_cases)), "returned", official=True)
    dispatch = world.dispatch(session, notice, "public", "leaving")
    dispatches.move(session, dispatch, DispatchState.SENT, happened_at=datetime(2026, 11, 2, 3, tzinfo=UTC))
    fate.settle(session, dispatch)
    assert notice.state == NoticeState.SENT
    assert dispatch.next_look_at == datetime(2026, 11, 16, 15, tzinfo=UTC)  # the 17th begins in Seoul


def test_the_lock_gives_what_the_database_holds(session: Session, database_url: str) -> None:
    notice, dispatch = sent(session)
    session.commit()
    held, same = fate.locked(session, dispatch.id)
    assert (held.id, same.id) == (notice.id, dispatch.id)
    session.rollback()
    stale = session.exec(
        select(Dispatch).where(col(Dispatch.next_look_at) < datetime.now(UTC) - timedelta(days=9))
    )
    assert not stale.all()
