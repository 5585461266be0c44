"""Persons and uploads to the post: called back within the hour, and answered for where nobody could tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, or_, select

from bots.notices.post import bot
from bots.sandbox.post_site import PostSite
from dashboard.acts import post_batches
from dashboard.acts.decisions import Refused
from dashboard.acts.post_batches import NOT_POSTED, POSTED
from dashboard.acts.reviewing import Stale
from dashboard.acts.rights import NotAllowed
from dashboard.reads.post_batches import version
from dashboard.visitor import Visitor
from queues import accounts, database, dispatches, reviews, work
from queues.bots import Outcome, Work
from queues.errors import BusinessError
from queues.models import (
    AuditEvent,
    Dispatch,
    Notice,
    PostBatch,
    ReviewTask,
    Role,
    WorkItem,
    WorkItemEvent,
    WorkState,
)
from tests.bots.notices.post_world import TO as ADDRESS
from tests.bots.notices.post_world import World, make_batch, needs_browser, post_world

_number = iter(range(1, 1000))
WHY = "사이트 접수 내역에 없음을 전화로도 확인"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with post_world(tmp_path, PostSite()) as made:
        yield made


def person(role: Role = Role.STAFF) -> Visitor:
    name = f"post{next(_number)}"
    with database.session() as session:
        account = accounts.create(session, name, "correct horse battery", role=role, display_name=name)
        return Visitor(account.id, name, name, role, "127.0.0.1", "s")


def seen(batch: int) -> int:
    with database.session() as session:
        return version(session, batch)


def say(batch: int, said: str, comment: str = WHY) -> WorkItem:
    with database.session() as session:
        return post_batches.answer(session, person(), batch, version(session, batch), said, comment)


def call_back(batch: int, who: Visitor) -> WorkItem:
    with database.session() as session:
        return post_batches.call_back(session, who, batch, version(session, batch))


def carry_out(item: WorkItem) -> dict[str, int]:
    """As a worker does; what the bot asks a person is asked."""
    run = {"notices.post_cancel": bot.cancel, "notices.post_answer": bot.answer}[item.bot]
    given = Work(
        id=item.id,
        bot=item.bot,
        reference=item.reference,
        payload=item.payload,
        attempt=item.attempt,
        tries=1,
    )
    try:
        outcome = run(given)
    except BusinessError as error:
        ask(item.id, error)
        raise
    assert isinstance(outcome, Outcome)
    finish(item.id, WorkState.DONE)
    return outcome.counts


def finish(item_id: int, state: WorkState) -> None:
    with database.session() as session:
        work.move(session, session.get_one(WorkItem, item_id), state, "", "system")


def ask(item_id: int, error: BusinessError) -> None:
    with database.session() as session:
        reviews.open_task(
            session, kind="system_error", reason=error.code, question=error.text, item_id=item_id
        )
    finish(item_id, WorkState.REVIEW)


def in_doubt(world: World, **letters: object) -> int:
    """A batch whose payment nobody can tell: the answer was lost, then the page could not be read."""
    batch = world.batch(**letters)  # type: ignore[arg-type]
    item = world.item(batch)
    with pytest.raises(BusinessError) as raised:
        world.run(batch)
    assert (raised.value.code, world.look(batch).state) == ("post_unknown", "unknown")
    ask(item.id, raised.value)
    return batch


def open_questions(batch: int) -> list[str]:
    """Reasons of what is asked about an upload, its work or its letters."""
    with database.session() as session:
        of_batch = col(WorkItem.reference) == f"post_batch:{batch}"
        items = session.exec(select(WorkItem.id).where(of_batch)).all()
        letters = session.exec(select(Dispatch.notice_id).where(Dispatch.batch_id == batch)).all()
        asked = or_(
            col(ReviewTask.item_id).in_(items),
            col(ReviewTask.subject).in_([f"notice:{number}" for number in letters]),
        )
        still = col(ReviewTask.state).in_(["open", "claimed"])
        return sorted(session.exec(select(ReviewTask.reason).where(asked, still)))


@needs_browser
@pytest.mark.browser
@pytest.mark.thorough
def test_a_person_calls_an_upload_back_once(world: World) -> None:
    batch = world.batch()
    assert world.run(batch) == {"posted": 2}
    looked = seen(batch)
    item = call_back(batch, person())
    with database.session() as session, pytest.raises(Stale):
        post_batches.call_back(session, person(), batch, looked)
    with pytest.raises(Refused, match="처리하고"):
        call_back(batch, person())
    assert carry_out(item) == {"cancelled": 2}
    assert world.site.posted == {}
    assert [(d.state, d.reason) for d in world.letters(batch)] == [("cancelled", "post_called_back")] * 2
    assert world.notices(batch) == {"review": 2}
    assert open_questions(batch) == ["notice_recalled"] * 2
    with pytest.raises(Refused):
        call_back(batch, person())


@needs_browser
@pytest.mark.browser
@pytest.mark.thorough
def test_what_was_not_taken_goes_out_again_once(world: World) -> None:
    world.site.troubles.add("error", "pay")
    world.site.troubles.add("changed", "confirm", after=3)
    batch = in_doubt(world)
    # A person who is mistaken changes nothing, and nothing is paid by it.
    with pytest.raises(BusinessError) as raised:
        carry_out(say(batch, POSTED))
    assert raised.value.code == "post_not_shown_paid"
    assert (world.look(batch).state, world.site.payments) == ("unknown", [])
    assert open_questions(batch) == ["post_not_shown_paid", "post_unknown"]
    item = say(batch, NOT_POSTED)
    assert carry_out(item) == {"failed": 2}
    assert carry_out(item) == {}, "done once"
    assert [(d.state, d.reason) for d in world.letters(batch)] == [("failed", "by_person_not_sent")] * 2
    assert open_questions(batch) == ["notice_failed"] * 2
    assert {job.state for job in world.site.jobs} == {"취소"}, "nobody pays it at the site any more"
    assert world.run(batch, attempt=2) == {"failed": 2}
    # The letters may go again, and do so once.
    assert world.run(again(batch)) == {"posted": 2}
    assert (sum(world.site.posted.values()), len(world.site.payments)) == (2, 1)


def again(batch: int) -> int:
    """The same notices in another upload, as a person's "resend" plans them."""
    with database.session() as session:
        made = PostBatch(key=f"again-{batch}", service="registered", envelope="small", letters=2)
        session.add(made)
        session.flush()
        for told in session.exec(select(Dispatch).where(Dispatch.batch_id == batch)).all():
            dispatch = dispatches.plan(
                session, session.get_one(Notice, told.notice_id), "registered", ADDRESS
            )
            dispatch.batch_id = made.id
            session.add(dispatch)
        return made.id


@needs_browser
@pytest.mark.browser
def test_what_was_paid_is_taken_over_and_never_given_up(world: World) -> None:
    world.site.troubles.add("lost", "pay")
    world.site.troubles.add("changed", "confirm", after=3)
    batch = in_doubt(world)
    with pytest.raises(BusinessError) as raised:
        carry_out(say(batch, NOT_POSTED))
    assert raised.value.code == "post_shown_paid"
    assert {d.state for d in world.letters(batch)} == {"unknown"}
    assert carry_out(say(batch, POSTED)) == {"posted": 2}
    world.check_posted_once(batch)
    assert world.look(batch).cancel_until is not None
    assert open_questions(batch) == []


def doubtful(session: Session, **more: object) -> PostBatch:
    batch = make_batch(session, [ADDRESS])
    batch.state = "unknown"
    for name, value in more.items():
        setattr(batch, name, value)
    session.add(batch)
    session.commit()
    return batch


def test_who_may_and_when(database_url: str) -> None:
    counselor, staff = person(Role.COUNSELOR), person()
    with database.session() as session:
        batch, now = doubtful(session), datetime.now(UTC)
        other = doubtful(session, state="paid", cancel_until=now + timedelta(minutes=5))
        late = doubtful(session, state="paid", cancel_until=now - timedelta(seconds=1))
        found = doubtful(session, paid_at=now)
        with pytest.raises(NotAllowed):
            post_batches.answer(session, counselor, batch.id, version(session, batch.id), NOT_POSTED, WHY)
        with pytest.raises(NotAllowed):
            post_batches.call_back(session, counselor, other.id, version(session, other.id))
        for refused, said, comment in (
            (batch, NOT_POSTED, "  "),
            (batch, "drop", WHY),
            (other, POSTED, WHY),
            (found, NOT_POSTED, WHY),
        ):
            with pytest.raises(Refused):
                post_batches.answer(session, staff, refused.id, version(session, refused.id), said, comment)
        for refused in (batch, late):
            with pytest.raises(Refused):
                post_batches.call_back(session, staff, refused.id, version(session, refused.id))
        item = post_batches.answer(session, staff, batch.id, version(session, batch.id), NOT_POSTED, WHY)
        noted = select(AuditEvent).where(
            AuditEvent.action == "post_batch.answer", AuditEvent.subject_id == str(batch.id)
        )
        assert [(e.actor, e.detail) for e in session.exec(noted)] == [(staff.actor, {"answer": NOT_POSTED})]
        kept = session.exec(select(WorkItemEvent).where(WorkItemEvent.item_id == item.id)).all()
        assert WHY not in str([event.model_dump() for event in kept]) + str(item.payload)
