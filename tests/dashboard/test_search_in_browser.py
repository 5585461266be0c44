"""The telephone rings, a citizen stands at the desk: the search box and 창구 접수 in a real browser."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlmodel import select

from queues import database, desk, files
from queues.models import AccessLog, Delivery, DeskEntry, WorkItem
from tests.dashboard.conftest import Served, enter
from tests.dashboard.searching import fill_more

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def ids(served: Served) -> dict[str, int]:
    with database.session() as session:
        return fill_more(session)


def signed_in(context: BrowserContext, name: str = "staff", to: str = "/deliveries") -> Page:
    page = enter(context, name, to=to)
    expect(page.get_by_role("combobox", name="배달 찾기")).to_be_visible()
    return page


def ask(page: Page, line: str) -> None:
    """From anywhere on the page, by the keyboard alone."""
    page.locator("body").press("/")
    expect(page.get_by_role("combobox", name="배달 찾기")).to_be_focused()
    page.keyboard.type(line)
    page.keyboard.press("Enter")


def results(page: Page) -> Locator:
    return page.locator(".panel [role=option]")


def photo(color: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (400, 560), color).save(out, "JPEG")
    return out.getvalue()


def test_the_call_is_answered_by_keyboard(context: BrowserContext, ids: dict[str, int]) -> None:
    page = signed_in(context)
    ask(page, "김서 오늘")
    rows = results(page)
    expect(rows).to_have_count(3)
    expect(page.get_by_text("이름·상호 ‘김서’(으)로 시작")).to_be_visible()
    expect(rows.nth(0)).to_contain_text(
        f"배달 {ids['linked']}번과 같은 서류로 이미 접수됨 (2026-UB-0012345에 연결됨)"
    )
    expect(rows.nth(1)).to_contain_text("검토 대기: 담당 한책임")
    expect(rows.nth(2)).to_contain_text("2026-UB-0012345에 연결됨")
    expect(rows.nth(0)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("김서연", exact=True)).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/deliveries?delivery={ids['linked']}")
    expect(page.get_by_text("처리 이력")).to_be_visible()


def test_straight_to_the_review(context: BrowserContext, ids: dict[str, int]) -> None:
    page = signed_in(context)
    ask(page, "031-222-3344 3장")
    expect(results(page)).to_have_count(1)
    page.keyboard.press("Shift+Enter")
    page.wait_for_url(re.compile(r"/review\?task=\d+$"))


def test_in_full_only_with_a_reason_and_every_search_is_noted(
    context: BrowserContext, ids: dict[str, int]
) -> None:
    page = signed_in(context, "second")
    ask(page, "3210")
    row = results(page)
    expect(row).to_contain_text("010-****-3210")
    expect(row).to_contain_text("접수되어 판독을 기다리는 중")
    page.get_by_role("button", name="전부 보기").click()
    expect(row).to_contain_text("010-7654-3210")
    with database.session() as session:
        logged = session.exec(select(AccessLog).where(AccessLog.account_name == "second")).all()
    searches = [e for e in logged if e.action == "search"]
    assert searches and all(e.subject == "deliveries" for e in searches)
    assert searches[0].reason == f"전화: 배달 {ids['taken']}"
    assert not any("3210" in e.reason for e in logged)
    assert [(e.subject, e.reason) for e in logged if e.action == "unmask"] == [
        (f"delivery:{ids['taken']}", "민원인 문의 응대")
    ]


def test_nothing_found_says_what_else_to_try(context: BrowserContext, ids: dict[str, int]) -> None:
    page = signed_in(context)
    ask(page, "황보독고 5쪽")
    expect(page.get_by_text("맞는 배달이 없습니다.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("맞는 배달이 없습니다.")).to_be_hidden()


def test_a_list_of_all_ways_in_narrowed_by_state(context: BrowserContext, ids: dict[str, int]) -> None:
    page = signed_in(context)
    expect(page.get_by_role("row", name=re.compile("나누어 접수.*여러 우편물의 묶음"))).to_be_visible()
    page.get_by_role("button", name="중복 수신").click()
    expect(page.get_by_role("row", name=re.compile("같은 서류"))).to_have_count(1)
    expect(page.get_by_role("row", name=re.compile("나누어 접수"))).to_have_count(0)
    page.goto(f"/deliveries?delivery={ids['batch']}")
    page.get_by_role("row", name=re.compile("2026-EP-0000777에 연결됨")).click()
    page.wait_for_url(f"**/deliveries?delivery={ids['letter']}")
    expect(page.get_by_text(f"묶음 배달 {ids['batch']} · 우편물 1/1")).to_be_visible()


def test_two_photos_are_handed_in_once_in_the_chosen_order(context: BrowserContext, served: Served) -> None:
    page = signed_in(context, to="/counter")
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "앞.jpg", "mimeType": "image/jpeg", "buffer": photo(200)},
            {"name": "뒤.jpg", "mimeType": "image/jpeg", "buffer": photo(90)},
        ]
    )
    expect(page.get_by_text("배달 1건")).to_be_visible()
    page.get_by_role("button", name="앞으로").nth(1).click()
    page.locator("#case").fill("홍길")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name=re.compile("2026-UB-0000002"))).to_contain_text("홍*동")
    page.keyboard.press("Enter")
    page.locator("#remark").fill("원본 대조함")
    page.get_by_role("button", name="파일 2개 접수하기").dblclick()
    expect(page.get_by_text("접수했습니다.")).to_be_visible()
    with database.session() as session:
        (entry,) = session.exec(select(DeskEntry)).all()
        rows = desk.files_of(session, entry.id)
        assert [r.name for r in rows] == ["뒤.jpg", "앞.jpg"]
        assert files.read(rows[0].sha256) == photo(90)
        assert (entry.receipt_no, entry.source) == ("2026-UB-0000002", "desk:고용센터")
        waiting = select(WorkItem.payload).where(WorkItem.bot == desk.PUT_TOGETHER)
        assert session.exec(waiting).all() == [{"entry_id": entry.id, "part": 1}]
        assert session.exec(select(Delivery).where(Delivery.source == "desk:고용센터")).all() == []
    answer = context.request.post("/find", data={"line": f"D-{entry.id:07}"}).json()
    assert answer["rows"] == [] and "합치는 중" in answer["notes"][0], "not yet a delivery, and yet found"
    with database.session() as session:
        desk.enter_together(session, entry.id, 1, files.put(b"%PDF-1.7 of both"))
    expect(page.get_by_text("접수되어 판독을 기다리는 중").first).to_be_visible()
    answer = context.request.get(f"/counter/entry/{entry.id}/confirmation")
    assert f"D-{entry.id:07}" in answer.text() and "모두 2쪽" in answer.text()
    page.get_by_role("button", name="새로 접수").click()
    expect(page.get_by_role("button", name="접수하기")).to_be_disabled()


def test_what_is_no_paper_is_refused_with_what_to_do(context: BrowserContext, served: Served) -> None:
    page = signed_in(context, to="/counter")
    bad = {"name": "신청서.jpg", "mimeType": "image/jpeg", "buffer": b"PK\x03\x04" + b"x" * 99}
    page.locator("input[type=file]").set_input_files([bad])
    page.get_by_role("button", name="접수하기").click()
    expect(page.get_by_role("alert")).to_contain_text("PDF로 저장하거나")
    expect(page.get_by_role("button", name="접수하기")).to_be_enabled()


def test_uploads_and_originals_need_session_right_and_our_own_page(
    context: BrowserContext, served: Served
) -> None:
    form = {"token": "0" * 32, "counter": "고용센터"}
    assert context.request.post("/counter/hand-in", multipart=form).status == 401
    assert context.request.post("/find", data={"line": "김"}).status == 401
    assert context.request.get(f"/original/{served.filled.delivery_id}").status == 401
    signed_in(context, "counsel")
    other_site = {"Origin": "http://elsewhere.example"}
    assert context.request.post("/counter/hand-in", multipart=form, headers=other_site).status == 403
    assert context.request.post("/find", data={"line": "김"}, headers=other_site).status == 403
    assert context.request.get(f"/original/{served.filled.delivery_id}").status == 403
    assert context.request.post("/counter/hand-in", multipart=form).status == 422
