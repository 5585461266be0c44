"""The review desk as those who work at it eight hours a day meet it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import Session, col, select

from queues import database, reviews
from queues.accounts import find as find_account
from queues.models import AccessLog, Account, ReviewState, ReviewTask, WorkItem
from queues.sealed_fields import decided_comment, decided_fields
from tests.conftest import environment
from tests.dashboard import desk_filling as cases
from tests.dashboard.conftest import enter, serving
from tests.dashboard.filling import people

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def address(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard whose record holds the accounts; each test puts in the cases that it needs."""
    with database.session() as session:
        people(session)
    # Nobody listens there: nothing in these tests may tell a system of record anything.
    with (
        environment(BACKOFFICE_CASE_SINK_URL="http://127.0.0.1:9/"),
        serving(tmp_path_factory.mktemp("log")) as served,
    ):
        yield served


@pytest.fixture(scope="module")
def signed_in(browser: Browser, address: str) -> Iterator[dict[str, BrowserContext]]:
    """A browser for each of two officers, signed in once for all tests."""
    opened = {}
    for username in ("staff", "second"):
        context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=address)
        context.set_default_timeout(20_000)
        enter(context, username).wait_for_url("**/reviews**")
        for page in context.pages:
            page.close()
        opened[username] = context
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture
def page(signed_in: dict[str, BrowserContext]) -> Iterator[Page]:
    """A fresh tab of the first officer."""
    opened = signed_in["staff"].new_page()
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def nothing_else_waits(session: Session) -> Iterator[None]:
    """Each test has the queue for itself."""
    yield
    session.rollback()
    for task in session.exec(select(ReviewTask)).all():
        task.state = ReviewState.CANCELLED.value
        session.add(task)
    session.commit()


def task(task_id: int) -> ReviewTask:
    with database.session() as session:
        return session.get_one(ReviewTask, task_id)


def becomes(case: cases.Case, state: ReviewState) -> bool:
    """Whether the review gets there within a while."""
    until = time.monotonic() + 15
    while task(case.task).state != state:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def at_case(page: Page, case: cases.Case) -> None:
    """The case is on the screen for so long that Enter counts."""
    page.wait_for_selector(f'.desk[data-task="{case.task}"][data-seen]')


def open_desk(page: Page, case: cases.Case) -> None:
    page.goto(f"/review?task={case.task}")
    at_case(page, case)


class Keys:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def __call__(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


def test_a_practised_hand_settles_a_plain_case_with_three_keys_at_most(page: Page, session: Session) -> None:
    first = cases.plain(session, 10, 1)
    two = cases.two_cases(session, 20, 2)
    phone = cases.another_phone(session, 30, 3)
    faint = cases.faint_account(session, 40, 4)
    session.commit()
    open_desk(page, first)
    keys = Keys(page)
    used = {}
    for case, pressed in (
        (first, ("Enter",)),
        (two, ("2", "Enter")),
        (phone, ("y", "Enter")),
        (faint, ("v", "y", "Enter")),
    ):
        at_case(page, case)
        before = keys.pressed
        for key in pressed:
            keys(key)
            if key == "v":
                expect(page.get_by_text("전부 보는 중")).to_be_visible()
        expect(page.locator(f'.desk[data-task="{case.task}"]')).to_have_count(0)
        used[case.task] = keys.pressed - before
    assert max(used.values()) <= 3
    decided = [task(c.task).decision for c in (first, two, phone, faint)]
    assert [d["action"] for d in decided if d] == ["attach", "attach", "correct", "correct"]
    assert decided[0]["receipt_nos"] == [first.receipt]  # type: ignore[index]
    assert decided[1]["receipt_nos"] != [two.receipt]  # type: ignore[index]
    assert decided[2]["accept"] == ["phone"]  # type: ignore[index]
    expect(page.get_by_role("heading", name="검토할 건이 없습니다")).to_be_visible()


@pytest.mark.thorough
def test_pressing_twice_without_looking_decides_only_what_was_seen(page: Page, session: Session) -> None:
    first, second = cases.plain(session, 50, 1), cases.plain(session, 52, 2)
    two, faint = cases.two_cases(session, 54, 3), cases.faint_account(session, 58, 4)
    session.commit()
    open_desk(page, first)
    for _ in range(4):
        page.keyboard.press("Enter")
    page.wait_for_selector(f'.desk[data-task="{second.task}"]')
    page.keyboard.press("Enter")
    assert task(first.task).state == ReviewState.DECIDED and task(second.task).state == ReviewState.CLAIMED
    for doubtful in (two, faint):
        open_desk(page, doubtful)
        for _ in range(3):
            page.keyboard.press("Enter")
        assert task(doubtful.task).decision is None
        expect(page.get_by_role("alert").filter(visible=True)).not_to_be_empty()


@pytest.mark.thorough
def test_a_reload_keeps_what_was_typed_zoomed_turned_and_where_one_was(page: Page, session: Session) -> None:
    case = cases.two_cases(session, 60, 1)
    session.commit()
    open_desk(page, case)
    page.keyboard.press("r")
    page.keyboard.press("Equal")
    page.keyboard.press("1")
    before = page.locator(".scale").inner_text()
    name = page.get_by_role("textbox", name="성명")
    name.fill("김한아")
    name.press("ArrowLeft")
    page.wait_for_timeout(300)
    page.reload()
    at_case(page, case)
    name = page.get_by_role("textbox", name="성명")
    expect(name).to_have_value("김한아")
    expect(name).to_be_focused()
    assert name.evaluate("n => n.selectionStart") == 2
    assert page.locator(".scale").inner_text() == before
    expect(page.locator(".inner")).to_have_attribute("style", re.compile(r"rotate\(90deg\)"))
    expect(page.get_by_role("checkbox").first).to_be_checked()
    assert task(case.task).state == ReviewState.CLAIMED, "the reload did not let go of it"


def test_what_was_typed_is_for_its_own_person_only(browser: Browser, address: str, session: Session) -> None:
    case = cases.two_cases(session, 64, 1)
    session.commit()
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=address)
    page = enter(context, "super", to=f"/review?task={case.task}")
    page.evaluate("sessionStorage.setItem('bo-desk:999:draft:1:1', '남의이름')")
    at_case(page, case)
    page.get_by_role("textbox", name="성명").fill("비밀이름")
    page.wait_for_timeout(300)
    kept = "() => Object.values(sessionStorage).join()"
    assert "비밀이름" in page.evaluate(kept) and "남의이름" not in page.evaluate(kept)
    page.get_by_role("button", name="로그아웃").click()
    page.wait_for_url("**/signin**")
    assert "비밀이름" not in page.evaluate(kept)
    context.close()


def test_a_stale_screen_overwrites_nothing_and_keeps_what_was_typed(page: Page, session: Session) -> None:
    case = cases.two_cases(session, 70, 1)
    session.commit()
    open_desk(page, case)
    page.get_by_role("textbox", name="성명").fill("김한아")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    second = find_account(session, "second")
    assert second is not None
    reviews.release(session, case.task, session.get_one(Account, task(case.task).claimed_by))
    reviews.decide(session, case.task, 1, {"action": "reject", "comment": "광고"}, second)
    session.commit()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("정담당 님이")
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("반려")
    expect(page.get_by_role("textbox", name="성명")).to_have_value("김한아")
    assert task(case.task).decided_by == second.id
    expect(page.get_by_role("group", name="결정").get_by_role("button", name="보류")).to_be_disabled()


@pytest.mark.thorough
def test_what_one_person_has_is_not_free_for_another(
    page: Page, signed_in: dict[str, BrowserContext], session: Session
) -> None:
    first, other = cases.plain(session, 80, 1), cases.plain(session, 82, 2)
    session.commit()
    open_desk(page, first)
    seconds = signed_in["second"].new_page()
    open_desk(seconds, first)
    expect(seconds.get_by_text("이담당 님이 검토하고 있습니다")).to_be_visible()
    seconds.keyboard.press("Enter")
    assert task(first.task).decision is None
    seconds.keyboard.press("s")
    at_case(seconds, other)
    seconds.keyboard.press("l")
    seconds.wait_for_url("**/reviews**")
    assert becomes(other, ReviewState.OPEN), "who goes back to the list lets go of it"
    seconds.close()


@pytest.mark.thorough
def test_who_does_nothing_is_warned_and_then_lets_go(page: Page, session: Session) -> None:
    case = cases.plain(session, 84, 1)
    session.commit()
    page.clock.install()
    page.goto(f"/review?task={case.task}")
    expect(page.locator(".facts")).to_contain_text(f"검토 {case.task}")
    page.clock.fast_forward("14:00")
    expect(page.get_by_text("뒤에 이 건을 내려놓습니다")).to_be_visible()
    page.clock.fast_forward("01:30")
    expect(page.get_by_text("이 건을 내려놓았습니다")).to_be_visible()
    assert becomes(case, ReviewState.OPEN)
    page.get_by_role("button", name="다시 맡기").click()
    expect(page.get_by_text("이 건을 내려놓았습니다")).to_be_hidden()
    assert task(case.task).state == ReviewState.CLAIMED


def test_a_decision_is_taken_back_at_once(page: Page, session: Session) -> None:
    first, second = cases.plain(session, 90, 1), cases.plain(session, 92, 2)
    session.commit()
    open_desk(page, first)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{first.receipt}에 연결 (")).to_be_visible()
    at_case(page, second)
    page.keyboard.press("Control+z")
    at_case(page, first)
    assert task(first.task).state == ReviewState.CLAIMED
    assert task(second.task).state == ReviewState.OPEN


def test_pages_are_split_merged_and_moved_by_keys_and_by_mouse(page: Page, session: Session) -> None:
    case = cases.unknown_person(session, 100, 1, pages=4)
    session.commit()
    open_desk(page, case)
    page.keyboard.press("g")
    said = page.get_by_role("dialog", name="쪽 정리").get_by_role("status")
    expect(said).to_contain_text("문서 1개")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("d")
    expect(said).to_contain_text("수급자격 인정신청서(1·2쪽), 읽어서 정함(3·4쪽)")
    page.keyboard.press("u")
    expect(said).to_contain_text("(1·2·3·4쪽)")
    page.keyboard.press("Control+z")
    tiles = page.locator(".tile")
    tiles.nth(3).drag_to(tiles.nth(0))
    expect(said).to_contain_text("수급자격 인정신청서(4·1·2쪽), 읽어서 정함(3쪽)")
    page.locator(".doc").nth(1).get_by_role("combobox").select_option("id_card")
    expect(said).to_contain_text("신분증(3쪽)")
    page.get_by_role("button", name="적용").click()
    expect(page.get_by_role("dialog", name="쪽 정리")).to_be_hidden()
    asked = session.exec(select(WorkItem).where(WorkItem.bot == "intake.arrange")).one()
    assert asked.payload["effect_id"]
    assert task(case.task).state == ReviewState.CANCELLED


@pytest.mark.thorough
def test_the_small_forms_say_what_is_missing_and_keep_what_is_typed(page: Page, session: Session) -> None:
    case, reject, hold, transfer = (cases.unknown_person(session, 110 + n, 1 + n) for n in range(4))
    session.commit()
    open_desk(page, case)
    page.keyboard.press("b")
    form = page.get_by_role("form", name="신규 접수")
    expect(form.get_by_label("제도")).to_have_value("ub_application")
    expect(form.get_by_label("주민등록번호")).to_have_attribute("placeholder", re.compile(r"^서류대로 80"))
    form.get_by_label("전화번호").fill("12")
    page.keyboard.press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("전화번호")
    form.get_by_label("전화번호").fill("01012345678")
    page.keyboard.press("Enter")
    at_case(page, reject)
    decision = task(case.task).decision
    assert decision is not None and (decision["action"], decision["program"]) == (
        "register",
        "ub_application",
    )
    assert decided_fields(decision) == {"phone": "010-1234-5678"}, "what nobody typed is no person's word"

    page.keyboard.press("x")
    form = page.get_by_role("form", name="반려")
    page.keyboard.press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("사유")
    page.keyboard.insert_text("광고 팩스 bhx")
    page.keyboard.press("Enter")
    at_case(page, hold)
    decision = task(reject.task).decision
    assert (
        decision is not None
        and decision["action"] == "reject"
        and decided_comment(decision) == "광고 팩스 bhx"
    )
    assert "광고" not in str(decision)

    page.keyboard.press("h")
    page.keyboard.insert_text("신청인에게 확인 중")
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    expect(page.get_by_label("보류 사유")).to_have_value("신청인에게 확인 중")
    page.get_by_label("보류 사유").press("Enter")
    at_case(page, transfer)
    assert task(hold.task).state == ReviewState.OPEN and task(hold.task).decision is not None

    page.keyboard.press("i")
    page.keyboard.insert_text("없는 센터")
    page.keyboard.press("Enter")
    expect(page.get_by_role("form", name="이송").get_by_role("alert")).to_contain_text("목록에서")
    assert task(transfer.task).decision is None


def test_keys_count_by_their_place_and_not_while_a_syllable_is_made(page: Page, session: Session) -> None:
    case = cases.two_cases(session, 120, 1)
    session.commit()
    open_desk(page, case)
    press = (
        "(e) => window.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, cancelable: true, ...e}))"
    )
    page.evaluate(press, {"key": "Process", "code": "KeyB", "isComposing": True})
    expect(page.get_by_role("form", name="신규 접수")).to_have_count(0)
    page.evaluate(press, {"key": "ㅠ", "code": "KeyB"})
    expect(page.get_by_role("form", name="신규 접수")).to_be_visible()
    page.keyboard.press("Escape")
    name = page.get_by_role("textbox", name="성명")
    name.press("x")
    expect(page.get_by_role("form", name="반려")).to_have_count(0)
    expect(name).to_have_value("x")
    name.press("Escape")
    page.keyboard.press("Shift+Slash")
    expect(page.get_by_role("dialog", name="단축키")).to_be_visible()
    page.keyboard.press("x")
    expect(page.get_by_role("form", name="반려")).to_have_count(0)


def test_fields_and_their_places_on_the_page_show_each_other(page: Page, session: Session) -> None:
    case = cases.two_cases(session, 130, 1)
    session.commit()
    open_desk(page, case)
    mark = page.locator(f'rect[data-field="{case.fields["name"]}"]')
    row = page.locator(f'tr[data-id="{case.fields["name"]}"]')
    row.hover()
    expect(mark).to_have_class(re.compile("near"))
    mark.hover()
    expect(row).to_have_class(re.compile("near"))
    mark.click()
    expect(page.get_by_role("textbox", name="성명")).to_be_focused()
    expect(mark).to_have_class(re.compile("on"))
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.keyboard.insert_text(cases.NAMES[0])
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("비교에 넣기")).first.press("Enter")
    expect(page.get_by_role("checkbox")).to_have_count(3)
    why = f"review:{case.task}"
    noted = session.exec(select(AccessLog).where(col(AccessLog.reason).startswith(why))).all()
    assert {"view", "search"} <= {
        n.action for n in noted if n.reason == why or n.reason.startswith(f"{why}:")
    }
