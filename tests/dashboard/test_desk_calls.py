"""The calls of the desk, as a browser could make them with or without our pages."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from psycopg.errors import ConnectionFailure, DeadlockDetected
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select
from starlette.requests import Request

from dashboard.acts import desk_calls, seeing
from dashboard.door.calls import body_of
from dashboard.door.desk import Call, carry_out
from dashboard.door.page_images import field_png
from dashboard.reads.just_now import just_now
from dashboard.visitor import Visitor
from queues import database
from queues.accounts import find
from queues.models import (
    AccessLog,
    Application,
    Delivery,
    Document,
    Page,
    ReadField,
    Registration,
    ReviewState,
    ReviewTask,
)
from queues.sealed_fields import decided_comment, decided_fields
from tests.conftest import environment
from tests.dashboard import desk_filling as cases
from tests.dashboard.filling import people


@pytest.fixture(scope="module", autouse=True)
def accounts(database_url: str) -> None:
    with database.session() as session:
        people(session)


def visitor(session: Session, username: str) -> Visitor:
    account = find(session, username)
    assert account is not None
    return Visitor(account.id, username, account.display_name, account.role, "127.0.0.1", "s")


def task(task_id: int) -> ReviewTask:
    with database.session() as session:
        return session.get_one(ReviewTask, task_id)


CALLS: list[tuple[Call, dict[str, Any]]] = [
    (desk_calls.open_case, {"task": 1}),
    (desk_calls.look_again, {"task": 1}),
    (desk_calls.next_case, {}),
    (desk_calls.ahead, {}),
    (desk_calls.decide_case, {"task": 1, "version": 1, "answer": {"action": "reject", "comment": "까닭"}}),
    (desk_calls.undo_decision, {"task": 1, "version": 2}),
    (desk_calls.undo_decision, {"effect": 1}),
    (desk_calls.arrange_pages, {"delivery": 1, "documents": [], "seen": {}}),
    (desk_calls.stay_at, {"task": 1, "version": 1}),
    (desk_calls.leave, {"task": 1}),
    (desk_calls.find_cases, {"task": 1, "words": "김"}),
]


@pytest.mark.parametrize(("call", "asked"), CALLS)
def test_a_counselor_reviews_nothing(session: Session, call: Call, asked: dict[str, Any]) -> None:
    assert carry_out(call, visitor(session, "counsel"), asked)[0] == 403


def test_hidden_values_leave_the_server_only_after_a_reason(session: Session) -> None:
    case = cases.plain(session, 10, 1)
    delivery = session.get_one(Delivery, case.delivery)
    delivery.caller_number, delivery.sender_name = "010-9999-0010", ""
    session.add(delivery)
    session.commit()
    staff = visitor(session, "staff")
    hidden = (cases.rrn(10), "1002-123-000010", "010-2000-0010", cases.NAMES[0], delivery.caller_number)
    status, shown = carry_out(desk_calls.open_case, staff, {"task": case.task})
    assert status == 200
    said = json.dumps(shown, ensure_ascii=False)
    assert not [value for value in hidden if value in said]
    assert carry_out(desk_calls.reveal_all, staff, {"task": case.task, "reason": " "})[0] == 422
    status, shown = carry_out(desk_calls.reveal_all, staff, {"task": case.task, "reason": "신청 확인·연결"})
    said = json.dumps(shown, ensure_ascii=False)
    assert status == 200 and cases.rrn(10) in said and "010-2000-0010" in said
    log = session.exec(select(AccessLog).where(AccessLog.subject == f"delivery:{case.delivery}")).all()
    assert [entry.action for entry in log] == ["view", "unmask"]


def test_what_is_missing_is_named_and_nothing_is_decided(session: Session) -> None:
    case = cases.plain(session, 20, 1)
    session.commit()
    staff = visitor(session, "staff")
    answers: list[tuple[dict[str, Any], str]] = [
        ({"action": "transfer", "center": "없는 센터"}, "center"),
        ({"action": "hold", "comment": "확인", "until": "2020-01-01"}, "until"),
        ({"action": "hold", "comment": "확인", "until": "내일"}, "until"),
        ({"action": "register", "program": "no_such"}, "program"),
        ({"action": "register", "program": "ub_application", "fields": {"rrn": "1"}}, "rrn"),
        ({"action": "attach", "receipt_nos": [case.receipt], "fields": {"phone": "1"}}, "phone"),
    ]
    with environment(BACKOFFICE_CASE_SINK_URL="http://127.0.0.1:9/"):
        for answer, field in answers:
            asked = {"task": case.task, "version": 1, "answer": answer}
            status, said = carry_out(desk_calls.decide_case, staff, asked)
            assert (status, said.get("field")) == (422, field), answer
    assert task(case.task).decision is None
    _clear(session)


def test_put_off_until_a_day_with_the_comment_sealed(session: Session) -> None:
    case = cases.plain(session, 30, 1)
    session.commit()
    day = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    answer = {"action": "hold", "comment": "신청인 통화 예정", "until": day}
    staff = visitor(session, "staff")
    status, said = carry_out(
        desk_calls.decide_case, staff, {"task": case.task, "version": 1, "answer": answer}
    )
    assert status == 200 and said["case"] is None, "what was put off is not the next case"
    held = task(case.task)
    assert held.decision is not None and "통화" not in str(held.decision)
    assert decided_comment(held.decision) == "신청인 통화 예정"
    status, said = carry_out(desk_calls.open_case, staff, {"task": case.task})
    assert any("신청인 통화 예정" in remark and day in remark for remark in said["case"]["remarks"])
    _clear(session)


def test_a_screen_that_is_out_of_date_is_told_who_did_what(session: Session) -> None:
    case = cases.plain(session, 40, 1)
    session.commit()
    second = visitor(session, "second")
    asked = {"task": case.task, "version": 1, "answer": {"action": "reject", "comment": "광고"}}
    assert carry_out(desk_calls.decide_case, second, asked)[0] == 200
    asked = {"task": case.task, "version": 1, "answer": {"action": "attach", "receipt_nos": [case.receipt]}}
    status, said = carry_out(desk_calls.decide_case, visitor(session, "staff"), asked)
    assert status == 409 and said["stale"] and "정담당" in said["error"] and "반려" in said["error"]
    status, said = carry_out(
        desk_calls.undo_decision, visitor(session, "staff"), {"task": case.task, "version": 2}
    )
    assert status == 422 and "다른 담당자" in said["error"]


def test_the_piece_of_a_page_hides_what_the_page_hides(session: Session) -> None:
    case = cases.plain(session, 45, 1)
    number, phone = (session.get_one(ReadField, case.fields[name]) for name in ("rrn", "phone"))
    assert number.box is not None
    phone.box = {**number.box, "bottom": number.box["bottom"] + 200}  # one box over several lines
    session.add(phone)
    session.flush()
    staff = visitor(session, "staff")

    def gray() -> int:
        """Of the resident number's middle in the picture of the phone number, which is kept at half the size."""
        piece = Image.open(io.BytesIO(field_png(session, staff, phone.id)))
        return int(piece.getpixel((120, 16)))  # type: ignore[arg-type]

    assert 150 < gray() < 240
    seeing.reveal(session, staff, case.delivery, "판독값 확인·수정")
    session.flush()
    assert gray() == 255
    session.rollback()


def test_two_people_never_get_the_same_case_and_looking_ahead_takes_nothing(session: Session) -> None:
    first, second = cases.plain(session, 50, 1), cases.plain(session, 52, 2)
    session.commit()
    staff, other = visitor(session, "staff"), visitor(session, "second")
    status, ahead = carry_out(desk_calls.ahead, staff, {})
    assert status == 200 and ahead["task"] == first.task and task(first.task).state == ReviewState.OPEN
    got = [carry_out(desk_calls.next_case, who, {})[1]["case"]["task"] for who in (staff, other)]
    assert got == [first.task, second.task]
    _clear(session)


def test_a_screen_that_was_left_behind_does_not_let_go_of_what_was_taken_anew(session: Session) -> None:
    case = cases.plain(session, 60, 1)
    session.commit()
    staff = visitor(session, "staff")
    before = carry_out(desk_calls.open_case, staff, {"task": case.task})[1]["case"]["until"]
    after = carry_out(desk_calls.open_case, staff, {"task": case.task})[1]["case"]["until"]
    carry_out(desk_calls.leave, staff, {"task": case.task, "until": before})
    assert task(case.task).state == ReviewState.CLAIMED
    carry_out(desk_calls.leave, staff, {"task": case.task, "until": after})
    assert task(case.task).state == ReviewState.OPEN


def test_who_was_in_another_s_way_is_not_told_that_the_database_is_gone(session: Session) -> None:
    staff, times = visitor(session, "staff"), 0

    def call(own: Session, who: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
        nonlocal times
        times += 1
        if times == 1:
            raise OperationalError("UPDATE", {}, DeadlockDetected())
        return {"said": "done"}

    assert carry_out(call, staff, {}) == (200, {"said": "done"}) and times == 2

    def broken(own: Session, who: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
        raise OperationalError("UPDATE", {}, ConnectionFailure())

    assert carry_out(broken, staff, {})[0] == 503


def test_what_is_too_long_is_not_read_to_its_end() -> None:
    sent = 0

    async def receive() -> dict[str, Any]:
        nonlocal sent
        sent += 1
        return {"type": "http.request", "body": b"x" * 1024, "more_body": True}

    assert asyncio.run(body_of(Request({"type": "http", "headers": []}, receive), most=4096)) is None
    assert sent == 5


def test_what_makes_no_sense_is_refused_without_a_word_of_what_was_sent(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    status, said = carry_out(desk_calls.open_case, visitor(session, "staff"), {"task": "홍길동"})
    assert status == 400 and "오류번호" in said["error"]
    assert "홍길동" not in caplog.text and "desk call failed" in caplog.text


def test_every_look_is_noted_whatever_way_it_is_asked_for(session: Session) -> None:
    case = cases.plain(session, 70, 1)
    session.commit()
    staff = visitor(session, "staff")
    seen = select(AccessLog).where(AccessLog.account_id == staff.account_id)
    for _ in range(2):  # a screen that renews itself is one look
        assert carry_out(desk_calls.look_again, staff, {"task": case.task})[0] == 200
    log = session.exec(seen.where(AccessLog.subject == f"delivery:{case.delivery}")).all()
    assert [(entry.action, entry.reason) for entry in log] == [("view", f"review:{case.task}")]

    field = session.get_one(ReadField, case.fields["phone"])
    for _ in range(2):
        field_png(session, staff, field.id)
        session.flush()
    document = session.get_one(Document, field.document_id)
    page = session.exec(
        select(Page).where(Page.delivery_id == document.delivery_id, Page.number == field.page)
    ).one()
    log = session.exec(seen.where(AccessLog.subject == f"page:{page.id}")).all()
    assert [entry.action for entry in log] == ["view_piece"]

    asked = {"task": case.task, "words": case.receipt}
    assert carry_out(desk_calls.find_cases, staff, asked)[1]["hits"]
    application = session.exec(select(Application.id).where(Application.receipt_no == case.receipt)).one()
    (searched,) = session.exec(
        seen.where(AccessLog.action == "search", AccessLog.subject == f"delivery:{case.delivery}")
    )
    assert searched.reason.endswith(f"신청 {application}"), "whose case was shown, and not what was typed"
    _clear(session)


def test_a_paper_that_is_being_registered_goes_nowhere_else(session: Session) -> None:
    case = cases.plain(session, 80, 1)
    session.add(
        Registration(
            task_id=case.task, document_id=session.get_one(ReviewTask, case.task).document_id,
            program="ub_application", key=f"pending-{case.task}",
        )
    )  # fmt: skip
    session.commit()
    staff = visitor(session, "staff")
    answers: list[dict[str, Any]] = [
        {"action": "attach", "receipt_nos": [case.receipt]},
        {"action": "reject", "comment": "광고", "scope": "delivery"},
        {"action": "register", "program": "ub_application"},
    ]
    with environment(BACKOFFICE_CASE_SINK_URL="http://127.0.0.1:9/"):
        for answer in answers:
            asked = {"task": case.task, "version": 1, "answer": answer}
            status, said = carry_out(desk_calls.decide_case, staff, asked)
            assert status == 422 and "신규 접수 중" in said["error"], answer
    assert task(case.task).decision is None
    _clear(session)


def test_the_person_who_registered_a_case_sees_the_number_it_was_given(session: Session) -> None:
    case = cases.plain(session, 82, 1)
    asked = session.get_one(ReviewTask, case.task)
    staff = visitor(session, "staff")
    asked.state, asked.decided_by, asked.decided_at = "decided", staff.account_id, datetime.now(UTC)
    asked.decision = {"action": "register"}
    made = Registration(
        task_id=case.task, document_id=asked.document_id, program="ub_application", key=f"given-{case.task}"
    )
    session.add(made)
    session.flush()
    assert just_now(session, staff.account_id)[0].what == "신규 접수 (접수번호 대기)"
    made.receipt_no = "2026-UB-0099999"
    session.flush()
    assert just_now(session, staff.account_id)[0].what == "신규 접수 2026-UB-0099999"
    session.rollback()


def test_registering_says_of_the_paper_only_what_the_person_typed(session: Session) -> None:
    case = cases.plain(session, 90, 1)
    session.commit()
    answer = {
        "action": "register",
        "program": "ub_application",
        "fields": {"phone": "01055556666", "name": " "},
    }
    asked = {"task": case.task, "version": 1, "answer": answer}
    with environment(BACKOFFICE_CASE_SINK_URL="http://127.0.0.1:9/"):
        assert carry_out(desk_calls.decide_case, visitor(session, "staff"), asked)[0] == 200
    decision = task(case.task).decision
    assert decision is not None and decided_fields(decision) == {"phone": "010-5555-6666"}
    _clear(session)


def _clear(session: Session) -> None:
    """The next test has the queue for itself."""
    session.rollback()
    for row in session.exec(select(ReviewTask)).all():
        row.state = ReviewState.CANCELLED.value
        session.add(row)
    session.commit()
