"""보완 관리 in a real browser: many requests sent at once, one extended, one returned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlmodel import Session, col, select

from queues import accounts, database, supplementing
from queues.days import today
from queues.models import Application, AuditEvent, Notice, SupplementRequest
from tests.dashboard.conftest import Served, enter
from tests.queues.supplement_world import asked, case, leave, paper, request_of

pytestmark = pytest.mark.browser
PATIENCE = 60_000


@pytest.fixture(scope="module", autouse=True)
def office(served: Served) -> Iterator[dict[str, str]]:
    """Four requests to send, one waiting, one late, one late for the second time; by receipt number."""
    with database.session() as session:
        drafts = []
        for lacks in range(4):
            application = case(session)
            for kind in ("ub_application", "id_card", "bankbook_copy")[: lacks + 1]:
                paper(session, application, kind)
            drafts.append(application)
        waiting, late, later = asked(session, 2), asked(session, 40), asked(session, 40)
        second = supplementing.ask_again(session, request_of(session, later).id, "account:1")
        assert second is not None
        second.due_on = None
        leave(session, second, today() - timedelta(days=20))
        named = {"waiting": waiting, "late": late, "later": later, "draft": drafts[0]}
        numbers = {name: application.receipt_no for name, application in named.items()}
    yield numbers


def request(session: Session, receipt_no: str) -> SupplementRequest:
    session.expire_all()
    query = select(SupplementRequest).join(Application).where(Application.receipt_no == receipt_no)
    return session.exec(query).one()


def test_many_are_sent_after_one_question_and_one_that_was_completed_is_not(
    context: BrowserContext, session: Session, office: dict[str, str]
) -> None:
    page = enter(context, "staff", to="/supplements")
    expect(page.get_by_role("row", name=re.compile(office["draft"]))).to_contain_text(
        "이직확인서, 통장사본, 신분증", timeout=PATIENCE
    )
    page.get_by_text(re.compile("조건에 맞는 4건 모두")).click()
    page.get_by_role("button", name="보완 요청 보내기").click()
    expect(page.get_by_text("신청 4건에 보완 요청을 보냅니다.")).to_be_visible(timeout=PATIENCE)
    assert session.exec(select(Notice).where(Notice.kind == "supplement")).all()[3:] == []
    application = session.exec(select(Application).where(Application.receipt_no == office["draft"])).one()
    for kind in ("separation_certificate", "id_card", "bankbook_copy"):
        paper(session, application, kind)
    session.commit()
    page.get_by_role("button", name="4건 보내기").click()
    expect(page.get_by_text(re.compile("3건의 보완 요청을 보냅니다"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("보낼 보완 요청이 없습니다")).to_be_visible(timeout=PATIENCE)
    assert request(session, office["draft"]).state == "satisfied"
    acts = session.exec(
        select(AuditEvent).where(AuditEvent.action == "supplement.request").order_by(col(AuditEvent.id))
    ).all()
    staff = accounts.find(session, "staff")
    assert staff is not None and [a.actor for a in acts[-3:]] == [f"account:{staff.id}"] * 3
    page.get_by_role("button", name=re.compile("^발송 중")).click()
    expect(page.locator("tr.opens")).to_have_count(3, timeout=PATIENCE)


def test_one_is_extended_with_the_words_of_the_applicant(
    context: BrowserContext, session: Session, office: dict[str, str]
) -> None:
    page = enter(context, "staff", to="/supplements?stage=waiting")
    page.get_by_role("row", name=re.compile(office["waiting"])).click()
    expect(page.get_by_role("button", name="기간 연장")).to_be_visible(timeout=PATIENCE)
    before = request(session, office["waiting"]).due_on
    page.get_by_label("신청인이 말한 사유").fill("이직확인서 발급이 늦어짐")
    page.get_by_role("button", name="기간 연장").click()
    expect(page.get_by_text("기간을 연장하고 신청인에게 알립니다")).to_be_visible(timeout=PATIENCE)
    expect(
        page.get_by_role("row", name=re.compile("기간 연장.*기한 안내.*이직확인서 발급이 늦어짐"))
    ).to_be_visible()
    found = request(session, office["waiting"])
    assert found.extensions == 1 and before and found.due_on and found.due_on > before


def test_the_second_time_too_late_is_returned_through_approval(
    context: BrowserContext, session: Session, office: dict[str, str]
) -> None:
    page = enter(context, "staff", to="/supplements?stage=late")
    row = page.get_by_role("row", name=re.compile(office["later"]))
    expect(row).to_contain_text("2차 · 기한 지남", timeout=PATIENCE)
    row.click()
    page.get_by_role("button", name="반려 기안").click()
    expect(page.get_by_text("반려 통지를 기안했습니다")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("반려 진행", exact=True).first).to_be_visible()
    found = request(session, office["later"])
    letter = session.exec(
        select(Notice).where(Notice.supplement_id == found.id).order_by(col(Notice.id).desc())
    ).first()
    assert found.state == "asked" and letter is not None and letter.kind == "supplement_return"
