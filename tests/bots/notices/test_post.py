"""Letters through the post's site: each exactly once, or a person is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bots.notices.post import hours, upload
from bots.notices.post.errors import NotNow, PortalDown, SiteChanged, Stopped
from bots.sandbox.post_site import PASSWORD, PostSite
from config.post_sites import load_post_site
from queues import database, dispatches, evidence, files
from queues.errors import BusinessError
from queues.models import Dispatch, DispatchState
from tests.bots.notices.post_world import TO, World, letter, needs_browser, post_world

pytestmark = [needs_browser, pytest.mark.browser]


@pytest.fixture
def site() -> PostSite:
    return PostSite()


@pytest.fixture
def world(database_url: str, site: PostSite, tmp_path: Path) -> Iterator[World]:
    with post_world(tmp_path, site) as made:
        yield made


def test_letters_with_a_bad_address_stay_and_the_others_go(world: World) -> None:
    good = {**TO, "name": "㈜한빛산업 대표 김가나"}
    people = [
        good,
        {**TO, "postcode": ""},
        {**TO, "name": "김😀"},
        {**TO, "name": "가" * 300},
        {**TO, "postcode": "4454"},
    ]
    batch = world.batch(people)
    assert world.run(batch) == {"posted": 1}
    letters = world.letters(batch)
    assert [(d.state, d.reason) for d in letters] == [
        ("sent", ""),
        ("failed", "post_address_missing"),
        ("failed", "post_address_unprintable"),
        ("failed", "post_address_long"),
        ("failed", "post_refused_address"),  # this one the site itself does not take
    ]
    assert world.site.posted == {letters[0].key: 1}
    assert world.notices(batch) == {"sent": 1, "review": 4}
    assert letters[0].registered_no and letters[0].price_won == 2920


def test_the_answer_to_upload_and_payment_is_lost(world: World) -> None:
    """The line breaks on both. (A browser sends such an upload twice by itself: one of the jobs is cancelled.)"""
    world.site.troubles.add("cut", "upload")
    world.site.troubles.add("cut", "pay")
    batch = world.batch()
    assert world.run(batch) == {"posted": 2}
    world.check_posted_once(batch)
    assert len(world.site.payments) == 1
    assert [job.paid_count for job in world.site.jobs if job.state != "취소"] == [1]
    assert world.site.double_pay_attempts == 0


def test_a_job_that_the_list_shows_late_is_not_paid_twice(world: World) -> None:
    """The list shows nothing for longer than it should: the letters are uploaded again, one job is cancelled."""
    world.site.troubles.add("lost_lagging", "upload", amount=1.5)
    batch = world.batch()
    world.site.troubles.add("slow", "pay", amount=0.3)
    assert world.run(batch) == {"posted": 2}
    world.check_posted_once(batch)
    assert len(world.site.payments) == 1


@pytest.mark.thorough
def test_the_session_ends_and_pages_fail(world: World) -> None:
    for place in ("new", "confirm", "list", "letters"):
        world.site.troubles.add("expired", place)
        world.site.troubles.add("error", place, after=1)
    world.site.troubles.add("expired", "upload")
    world.site.troubles.add("error", "pay")
    batch = world.batch()
    assert world.run(batch) == {"posted": 2}
    world.check_posted_once(batch)
    assert (world.site.uploads, len(world.site.payments)) == (1, 1)


def test_another_price_or_count_is_a_persons_question(world: World) -> None:
    world.site.troubles.add("price", "upload")
    world.site.troubles.add("sheets", "confirm", after=1)
    batch = world.batch()
    for code in ("post_count_differs", "post_price_differs"):
        with pytest.raises(BusinessError) as raised:
            world.run(batch)
        assert raised.value.code == code
    assert not world.site.payments
    assert world.look(batch).state == "uploaded"
    # The person cancels it at the site and has the bot do it again.
    world.site.ledger.cancel(world.site.jobs[-1])
    assert world.run(batch, attempt=2) == {"posted": 2}
    world.check_posted_once(batch)


def test_an_empty_deposit_waits_and_a_person_is_told(database_url: str, tmp_path: Path) -> None:
    with post_world(tmp_path, PostSite(deposit=300)) as world:
        batch = world.batch(1, service="post")
        item = world.item(batch)
        with pytest.raises(NotNow):
            world.run(batch)
        assert [task.reason for task in world.questions(item.id)] == ["post_deposit"]
        assert not world.site.payments
        world.site.ledger.deposit += 10_000
        world.site.troubles.add("lost_late", "pay", amount=1.0)  # and it takes its time
        assert world.run(batch, tries=2) == {"posted": 1}
        world.check_posted_once(batch)
        assert world.site.uploads == 1
        assert world.site.double_pay_attempts == 0
        assert world.questions(item.id) == []


def test_a_changed_page_after_the_payment_makes_it_a_persons_question(world: World) -> None:
    world.site.troubles.add("lost", "pay")
    world.site.troubles.add("changed", "confirm", after=3)
    batch = world.batch()
    item = world.item(batch)
    with pytest.raises(BusinessError) as raised:
        world.run(batch)
    assert raised.value.code == "post_unknown"
    assert world.look(batch).state == "unknown"
    assert {d.state for d in world.letters(batch)} == {"unknown"}
    assert world.notices(batch) == {"review": 2}
    assert world.look(batch).key in raised.value.text
    assert {"screenshot", "trace", "log"} <= {kept.kind for kept in evidence.of_item(item.id)}
    # Once the site can be read again, what it says counts.
    assert world.run(batch, attempt=2) == {"posted": 2}
    world.check_posted_once(batch)
    assert world.site.double_pay_attempts == 0


def test_what_a_person_decided_meanwhile_does_not_go(world: World) -> None:
    """Nobody knew whether it was paid, and a person sent one of the letters another way: it goes without."""
    world.site.troubles.add("error", "pay")
    world.site.troubles.add("changed", "confirm", after=3)
    batch = world.batch()
    with pytest.raises(BusinessError):
        world.run(batch)
    one, other = world.letters(batch)
    with database.session() as session:
        dispatch = session.get_one(Dispatch, one.id)
        dispatches.move(session, dispatch, DispatchState.FAILED, code="by_person_not_sent")
    assert world.run(batch, attempt=2) == {"posted": 1}
    assert world.site.posted == {other.key: 1}
    assert len(world.site.payments) == 1


@pytest.mark.thorough
def test_the_site_is_away_and_comes_back_with_another_form(world: World) -> None:
    batch = world.batch()
    item = world.item(batch)
    world.site.stop()
    with pytest.raises(PortalDown):
        world.run(batch)
    assert {d.state for d in world.letters(batch)} == {"leaving"}
    assert world.questions(item.id) == [], "it may be a matter of minutes"
    world.site.start()
    world.site.troubles.add("changed", "new")
    with pytest.raises(SiteChanged):
        world.run(batch)
    (task,) = world.questions(item.id)
    assert task.reason == "post_changed" and "epost.yaml" in task.question
    assert world.run(batch, tries=2) == {"posted": 2}
    assert world.questions(item.id) == []


def test_a_wrong_password_is_tried_once(world: World) -> None:
    first, second = world.batch(1), world.batch(1)
    world.site.member.password = "another one"
    for batch in (first, first, second):
        with pytest.raises(Stopped):
            world.run(batch)
    assert world.site.member.failures == 1
    item = world.item(first)
    assert [task.reason for task in world.questions(item.id)] == ["portal_refused"]
    world.site.member.password, world.site.member.failures = PASSWORD, 0
    assert world.run(first, attempt=2) == {"posted": 1}
    assert world.questions(item.id) == []


@pytest.mark.thorough
def test_numbers_come_late_and_the_batch_is_called_back(world: World) -> None:
    world.site.troubles.add("numbers_late", "pay", amount=600.0)
    batch = world.batch()
    with pytest.raises(NotNow):
        world.run(batch)
    assert world.look(batch).state == "paid"
    assert {d.state for d in world.letters(batch)} == {"leaving"}
    world.site.clock.skip(601.0)
    assert world.run(batch, tries=2) == {"posted": 2}
    world.check_posted_once(batch)
    assert world.cancel(batch) == {"cancelled": 2}
    assert world.look(batch).state == "cancelled"
    assert world.site.posted == {}
    assert {d.state for d in world.letters(batch)} == {"cancelled"}
    assert world.notices(batch) == {"review": 2}


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (datetime(2026, 11, 23, 2, 0, tzinfo=UTC), None),  # Monday, 11:00
        (datetime(2026, 11, 23, 8, 59, tzinfo=UTC), "2026-11-24 00:10"),  # a minute before the cut-off
        (datetime(2026, 11, 27, 10, 0, tzinfo=UTC), "2026-11-30 00:10"),  # Friday evening
        (datetime(2026, 12, 25, 2, 0, tzinfo=UTC), "2026-12-28 00:10"),  # Christmas, before a weekend
    ],
)
def test_the_cut_off_of_the_day(now: datetime, opens: str | None) -> None:
    load_post_site.cache_clear()
    found = hours.opens_again(load_post_site("epost"), now)
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == opens


@pytest.mark.parametrize(
    ("to", "problem"),
    [
        (TO, ""),
        ({**TO, "name": "㈜한빛산업 (대표 金賢雨)"}, ""),
        ({**TO, "name": "김\ud83d"}, "post_address_unprintable"),
        ({**TO, "detail": "101동\n202호"}, "post_address_unprintable"),
        ({**TO, "address": "  "}, "post_address_missing"),
    ],
)
def test_what_goes_onto_the_list(database_url: str, to: dict[str, str], problem: str) -> None:
    given = [
        upload.Letter(1, "k1", TO, files.put(letter(2))),
        upload.Letter(2, "k2", to, files.put(letter(1))),
    ]
    made, refused = upload.build(given, "registered", "small", load_post_site("epost").addresses)
    assert refused == ({2: problem} if problem else {})
    assert made.sheets == (2 if problem else 3)
    if not problem:
        assert made.addresses.decode("utf-8-sig").splitlines()[2].startswith(f"2,k2,{to['name']},44543,")
        assert made.rows[1].first_page == 3


def test_a_letter_that_the_envelope_does_not_take(database_url: str) -> None:
    addresses = load_post_site("epost").addresses
    seven = [upload.Letter(1, "k1", TO, files.put(letter(7)))]
    assert upload.build(seven, "post", "small", addresses)[1] == {1: "post_sheets"}
    made, refused = upload.build(seven, "post", "large", addresses)
    assert not refused and made.won == 1490 + 6 * 50
    assert upload.build([upload.Letter(1, "k1", TO, "")], "post", "small", addresses)[1] == {
        1: "post_no_letter"
    }
