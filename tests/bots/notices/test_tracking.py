"""Registered letters are followed at the sandbox's post, over real HTTP and in a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from bots.notices import fate
from bots.notices.tracking import bot
from bots.notices.tracking.trace import TrackingDown
from bots.sandbox.post_site import TRACKING_KEY, PostSite
from queues import dispatches, files
from queues.bots import Outcome, Work
from queues.database import session as record
from queues.errors import BusinessError
from queues.models import Dispatch, DispatchEvent, DispatchState, Notice, ReviewState, ReviewTask
from tests.bots import notice_world as world
from tests.conftest import environment

DAY = 60.0  # the way of a letter, in seconds of the post's clock
_cases = iter(range(1, 1000))


@pytest.fixture
def post(database_url: str) -> Iterator[PostSite]:
    with (
        PostSite(delivered_after=DAY) as site,
        environment(
            BACKOFFICE_TRACKING_URL=site.tracking_url,
            BACKOFFICE_TRACKING_KEY=TRACKING_KEY,
            BACKOFFICE_TRACKING_MINUTES="0.0001",
        ),
    ):
        yield site
        with record() as session:  # what is not over must not be due in the next test
            for left in session.exec(select(Dispatch).where(col(Dispatch.next_look_at).is_not(None))):
                left.next_look_at = None
                session.add(left)


class Letter:
    """A registered letter that the post has taken over, and is to be looked up."""

    def __init__(self, post: PostSite, *, name: str = "", begun: bool = True, **more: object) -> None:
        number = next(_cases)
        with record() as session:
            notice = world.notice(session, world.case(session, number), "sending", **more)  # type: ignore[arg-type]
            sent = world.dispatch(session, notice, "registered", "sent")
            sent.registered_no = f"{6_100_000_000_000 + number}"
            sent.next_look_at = datetime.now(UTC) - timedelta(seconds=1)
            fate.settle(session, sent)
            self.id, self.notice_id, self.number = sent.id, notice.id, sent.registered_no
            self.key, self.name = sent.key, name or dispatches.recipient(sent)["name"]
        if begun:
            post.journeys.begin(self.number, self.key, self.name, post.clock.seconds())

    def now(self) -> tuple[Dispatch, Notice]:
        with record() as session:
            return session.get_one(Dispatch, self.id), session.get_one(Notice, self.notice_id)

    def events(self) -> list[DispatchEvent]:
        with record() as session:
            query = select(DispatchEvent).where(DispatchEvent.dispatch_id == self.id)
            return list(session.exec(query.order_by(col(DispatchEvent.id))))

    def asked(self) -> list[str]:
        with record() as session:
            query = select(ReviewTask.kind).where(
                ReviewTask.subject == f"notice:{self.notice_id}", ReviewTask.state == ReviewState.OPEN.value
            )
            return list(session.exec(query))


def look() -> Outcome:
    outcome = bot.run(Work(id=0, bot="notices.track", reference="", payload={}, attempt=1, tries=1))
    assert outcome is not None
    return outcome


def test_a_letter_is_followed_until_it_has_arrived(post: PostSite) -> None:
    letter = Letter(post, kind="decision_refused", official=True)
    assert look().counts == {"under_way": 1}
    assert look().counts == {"under_way": 1}
    assert [event.detail["status"] for event in letter.events() if event.code == "post_event"] == ["접수"]
    post.clock.skip(DAY)
    post.troubles.add("shuffled", "track")
    assert look().counts == {"delivered": 1}
    dispatch, notice = letter.now()
    assert (dispatch.state, notice.state, notice.served_how) == ("delivered", "served", "registered")
    assert (
        dispatch.delivered_at
        and notice.served_on == dispatch.delivered_at.astimezone(post.clock.now().tzinfo).date()
    )
    assert dispatch.receiver and b"<dlvySttus>" in files.read(dispatch.proof_sha256)
    assert look().idle and not letter.asked()


def test_events_that_are_told_late_are_each_kept_once(post: PostSite) -> None:
    letter = Letter(post)
    post.journeys.lag = DAY / 2
    post.clock.skip(DAY)
    assert look().counts == {"under_way": 1}
    post.journeys.lag = 0.0
    assert look().counts == {"delivered": 1}
    told = [event.detail["status"] for event in letter.events() if event.code == "post_event"]
    assert told == ["접수", "발송", "도착", "배달준비", "배달완료"]


def test_a_letter_that_comes_back_is_asked_about(post: PostSite) -> None:
    letter, other = Letter(post), Letter(post)
    post.journeys.come_back(letter.key, "이사불명")
    post.clock.skip(DAY * 2)  # by now it lies at the center again: 배달완료, but to its sender
    assert look().counts == {"returned": 1, "delivered": 1}
    dispatch, notice = letter.now()
    assert (dispatch.state, notice.state, notice.reason) == ("returned", "returned", "post_moved")
    assert letter.asked() == ["notice_returned"]
    assert other.now()[1].state == "served"


def test_a_number_of_somebody_else_serves_nobody(post: PostSite) -> None:
    letter = Letter(post, name="박다른이")
    post.clock.skip(DAY)
    assert look().counts == {"mistaken": 1}
    assert letter.now()[1].state == "sent" and letter.asked() == ["notice_mistaken_number"]
    assert look().idle


def test_who_took_an_act_must_be_one_whom_the_law_names(
    post: PostSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.sandbox.post_site.journey.RECEIVERS", ("무인우편함",))
    act, plain = Letter(post, kind="decision_refused", official=True), Letter(post)
    post.clock.skip(DAY)
    look()
    assert act.now()[1].state == "sent" and act.asked() == ["notice_receiver"]
    assert plain.now()[1].state == "served"


def test_an_answer_that_cannot_be_understood_holds_up_no_other(post: PostSite) -> None:
    first, second = Letter(post), Letter(post)
    post.clock.skip(DAY)
    post.troubles.add("garbled", "track")
    assert look().counts == {"not_understood": 1, "delivered": 1}
    assert {first.now()[0].state, second.now()[0].state} == {"sent", "delivered"}
    assert look().counts == {"delivered": 1}


@pytest.mark.parametrize("kind", ["garbled", "other", "maintenance"])
def test_an_interface_that_has_changed_is_a_persons_matter(post: PostSite, kind: str) -> None:
    letters = [Letter(post) for _ in range(3)]
    post.clock.skip(DAY)
    post.troubles.add(kind, "track", times=3)
    with pytest.raises(BusinessError, match="tracking_changed"):
        look()
    assert {letter.now()[0].state for letter in letters} == {"sent"}
    assert look().counts == {"delivered": 3}


def test_an_interface_that_is_down_is_asked_again(post: PostSite) -> None:
    letter = Letter(post)
    post.clock.skip(DAY)
    post.stop()
    with pytest.raises(TrackingDown):
        look()
    post.start()
    post.troubles.add("error", "track")
    with pytest.raises(TrackingDown):
        look()
    post.troubles.add("busy", "track")
    assert look().counts == {"busy": 1}
    assert look().counts == {"delivered": 1} and letter.now()[1].state == "served"


def test_a_wrong_key_is_told_to_a_person(post: PostSite) -> None:
    Letter(post)
    with environment(BACKOFFICE_TRACKING_KEY="wrong"), pytest.raises(BusinessError, match="tracking_refused"):
        look()


def test_one_that_is_lost_is_asked_about_once(post: PostSite) -> None:
    letter = Letter(post, begun=False)
    assert look().counts == {"no_data": 1} and not letter.asked()
    with record() as session:
        dispatch = session.get_one(Dispatch, letter.id)
        dispatch.sent_at = datetime.now(UTC) - timedelta(days=15)
        session.add(dispatch)
    look()
    assert letter.asked() == ["notice_on_the_way"]
    with record() as session:
        task = session.exec(
            select(ReviewTask).where(ReviewTask.subject == f"notice:{letter.notice_id}")
        ).one()
        task.state = ReviewState.DECIDED.value
        session.add(task)
    look()
    assert not letter.asked()


def test_a_public_notice_takes_effect_when_its_days_have_passed(database_url: str) -> None:
    with record() as session:
        notice = world.notice(session, world.case(session, next(_cases)), "returned", official=True)
        posted = world.dispatch(session, notice, "public", "leaving")
        dispatches.move(
            session, posted, DispatchState.SENT, happened_at=datetime.now(UTC) - timedelta(days=16)
        )
        fate.settle(session, posted)
        fresh = world.notice(session, world.case(session, next(_cases)), "returned", official=True)
        waits = world.dispatch(session, fresh, "public", "leaving")
        dispatches.move(
            session, waits, DispatchState.SENT, happened_at=datetime.now(UTC) - timedelta(days=13)
        )
        fate.settle(session, waits)
    with environment(BACKOFFICE_TRACKING_URL=""):
        assert look().counts == {"public": 1}
    with record() as session:
        served, waiting = session.get_one(Notice, notice.id), session.get_one(Notice, fresh.id)
        assert (served.state, served.served_how, waiting.state) == ("served", "public", "sent")
        assert served.served_on and isinstance(served.served_on, date)
        assert served.runs_until and served.runs_until >= served.served_on + timedelta(days=90)
