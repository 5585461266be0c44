"""봇과 작업: what is seen, by whom, and what is done from there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlmodel import Session, col, select, text

from dashboard.acts import steering, steering_many
from dashboard.acts.rights import NotAllowed
from dashboard.door.evidence import answer
from dashboard.reads.work_items import PAGE, item_detail, item_page
from dashboard.visitor import Visitor
from queues import crypto, engine
from queues.models import (
    AccessLog,
    Account,
    AuditEvent,
    Bot,
    ReviewState,
    ReviewTask,
    WorkItem,
    WorkItemEvent,
    WorkState,
)
from queues.work_lists import Wanted
from tests.conftest import environment
from tests.dashboard.conftest import Served, enter
from tests.dashboard.work_filling import Shop, fill_work, many, picture

_CLEAR = (
    "TRUNCATE alarm_seen, work_evidence, work_item_event, work_item, bot_run, firing, worker, lease CASCADE"
)


@pytest.fixture
def shop(session: Session, served: Served) -> Iterator[Shop]:
    session.execute(text(_CLEAR))
    session.execute(text("DELETE FROM dbos.workflow_status"))
    session.execute(text("DELETE FROM bot"))
    session.commit()
    with environment(BACKOFFICE_MIN_FREE_BYTES="0"):
        yield fill_work(session)


def visitor(session: Session, name: str) -> Visitor:
    account = session.exec(select(Account).where(Account.username == name)).one()
    return Visitor(account.id, account.username, account.display_name, account.role, "127.0.0.1", "s")


def _state(session: Session, item_id: int) -> str:
    session.commit()
    session.expire_all()
    return session.get_one(WorkItem, item_id).state


def test_every_item_that_waits_says_why(session: Session, shop: Shop) -> None:
    rows = {row.item.id: row.why for row in item_page(session, Wanted("unfinished")).rows}
    assert "다시 시도합니다 (2번 시도함)" in rows[shop.backoff]
    assert rows[shop.waiting] == "봇이 일시정지되어 있습니다: 대상자 자료 점검"
    session.execute(text("UPDATE worker SET executor_id = 'another'"))
    session.commit()
    rows = {row.item.id: row.why for row in item_page(session, Wanted("unfinished")).rows}
    assert "응답하지 않습니다" in rows[shop.running]


def test_run_now_once_and_by_those_who_may(session: Session, shop: Shop) -> None:
    session.execute(text("DELETE FROM work_item_event"))
    session.execute(text("UPDATE work_item SET state = 'done' WHERE bot = 'intake.mail'"))
    with pytest.raises(NotAllowed):
        steering.run_now(session, visitor(session, "staff"), "intake.mail")
    supervisor = visitor(session, "super")
    item = steering.run_now(session, supervisor, "intake.mail")
    assert item.payload["trigger"] == "manual"
    with pytest.raises(steering.CannotSteer, match="이미 실행 중"):
        steering.run_now(session, supervisor, "intake.mail")
    with pytest.raises(steering.CannotSteer, match="일이 생길 때만"):
        steering.run_now(session, supervisor, "intake.link")
    steering.pause(session, supervisor, "cases.pull", "점검")
    with pytest.raises(steering.CannotSteer, match="일시정지"):
        steering.run_now(session, supervisor, "cases.pull")


def test_what_waits_for_its_next_try_need_not_wait(session: Session, shop: Shop) -> None:
    supervisor = visitor(session, "super")
    item = steering.run_now(session, supervisor, "intake.mail")
    session.commit()
    assert (item.id, item.due_at) == (shop.backoff, None)
    assert engine.statuses([item.workflow_id or ""])[item.workflow_id or ""].status == "ENQUEUED"
    with pytest.raises(steering.CannotSteer, match="정해진 시각"):
        steering.hasten(session, visitor(session, "staff"), shop.backoff)


def test_hand_over_to_a_person_and_back(session: Session, shop: Shop) -> None:
    staff = visitor(session, "staff")
    with pytest.raises(steering.CannotSteer, match="한 줄"):
        steering.hand_over(session, staff, shop.backoff, " ")
    with pytest.raises(steering.CannotSteer, match="지금 처리하고 있는"):
        steering.hand_over(session, staff, shop.running, "손으로 해 주십시오")
    session.rollback()
    task_id = steering.hand_over(session, staff, shop.backoff, "홍길동 님 서류, 손으로 해 주십시오")
    assert _state(session, shop.backoff) == WorkState.REVIEW
    task = session.get_one(ReviewTask, task_id)
    assert (task.reason, task.item_id) == ("handed_over", shop.backoff)
    event = session.exec(
        select(WorkItemEvent)
        .where(WorkItemEvent.item_id == shop.backoff)
        .order_by(col(WorkItemEvent.id).desc())
    ).first()
    assert event is not None and event.note_enc is not None
    assert crypto.open_(event.note_enc).startswith("홍길동"), "what a person wrote is kept sealed"
    assert "홍길동" not in str(session.execute(text("SELECT detail FROM audit_event")).all())
    item = session.get_one(WorkItem, shop.backoff)
    assert engine.statuses([item.workflow_id or ""])[item.workflow_id or ""].status == "CANCELLED"
    again = steering.retry(session, staff, shop.backoff, "봇이 하게 둡니다")
    session.commit()
    assert (again.attempt, again.state, again.place_at) == (2, "queued", item.created_at)
    session.expire_all()
    assert session.get_one(ReviewTask, task_id).state == ReviewState.CANCELLED, (
        "nobody else is asked any more"
    )


def test_what_was_given_up_is_not_done_twice_at_once(session: Session, shop: Shop) -> None:
    staff = visitor(session, "staff")
    item = session.get_one(WorkItem, shop.running)
    session.execute(
        text("UPDATE dbos.workflow_status SET status = 'PENDING' WHERE workflow_uuid = :id"),
        {"id": item.workflow_id},
    )
    steering.cancel(session, staff, shop.running, "")
    assert _state(session, shop.running) == WorkState.CANCELLED
    with pytest.raises(steering.CannotSteer, match="붙들고"):
        steering.retry(session, staff, shop.running, "")
    session.rollback()
    engine.cancel(item.workflow_id or "")
    assert steering.retry(session, staff, shop.running, "").attempt == 2


def test_many_at_once_keep_their_order_and_are_noted(session: Session, shop: Shop) -> None:
    ids = many(session, 120)
    staff, supervisor = visitor(session, "staff"), visitor(session, "super")
    wanted = Wanted("trouble", bot="intake.link")
    with pytest.raises(NotAllowed):
        steering_many.do_to_all(staff, "retry", wanted, 120)
    with pytest.raises(steering.CannotSteer, match="늘었습니다"):
        steering_many.do_to_all(supervisor, "retry", wanted, 20)
    work_of_link = session.get_one(Bot, "intake.link")
    work_of_link.paused = False
    session.add(work_of_link)
    session.commit()
    done = steering_many.do_to_all(supervisor, "retry", wanted, 120, "서버를 다시 켬")
    assert (done.done, done.passed_over) == (120, 0)
    order = session.execute(
        text(
            "SELECT flow.priority, flow.created_at, item.reference FROM dbos.workflow_status flow"
            " JOIN work_item item ON item.workflow_id = flow.workflow_uuid WHERE item.attempt = 2"
        )
    ).all()
    assert len(order) == 120
    # What is enqueued within the same millisecond has no order in the queue.
    in_turn = sorted(order, key=lambda row: row.reference)
    assert in_turn == sorted(in_turn, key=lambda row: (row.priority, row.created_at))
    assert steering_many.do_to(staff, "retry", ids[:3]).passed_over == 3, (
        "what was done again is not done thrice"
    )
    noted = session.exec(select(AuditEvent).where(AuditEvent.action == "work.retry_many")).all()
    assert [(n.actor, n.detail["done"]) for n in noted] == [(supervisor.actor, 120), (staff.actor, 0)]
    assert item_page(session, wanted).total == 0


def test_lists_are_paged_and_narrowed(session: Session, shop: Shop) -> None:
    many(session, PAGE + 10)
    first, second = (item_page(session, Wanted("trouble", bot="intake.link"), n) for n in (0, 1))
    assert (first.total, len(first.rows), len(second.rows)) == (PAGE + 10, PAGE, 10)
    assert first.rows[0].item.id > second.rows[0].item.id
    (found,) = item_page(session, Wanted(words="delivery:1004")).rows
    assert found.item.reference == "delivery:1004"
    (by_number,) = item_page(session, Wanted(words=str(shop.failed), bot="intake.portal")).rows
    assert by_number.item.id == shop.failed
    line = item_page(session, Wanted("waiting")).rows
    assert [row.item.id for row in line] == [shop.backoff, shop.waiting], (
        "those come first that are next in line"
    )


def test_evidence_is_for_those_who_see_work_and_each_look_is_noted(session: Session, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        answer(session, visitor(session, "counsel"), shop.evidence_id, as_file=False)
    shown = answer(session, visitor(session, "staff"), shop.evidence_id, as_file=False)
    assert shown.body == picture()
    assert shown.headers["content-disposition"].startswith("inline")
    session.commit()
    logged = session.exec(select(AccessLog).where(AccessLog.account_name == "staff")).all()
    assert [e.subject for e in logged] == [f"work_evidence:{shop.evidence_id}"]
    detail = item_detail(session, shop.failed)
    assert detail is not None
    trace = next(e for e in detail.evidence if e.kind == "trace")
    saved = answer(session, visitor(session, "staff"), trace.id, as_file=False)
    assert saved.headers["content-disposition"].startswith("attachment")
    assert saved.headers["content-type"] == "application/octet-stream"
    assert answer(session, visitor(session, "staff"), 10**9, as_file=False).status_code == 404


@pytest.mark.browser
@pytest.mark.thorough
def test_from_the_alarm_to_the_cause_and_on(context: BrowserContext, session: Session, shop: Shop) -> None:
    page = enter(context, "super", to="/deliveries")
    banner = page.get_by_text("받기가 3번 잇달아 실패했습니다")
    expect(banner).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="무엇을 할지 보기").click()
    page.get_by_role("button", name="원인 보기").click()
    page.get_by_role("row", name=re.compile("팩스 포털 수신.*PortalDown")).click()
    shown = page.get_by_alt_text(re.compile("봇이 본 화면"))
    expect(shown).to_be_visible()
    assert shown.evaluate("img => img.decode().then(() => img.naturalWidth)") == 1280
    with page.expect_download() as saving:
        page.get_by_role("link", name=re.compile("trace.zip")).click()
    assert saving.value.suggested_filename == "trace.zip"
    page.get_by_role("button", name="다시 시도").click()
    expect(page.get_by_text(re.compile("2차 시도"))).to_be_visible()
    session.expire_all()
    assert session.get_one(WorkItem, shop.failed).retried_as is not None
    page.get_by_role("button", name="확인함").first.click()
    expect(page.get_by_text(re.compile("박관리 확인"))).to_be_visible()
    page.get_by_role("link", name="배달 현황").click()
    expect(page.get_by_role("link", name="검토함")).to_be_visible()
    expect(banner).to_have_count(0)


@pytest.mark.thorough
@pytest.mark.browser
def test_choosing_some_is_asked_for_once_more(context: BrowserContext, session: Session, shop: Shop) -> None:
    ids = many(session, 5)
    page = enter(context, "staff", to="/work?view=work&only=trouble&bot=intake.link")
    expect(page.get_by_text("경보", exact=True)).to_have_count(0)
    for number in ids[:2]:
        page.get_by_role("checkbox", name=f"{number} 선택").check()
    expect(page.get_by_text("고른 작업 2건")).to_be_visible()
    expect(page.get_by_role("checkbox", name=re.compile("모두", re.IGNORECASE))).to_have_count(1)
    page.get_by_role("button", name="취소", exact=True).click()
    expect(page.get_by_text("작업 2건을 취소합니다")).to_be_visible()
    assert _state(session, ids[0]) == WorkState.FAILED, "nothing is done before it is confirmed"
    page.get_by_role("button", name="그만두기").click()
    page.get_by_role("button", name="다시 시도").click()
    page.get_by_role("button", name="2건 다시 시도").click()
    expect(page.get_by_role("checkbox", name=f"{ids[0]} 선택")).to_have_count(0)
    session.expire_all()
    assert [session.get_one(WorkItem, n).retried_as is not None for n in ids] == [
        True,
        True,
        False,
        False,
        False,
    ]
