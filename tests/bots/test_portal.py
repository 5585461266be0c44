"""The portal bot at a site that does what such sites do: every fax once, as it was, and marked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bots.intake.portal import bot, standing, unfetched
from bots.intake.portal.errors import PortalDown
from bots.sandbox.portal_site import Member, PortalSite
from config.settings import CONFIG_DIR, settings
from queues import evidence, files
from queues.errors import BusinessError
from tests.bots.faxes import fax_tiff
from tests.bots.portal_world import World, needs_browser, portal_world

pytestmark = [needs_browser, pytest.mark.browser, pytest.mark.usefixtures("database_url")]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with portal_world(tmp_path, PortalSite(page_size=6)) as made:
        yield made


def all_there(world: World) -> None:
    """Every fax of the site is one delivery, byte for byte, with what the list told of it."""
    found = world.deliveries()
    assert sorted(found) == sorted(world.site.inbox.numbers)
    for number, delivery in found.items():
        fax = world.site.inbox.find(number)
        assert fax is not None
        assert files.read(delivery.original_sha256) == fax.content
        assert delivery.received_at == fax.received_at.replace(microsecond=0)
        assert (delivery.caller_number, delivery.sender_name) == (fax.caller.replace("-", ""), fax.sender)
        assert delivery.receive_status == ""


@pytest.mark.thorough
def test_whatever_goes_wrong_on_the_way_each_fax_comes_once(world: World) -> None:
    site, troubles = world.site, world.site.troubles
    numbers = world.receive(20, pages=2)
    site.inbox.list_twice(numbers[4])
    site.inbox.mark(numbers[:3])  # by a person, at the site: our record decides, and not the site's mark
    site.look.notice_layer = site.look.notice_window = True
    troubles.add("error", "login")
    troubles.add("error", "inbox")
    troubles.add("expired", "inbox", after=2)
    troubles.add("maintenance", "inbox", after=3)
    troubles.add("arrivals", "inbox", after=5, amount=7)
    troubles.add("reordered", "inbox", after=1, times=3)
    troubles.add("expired", "download", after=2)
    troubles.add("cut", "download", after=4, times=2)
    troubles.add("short", "download", after=8)
    troubles.add("slow", "download", after=10)
    troubles.add("error", "download", after=12, times=2)
    counts = world.visit()
    assert counts["fetched"] == 27
    all_there(world)
    assert {"error", "expired", "maintenance", "arrivals", "reordered", "cut", "short", "slow"} <= set(
        site.troubles.met
    )
    assert site.inbox.unfetched == []
    sign_ins = site.member.sign_ins
    assert world.visit() == {}, "and once more there is nothing to do"
    assert site.member.sign_ins == sign_ins, "the session was still good"


@pytest.mark.thorough
def test_marking_that_fails_is_done_later_and_nothing_is_fetched_again(world: World) -> None:
    world.receive(3)
    world.site.troubles.add("refused", "mark", times=4)
    world.site.troubles.add("lost", "mark", after=4)
    assert world.visit() == {"fetched": 3, "unmarked": 6}, "two looks, and no mark taken in either"
    assert world.visit() == {"marked": 3}
    assert world.site.inbox.unfetched == []
    assert set(world.site.inbox.downloads.values()) == {1}
    all_there(world)


@pytest.mark.thorough
def test_other_units_and_rows_that_are_no_whole_faxes_yet(world: World) -> None:
    world.site.look.size_unit, world.site.look.time_format = "KB", "%y.%m.%d %H:%M"
    world.site.troubles.add("short", "download")
    coming = world.site.receive(fax_tiff(1, 99), pages=1, state="수신중")
    world.site.receive(b"", pages=0, state="수신실패")
    (number,) = world.receive(1, pages=3)
    assert world.visit()["fetched"] == 1
    fax, delivery = world.site.inbox.find(number), world.deliveries()[number]
    assert fax is not None
    assert files.read(delivery.original_sha256) == fax.content
    assert delivery.received_at == fax.received_at.replace(second=0, microsecond=0)
    world.site.inbox.change(coming, lambda fax: setattr(fax, "state", "수신완료"))
    assert world.visit()["fetched"] == 1
    assert world.deliveries()[coming].caller_number == "", "the caller withheld the number"


@pytest.mark.thorough
def test_a_number_given_twice_is_two_faxes(world: World) -> None:
    """Providers that count anew every year; the older one has left the list."""
    (number,) = world.receive(1)
    world.visit()
    world.site.inbox.change(number, lambda fax: setattr(fax, "content", fax_tiff(1, 500)))
    world.site.inbox.change(
        number, lambda fax: setattr(fax, "received_at", fax.received_at + timedelta(hours=3))
    )
    assert world.visit()["fetched"] == 1
    assert len(world.deliveries()) == 2


@pytest.mark.thorough
def test_a_fax_that_stays_short_holds_up_nobody_and_is_taken_in_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider lost a page: that is all there is, and the reader is told."""
    monkeypatch.setattr(unfetched, "TAKE_AFTER", 2)
    numbers = world.receive(3, pages=2)
    world.site.inbox.change(numbers[1], lambda fax: setattr(fax, "pages", 3))
    assert world.visit()["fetched"] == 2
    assert numbers[1] not in world.deliveries()
    world.visit()
    assert world.deliveries()[numbers[1]].receive_status == "팩스 포털: 목록의 매수와 쪽수가 다릅니다"


@pytest.mark.thorough
def test_a_fax_that_never_comes_is_told_once_and_still_tried(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfetched, "TELL_AFTER", 1)
    numbers = world.receive(2)
    content = world.site.inbox.find(numbers[0]).content  # type: ignore[union-attr]
    world.site.inbox.change(numbers[0], lambda fax: setattr(fax, "content", b""))
    items = [world.item() for _ in range(2)]
    for item in items:
        world.visit(item)
    told = [item for item in items if world.questions(item)]
    assert len(told) == 1
    assert numbers[0] in world.questions(told[0])[0].question
    assert {e.kind for e in evidence.of_item(told[0].id)} == {"screenshot", "trace", "log"}
    world.site.inbox.change(numbers[0], lambda fax: setattr(fax, "content", content))
    assert world.visit()["fetched"] == 1
    assert world.questions(told[0]) == [], "the question has settled itself"


def test_a_wrong_password_is_tried_once_and_not_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.receive(1)
    world.site.member.password = "Changed!2026"
    item = world.item()
    with pytest.raises(BusinessError) as refused:
        world.visit(item)
    assert refused.value.code == "portal_refused"
    standing.ask(item, "portal_refused", refused.value.text)  # as the runner does
    for _ in range(3):
        assert world.visit() == {}
    assert world.site.member.failures == 1, "far from the five that lock the account"
    with pytest.raises(BusinessError):
        world.visit(world.item(trigger="manual"))
    assert world.site.member.failures == 2, "a person may have it tried again"
    monkeypatch.setenv("BACKOFFICE_PORTAL_PASSWORD", "Changed!2026")
    settings.cache_clear()
    assert world.visit()["fetched"] == 1
    assert world.questions(item) == []


def test_a_password_that_must_be_changed_is_a_persons(tmp_path: Path) -> None:
    member = Member("center77", "Old!Password1", change="may")
    with portal_world(tmp_path, PortalSite(member=member)) as world:
        world.receive(1)
        assert world.visit()["fetched"] == 1, "later will do"
        member.change = "must"
        world.site.members.end_sessions()
        with pytest.raises(BusinessError) as stopped:
            world.visit()
        assert stopped.value.code == "portal_password"
        assert "비밀번호를 바꾼 뒤" in stopped.value.text
        assert member.password == "Old!Password1"


def test_down_is_tried_again_and_then_a_person_sees_what_the_bot_saw(world: World) -> None:
    world.receive(1)
    world.site.outage(3600, "maintenance")
    later = world.item(tries=bot.ASK_AFTER)
    with pytest.raises(PortalDown, match="점검 안내"):
        world.visit(later)
    assert {e.kind for e in evidence.of_item(later.id)} == {"screenshot", "trace", "log"}
    assert len(world.questions(later)) == 1
    world.site.clock.skip(3601)
    assert world.visit(later)["fetched"] == 1
    assert world.questions(later) == []
    policy = bot.UntilItAnswers()
    pauses = [policy.pause(PortalDown("x"), tries) for tries in (1, 2, 3, 9, 500)]
    assert pauses == sorted(pauses, key=lambda p: p or 0)
    assert None not in pauses


@pytest.mark.thorough
def test_another_provider_is_another_file(tmp_path: Path) -> None:
    text = (CONFIG_DIR / "portals" / "hanbit.yaml").read_text("utf-8")
    text = text.replace("[관리번호, 접수번호, 문서번호]", "[전문번호]").replace(
        'next: ".paging a.next"', 'next: ""'
    )
    site = PortalSite(page_size=4)
    site.look.labels = {"number": "전문번호", "time": "받은 일시"}
    with portal_world(tmp_path, site, described=text) as world:
        world.receive(9)
        assert world.visit()["fetched"] == 9
        all_there(world)


def test_without_settings_nothing_is_visited(tmp_path: Path) -> None:
    site = PortalSite()
    with portal_world(tmp_path, site, BACKOFFICE_PORTAL="") as world:
        world.receive(1)
        assert world.visit() == {}
    with (
        portal_world(tmp_path, site, BACKOFFICE_PORTAL_PASSWORD="") as world,
        pytest.raises(BusinessError, match="BACKOFFICE_PORTAL_PASSWORD"),
    ):
        world.visit()
    assert site.member.sign_ins == 0
