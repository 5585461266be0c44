"""통지 and 결재함 as staff meet them: the real server, a real browser."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import col, select

from queues import database
from queues.models import AccessLog, Approval, Notice, ReviewTask
from tests.bots import notice_world
from tests.dashboard.conftest import enter, serving

pytestmark = pytest.mark.browser
PATIENCE = 30_000
"""Milliseconds for a screen to be there, on a machine that has other work as well."""


@dataclass(frozen=True)
class Shown:
    address: str
    filled: notice_world.Filled


@pytest.fixture(scope="module")
def shown(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with database.session() as session:
        filled = notice_world.every_state(session)
    with serving(tmp_path_factory.mktemp("log")) as address:
        yield Shown(address, filled)


@pytest.fixture(scope="module")
def super_page(browser: Browser, shown: Shown) -> Iterator[Page]:
    """A supervisor who is signed in."""
    context: BrowserContext = browser.new_context(
        viewport={"width": 1280, "height": 800}, base_url=shown.address, accept_downloads=True
    )
    context.set_default_timeout(PATIENCE)
    page = enter(context, "super", notice_world.PASSWORD)
    expect(page.get_by_role("link", name="결재함")).to_be_visible(timeout=PATIENCE)
    yield page
    context.close()


def test_a_letter_is_found_looked_at_and_kept_byte_for_byte(super_page: Page, shown: Shown) -> None:
    page = super_page
    number = shown.filled.by_state["served"]
    with database.session() as session:
        letter = session.get_one(Notice, number)
    page.goto("/notices")
    expect(page.get_by_role("row").nth(1)).to_be_visible(timeout=PATIENCE)
    words = page.get_by_placeholder(re.compile("등기번호 13자리"))
    words.fill("2026-UB-5000012")
    words.press("Enter")
    expect(page.get_by_role("row")).to_have_count(2, timeout=PATIENCE)
    page.get_by_role("row").nth(1).click()
    expect(page.get_by_text("2026-11-20 (등기 배달)")).to_be_visible(timeout=PATIENCE)
    picture = page.locator(".sheet img")
    expect(picture).to_be_visible(timeout=PATIENCE)
    page.wait_for_function("e => e.complete && e.naturalWidth > 1000", arg=picture.element_handle())
    expect(page.get_by_text("통지서 원본 (PDF)")).to_have_count(0)
    page.get_by_role("button", name="전부 보기").click()
    link = page.get_by_role("link", name="통지서 원본 (PDF)")
    expect(link).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("종가로").first).to_be_visible()
    with page.expect_download() as waited:
        link.click()
    kept = Path(waited.value.path()).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == letter.letter_sha256
    with database.session() as session:
        noted = select(AccessLog.action).where(AccessLog.subject == f"notice:{number}")
        assert {"view", "view_letter", "unmask", "download"} <= set(session.exec(noted))


def test_what_came_back_is_sent_by_another_way_from_the_review_list(super_page: Page, shown: Shown) -> None:
    page = super_page
    number = shown.filled.tasks["notice_returned"]
    page.goto("/reviews")
    page.get_by_role("row").filter(has_text="통지서가 반송됨").click()
    form = page.locator(f".st-key-notice_task_{number}")
    expect(form).to_be_visible(timeout=PATIENCE)
    expect(form.get_by_text("전자우편", exact=True)).to_be_visible()  # the proposal
    form.get_by_text("공시송달로 처리").click()
    expect(form.get_by_text("공고한 날", exact=True)).to_be_visible(timeout=PATIENCE)
    decide = form.get_by_role("button", name="결정", exact=True)
    expect(decide).to_have_count(1, timeout=PATIENCE)  # the one of the answer before has gone
    decide.click()
    expect(page.get_by_text("인터넷에 함께 공고하여야 합니다")).to_be_visible(timeout=PATIENCE)
    form.get_by_text("다시 보내기", exact=True).click()
    channel = form.get_by_role("combobox", name="발송 방법")
    expect(channel).to_have_value("일반우편", timeout=PATIENCE)
    expect(form.get_by_role("combobox")).to_have_count(
        1, timeout=PATIENCE
    )  # the one of the answer before has gone
    expect(form.get_by_role("button", name="결정", exact=True)).to_have_count(1)  # drawn anew meanwhile
    form.get_by_role("button", name="결정", exact=True).click()
    expect(form).to_have_count(0, timeout=PATIENCE)
    with database.session() as session:
        task = session.get_one(ReviewTask, number)
        assert task.state == "decided" and task.decision == {"action": "resend", "channel": "post"}


def test_a_refusal_is_read_before_it_is_agreed_to_and_the_next_one_follows(
    super_page: Page, shown: Shown
) -> None:
    page = super_page
    page.goto("/approvals")
    expect(page.get_by_role("row")).to_have_count(4, timeout=PATIENCE)
    # What needs reading has no box to tick.
    expect(page.get_by_role("checkbox")).to_have_count(1)
    page.get_by_role("row").nth(1).click()
    expect(page.locator(".sheet img")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="반려").click()
    expect(page.get_by_text("반려 사유를 적어 주십시오.")).to_be_visible(timeout=PATIENCE)
    first = re.search(r"approval=(\d+)", page.url)
    assert first is not None
    page.get_by_role("button", name=re.compile("결재하고 다음 문서")).click()
    page.wait_for_url(lambda url: "approval=" in url and f"approval={first[1]}" not in url)
    with database.session() as session:
        step = session.get_one(Approval, int(first[1]))
        assert step.state == "approved" and step.readings
        following = select(Approval.state).where(
            Approval.subject == step.subject, col(Approval.step) == step.step + 1
        )
        assert session.exec(following).one() == "asked"
    page.goto("/my-work")
    expect(page.get_by_role("button", name="결재 대기 2건")).to_be_visible(timeout=PATIENCE)


def test_what_letters_cost_stands_by_month_and_goes_out_as_a_file(super_page: Page, shown: Shown) -> None:
    page = super_page
    page.goto("/notice-costs")
    expect(page.get_by_role("cell", name="등기우편")).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as waited:
        page.get_by_role("button", name="CSV 내려받기").click()
    text = Path(waited.value.path()).read_text("utf-8-sig")
    assert text.splitlines()[0] == "월,발송 방법,건수,매수,반송,금액(원)"
    assert any("등기우편" in line and line.endswith("12150") for line in text.splitlines())


def test_the_desk_hands_a_question_about_a_letter_over(super_page: Page, shown: Shown) -> None:
    """However somebody came to it: by its address at the desk, or as the next one."""
    page = super_page
    number = shown.filled.tasks["notice_address"]
    page.goto(f"/review?task={number}")
    page.wait_for_url(re.compile(rf"/notices\?task={number}"))
    expect(page.locator(f".st-key-notice_task_{number}")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("공동주택의 동·호수가 빠졌습니다.")).to_be_visible()
    page.get_by_role("button", name="목록").click()
    page.wait_for_url(re.compile("/reviews"))
    with database.session() as session:
        assert session.get_one(ReviewTask, number).state == "open"  # in nobody's hand any more
    page.goto("/review")
    page.wait_for_url(re.compile(r"/notices\?task="))


def test_whether_it_left_is_never_answered_by_pressing_on(super_page: Page, shown: Shown) -> None:
    """The answer is chosen first; until then there is no button to press."""
    page = super_page
    number = shown.filled.tasks["notice_unknown"]
    page.goto(f"/notices?task={number}")
    form = page.locator(f".st-key-notice_task_{number}")
    expect(form.get_by_text("나가지 않은 것을 확인함")).to_be_visible(timeout=PATIENCE)
    expect(form.get_by_role("button", name="결정", exact=True)).to_have_count(0)
    expect(page.get_by_text("상대 기관에서 찾을 이름")).to_be_visible()
    form.get_by_text("나가지 않은 것을 확인함").click()
    expect(form.get_by_role("button", name="결정", exact=True)).to_have_count(1)  # drawn anew meanwhile
    form.get_by_role("button", name="결정", exact=True).click()
    expect(form).to_have_count(0, timeout=PATIENCE)
    with database.session() as session:
        assert session.get_one(ReviewTask, number).decision == {"action": "was_not_sent"}
