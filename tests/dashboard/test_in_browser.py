"""The dashboard as staff meet it: the real server, a real browser."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, expect
from sqlmodel import Session, select

from config.settings import settings
from queues import accounts, database
from queues.models import AccessLog, Account, AuditEvent, ReviewState, ReviewTask, WorkItem
from queues.sealed_fields import decided_fields
from tests.dashboard.conftest import Served, enter
from tests.dashboard.filling import PASSWORD, PHONE_BOX, RRN_BOX

pytestmark = pytest.mark.browser


def task(task_id: int) -> ReviewTask:
    with database.session() as session:
        return session.get_one(ReviewTask, task_id)


def form_token(context: BrowserContext) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', context.request.get("/signin").text())
    assert found is not None
    return found[1]


def test_wrong_password_says_so_and_lets_nobody_in(context: BrowserContext) -> None:
    page = enter(context, "staff", "not the password")
    expect(page.get_by_role("alert")).to_contain_text("맞지 않습니다")
    assert not [c for c in context.cookies() if c["name"] == "backoffice_session"]
    page.goto("/reviews")
    assert "/signin" in page.url


@pytest.mark.thorough
def test_account_locks_after_repeated_failures(context: BrowserContext) -> None:
    for _ in range(settings().password_failures):
        form = {"username": "locked", "password": "not the password", "form_token": form_token(context)}
        assert context.request.post("/signin", form=form).status == 401
    page = enter(context, "locked", PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("잠겼습니다")


def test_form_from_elsewhere_is_refused(context: BrowserContext) -> None:
    form = {"username": "staff", "password": PASSWORD, "form_token": "made up"}
    assert context.request.post("/signin", form=form).status == 400
    other_site = {"Origin": "http://elsewhere.example"}
    assert context.request.post("/signin", form=form, headers=other_site).status == 403


def test_nothing_is_answered_without_a_session(context: BrowserContext, served: Served) -> None:
    filled = served.filled
    for path in (
        f"/page-image/{filled.page_id}",
        f"/page-image/{filled.page_id}/small",
        f"/field-image/{filled.phone_field_id}",
        "/media/anything.png",
        "/_stcore/host-config",
        "/component/x/index.html",
    ):
        assert context.request.get(path).status == 401, path
    answer = context.request.get("/signin")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.thorough
def test_session_survives_a_reload_and_ends_when_revoked(context: BrowserContext, session: Session) -> None:
    page = enter(context, "second", to="/deliveries")
    expect(page.get_by_text("정담당 · 담당자")).to_be_visible()
    assert "/deliveries" in page.url
    cookie = next(c for c in context.cookies() if c["name"] == "backoffice_session")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    page.reload()
    expect(page.get_by_text("정담당 · 담당자")).to_be_visible()
    account = accounts.find(session, "second")
    assert account is not None
    accounts.revoke_all(session, account)
    session.commit()
    page.get_by_text("처리 완료", exact=True).first.click()
    page.wait_for_url("**/signin**")
    expect(page.get_by_role("status")).to_contain_text("다시 로그인")


def test_signing_out_ends_the_session_in_the_record(context: BrowserContext, served: Served) -> None:
    page = enter(context, "counsel")
    expect(page.get_by_text("최상담 · 상담사")).to_be_visible()
    token = next(c["value"] for c in context.cookies() if c["name"] == "backoffice_session")
    page.get_by_role("button", name="로그아웃").click()
    page.wait_for_url("**/signin**")
    with database.session() as session:
        assert accounts.session_account(session, token) is None
    kept = context.request.get(
        f"/page-image/{served.filled.page_id}", headers={"Cookie": f"backoffice_session={token}"}
    )
    assert kept.status == 401


def test_staff_see_no_way_to_accounts_and_reach_none_by_address(context: BrowserContext) -> None:
    page = enter(context, "staff")
    expect(page.get_by_role("link", name="배달 현황")).to_be_visible()
    expect(page.get_by_role("link", name="사용자 관리")).to_have_count(0)
    page.goto("/accounts")
    expect(page.get_by_text("이담당 · 담당자")).to_be_visible()
    expect(page.get_by_text("권한이 없습니다")).to_be_visible()
    expect(page.get_by_text("새 계정")).to_have_count(0)


def test_correct_a_value_and_attach(context: BrowserContext, served: Served, session: Session) -> None:
    task_id = served.filled.task_ids[0]
    page = enter(context, "staff")
    page.get_by_role("row", name=re.compile("진행 중인 신청이 둘 이상")).first.click()
    page.wait_for_url(f"**/review?task={task_id}")
    phone = page.get_by_role("textbox", name="전화번호")
    expect(phone).to_have_attribute("placeholder", "010-****-5670")
    assert task(task_id).state == ReviewState.CLAIMED
    phone.fill("01012345678")
    page.get_by_role("checkbox", name="2026-UB-0000002 고르기").check()
    page.get_by_role("button", name="2026-UB-0000002에 연결").click()
    page.wait_for_url(f"**/review?task={served.filled.task_ids[1]}")

    decided = task(task_id)
    assert decided.state == ReviewState.DECIDED and decided.decision is not None
    assert decided.decision["action"] == "attach"
    assert decided.decision["receipt_nos"] == ["2026-UB-0000002"]
    assert "010-1234-5678" not in str(decided.decision)
    assert decided_fields(decided.decision) == {"phone": "010-1234-5678"}
    account = session.get_one(Account, decided.decided_by)
    assert account.username == "staff"
    events = session.exec(select(AuditEvent).where(AuditEvent.action == "review.decide")).all()
    assert [(e.actor, e.subject_id) for e in events] == [(f"account:{account.id}", str(task_id))]
    items = session.exec(select(WorkItem).where(WorkItem.bot == "intake.apply_decision")).all()
    assert [i.reference for i in items] == [f"review:{task_id}:1"]


def test_masked_until_a_reason_is_given(context: BrowserContext, served: Served, session: Session) -> None:
    filled = served.filled
    page = enter(context, "super", to=f"/deliveries?delivery={filled.delivery_id}")
    expect(page.get_by_text("960121-1******").first).to_be_visible()
    expect(page.get_by_text("960121-1021413")).to_have_count(0)

    def shades(full: bool) -> tuple[int, int]:
        """Gray of the resident number and of the phone number on the picture."""
        query = "?full=1" if full else ""
        answer = context.request.get(f"/page-image/{filled.page_id}{query}")
        image = Image.open(io.BytesIO(answer.body())).convert("L")
        places = [(int(b.center[0] / 2), int(b.center[1] / 2)) for b in (RRN_BOX, PHONE_BOX)]
        return image.getpixel(places[0]), image.getpixel(places[1])  # type: ignore[return-value]

    assert shades(full=True)[0] > 150, "covered, whatever is asked for"
    assert shades(full=False)[1] == 0
    assert context.request.get(f"/field-image/{filled.rrn_field_id}").status == 403
    assert context.request.get(f"/field-image/{filled.phone_field_id}").status == 200
    page.get_by_role("button", name="전부 보기").click()
    expect(page.get_by_text("960121-1021413").first).to_be_visible()
    assert shades(full=True) == (0, 0)
    assert shades(full=False)[0] > 150
    assert context.request.get(f"/field-image/{filled.rrn_field_id}").status == 200

    logged = session.exec(select(AccessLog).where(AccessLog.account_name == "super")).all()
    unmasked = [e for e in logged if e.action == "unmask"]
    assert [(e.subject, e.reason) for e in unmasked] == [(f"delivery:{filled.delivery_id}", "신청 확인·연결")]
    assert unmasked[0].address == "127.0.0.1"
    assert {e.action for e in logged if e.subject == f"page:{filled.page_id}"} == {
        "view",
        "view_in_full",
        "view_piece",
    }


def test_supervisor_pauses_a_bot_with_a_reason(context: BrowserContext, session: Session) -> None:
    page = enter(context, "super", to="/work")
    page.get_by_role("row", name=re.compile("팩스 판독")).first.click()
    page.get_by_role("textbox", name="일시정지 사유").fill("팩스 서버 점검")
    page.get_by_role("button", name="일시정지").click()
    expect(page.get_by_text("팩스 서버 점검").first).to_be_visible()
    event = session.exec(select(AuditEvent).where(AuditEvent.action == "bot.pause")).one()
    assert event.detail["reason"] == "팩스 서버 점검"
    page.get_by_role("button", name="다시 가동").click()
    expect(page.get_by_role("row", name=re.compile("팩스 판독 .*가동")).first).to_be_visible()
