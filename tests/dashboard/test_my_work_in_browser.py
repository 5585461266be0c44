"""내 업무함 and the review list as staff meet them: the real server, a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlmodel import Session, select

from bots.intake.attach import attach_document
from queues import accounts, database, reviews
from queues.days import today
from queues.models import (
    AccessLog,
    Application,
    AuditEvent,
    Delivery,
    Document,
    NewPaper,
    Officer,
    ReviewTask,
)
from tests.dashboard.conftest import Served, enter

pytestmark = pytest.mark.browser
PATIENCE = 20_000
"""Milliseconds for a screen to be there, on a machine that has other work as well."""


@pytest.fixture(scope="module", autouse=True)
def office(served: Served) -> Iterator[None]:
    """staff and second are officers; a paper has come for staff, and 130 questions wait for super."""
    with database.session() as session:
        made = {}
        for number, name in (("staff", "이담당"), ("second", "정담당"), ("super", "박관리")):
            made[number] = Officer(number=number, name=name, team="실업급여과")
            session.add(made[number])
            session.flush()
            account = accounts.find(session, number)
            assert account is not None
            account.officer_id = made[number].id
        case = session.exec(select(Application).order_by(Application.receipt_no)).first()
        delivery = session.get_one(Delivery, served.filled.delivery_id)
        assert case is not None
        case.officer_id, case.due_on = made["staff"].id, today() - timedelta(days=1)
        document = Document(delivery_id=delivery.id, position=9, type="bankbook_copy", pages=[1])
        session.add(document)
        session.flush()
        attach_document(session, document, case, decided_by="bot", actor="bot:test")
        task = session.get_one(ReviewTask, served.filled.task_ids[0])
        task.officer_id = made["staff"].id
        for n in range(130):
            _question(session, delivery, made["super"], n)
    yield


def _question(session: Session, like: Delivery, officer: Officer, n: int) -> None:
    delivery = Delivery(
        source="mail:box", source_ref=f"many-{n}", received_at=like.received_at, sender_name=f"보낸 곳 {n}",
        original_sha256="0" * 64, page_count=1,
    )  # fmt: skip
    session.add(delivery)
    session.flush()
    task = reviews.open_task(
        session, kind="unreadable", reason="unreadable", delivery_id=delivery.id,
        due_at=datetime.now(UTC) + timedelta(days=2, minutes=n),
    )  # fmt: skip
    task.officer_id = officer.id
    session.add(task)


def test_an_officer_begins_with_their_own_work_and_opens_it_by_keys(
    context: BrowserContext, served: Served, session: Session
) -> None:
    page = enter(context, "staff")
    page.wait_for_url("**/my-work")
    rows = page.locator("tr.opens")
    expect(rows).to_have_count(2, timeout=PATIENCE)
    expect(page.get_by_text("이담당 님의 업무함")).to_be_visible()
    expect(rows.nth(0)).to_contain_text("새 서류")
    expect(rows.nth(0).locator(".chip.bad")).to_contain_text("지남")
    expect(rows.nth(1)).to_contain_text("진행 중인 신청이 둘 이상")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/case?case=*")
    expect(page.get_by_text("2026-UB-0000001")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("row", name=re.compile("통장사본"))).to_contain_text("새 서류")
    assert session.exec(select(NewPaper.seen_by)).one() is not None
    logged = session.exec(select(AccessLog).where(AccessLog.reason == "new papers")).all()
    assert [(e.account_name, e.subject.partition(":")[0]) for e in logged] == [("staff", "application")]
    page.get_by_role("button", name="확인 · 다음 건").click()
    page.wait_for_url(f"**/review?task={served.filled.task_ids[0]}")
    session.expire_all()
    task = session.get_one(ReviewTask, served.filled.task_ids[0])
    staff = accounts.find(session, "staff")
    assert staff is not None and task.claimed_by == staff.id


@pytest.mark.thorough
def test_the_list_keeps_page_filter_and_place_through_reload_and_refresh(
    context: BrowserContext, session: Session
) -> None:
    page = enter(context, "super", to="/reviews")
    page.get_by_role("button", name=re.compile("^내 건")).click()
    expect(page.get_by_text("130건 가운데 1–50")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="다음", exact=True).click()
    expect(page.get_by_text("130건 가운데 51–100")).to_be_visible(timeout=PATIENCE)
    page.reload()
    expect(page.get_by_text("130건 가운데 51–100")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name=re.compile("^내 건"))).to_have_attribute("aria-pressed", "true")
    third = page.locator("tr.opens").nth(2)
    for _ in range(3):
        page.keyboard.press("j")
    expect(third).to_be_focused()
    name = page.evaluate(_FOCUSED)
    first = session.exec(select(ReviewTask).where(ReviewTask.reason == "unreadable")).first()
    assert first is not None
    reviews.cancel_for(session, actor="bot:test", delivery_id=first.delivery_id)
    session.commit()
    expect(page.get_by_text("129건 가운데 51–100")).to_be_visible(timeout=40_000)
    assert page.evaluate(_FOCUSED) == name, "the same question is in focus, one row higher"


_FOCUSED = """() => {
    let active = document.activeElement;
    while (active && active.shadowRoot) active = active.shadowRoot.activeElement;
    return active && active.dataset.id;
}"""


def test_supervisors_give_work_to_another_and_staff_cannot(context: BrowserContext, session: Session) -> None:
    page = enter(context, "super", to="/reviews?scope=mine")
    page.get_by_text("담당 바꾸기").click()
    page.get_by_role("checkbox", name=re.compile("선택")).nth(0).check()
    expect(page.get_by_text("1건 선택")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("combobox", name="새 담당자").click()
    page.get_by_role("option", name=re.compile("정담당")).click()
    page.get_by_role("button", name="넘기기").click()
    expect(page.get_by_text("1건을 정담당")).to_be_visible(timeout=PATIENCE)
    acts = session.exec(select(AuditEvent).where(AuditEvent.action == "review.assign")).all()
    boss = accounts.find(session, "super")
    assert boss is not None and [a.actor for a in acts] == [f"account:{boss.id}"]
    page.goto("/team")
    page.get_by_role("row", name=re.compile("^정담당")).click()
    expect(page.get_by_text("정담당 님의 업무함")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("tr.opens")).to_have_count(1)


def test_an_absence_is_entered_and_the_team_is_not_for_staff(context: BrowserContext) -> None:
    page = enter(context, "second", to="/absences")
    expect(page.get_by_text("등록된 부재가 없습니다")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("combobox", name="대직자").click()
    page.get_by_role("option", name=re.compile("이담당")).click()
    page.get_by_role("button", name="등록").click()
    expect(page.get_by_role("row", name=re.compile("정담당.*이담당.*부재 중"))).to_be_visible(
        timeout=PATIENCE
    )
    page.goto("/team")
    expect(page.get_by_text("권한이 없습니다")).to_be_visible(timeout=PATIENCE)
