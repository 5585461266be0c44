"""What an official letter goes through before it may leave: line of approval, number, seal; and what stops it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pdfplumber
import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bots.notices.anew import again
from bots.notices.recheck import recheck
from queues import absences, approvals, database, files
from queues.approvals import NeedsReading
from queues.errors import NotYours, StaleDecision
from queues.models import Application, Approval, Notice, Person, Role
from tests.bots.notices.approval_world import (
    GRANTED,
    REFUSED,
    People,
    agree,
    announced,
    asked,
    case,
    document_system,
    now,
    officer,
    people_of_a_center,
    questions,
    work_off,
)
from tests.conftest import environment


def refused(session: Session, people: People) -> Notice:
    """A refusal whose letter waits for its line."""
    notice = announced(session, case(session, people), "decision_refused", REFUSED)
    session.commit()
    work_off()
    notice = now(notice)
    assert (notice.state, notice.official) == ("approval", True), [q.question for q in questions(notice)]
    return notice


@pytest.fixture(scope="module")
def people(database_url: str) -> People:
    return people_of_a_center(database_url)


def words(sha256: str) -> str:
    with pdfplumber.open(io.BytesIO(files.read(sha256))) as pdf:
        return "".join("".join((page.extract_text() or "").split()) for page in pdf.pages)


def test_an_act_gets_its_number_and_seal_only_when_its_line_is_through(
    session: Session, people: People
) -> None:
    with document_system() as book:
        notice = refused(session, people)
        draft = words(notice.letter_sha256)
        assert "결재후부여" in draft
        agree(notice, people.drafter)
        work_off()
        assert not book.documents
        agree(notice, people.head)
        work_off()
        notice = now(notice)
        assert notice.state == "ready"
        (document,) = book.documents.values()
    assert notice.document_no == document["document_no"]
    assert notice.effective_on == date.fromisoformat(document["effective_on"])
    said = words(notice.letter_sha256)
    assert "결재후부여" not in said
    for part in (notice.document_no, "142일", "심사를청구", people.drafter.display_name, "박소장"):
        assert "".join(part.split()) in said
    assert notice.reply_days == 90
    with pytest.raises(DBAPIError, match="final letter"), database.session() as other:
        row = other.get_one(Notice, notice.id)
        row.letter_sha256 = "0" * 64
        other.add(row)
    assert "홍길동" not in str(document)


def test_the_drafter_is_never_the_last_approver(session: Session, people: People) -> None:
    notice = refused(session, people)
    agree(notice, people.drafter)
    with pytest.raises(NotYours):
        agree(notice, people.drafter)
    step = asked(notice)
    with pytest.raises(DBAPIError), database.session() as other:
        row = other.get_one(Approval, step.id)
        row.state, row.decided_by, row.decided_at = "approved", people.drafter.id, datetime.now(UTC)
        other.add(row)
    assert now(notice).state == "approval"


def test_nothing_leaves_past_its_line_whoever_writes_the_record(session: Session, people: People) -> None:
    notice = refused(session, people)
    for state in ("approved", "ready", "sending"):
        with pytest.raises(DBAPIError), database.session() as other:
            row = other.get_one(Notice, notice.id)
            row.state, row.document_no, row.effective_on = state, "가짜-1", date(2026, 11, 23)
            other.add(row)
    step = asked(notice)
    with pytest.raises(DBAPIError), database.session() as other:
        row2 = other.get_one(Approval, step.id)
        row2.content_sha256 = "0" * 64
        other.add(row2)


def test_a_refusal_needs_a_persons_reading_and_no_bulk(session: Session, people: People) -> None:
    notice = refused(session, people)
    step = asked(notice)
    for in_bulk in (False, True):
        with pytest.raises(NeedsReading), database.session() as other:
            approvals.approve(other, step.id, step.content_sha256, people.drafter, in_bulk=in_bulk)
    with database.session() as other:  # one whose turn it is not reads in vain
        approvals.note_reading(other, step.id, people.head)
    assert asked(notice).readings == {}
    agree(notice, people.drafter)


def test_a_grant_may_be_agreed_to_with_others(session: Session, people: People) -> None:
    notice = announced(session, case(session, people), "decision_granted", GRANTED)
    session.commit()
    work_off()
    step = asked(notice)
    with database.session() as other:
        approvals.approve(other, step.id, step.content_sha256, people.drafter, in_bulk=True)
    assert asked(notice).duty == "final"


def test_pressed_twice_is_once_and_an_old_screen_does_nothing(session: Session, people: People) -> None:
    notice = refused(session, people)
    step = asked(notice)
    with database.session() as other:
        approvals.note_reading(other, step.id, people.drafter)
    for _ in range(2):
        with database.session() as other:
            approvals.approve(other, step.id, step.content_sha256, people.drafter)
    with pytest.raises(StaleDecision), database.session() as other:
        approvals.send_back(other, step.id, step.content_sha256, people.drafter, "다시")
    last = asked(notice)
    with pytest.raises(StaleDecision), database.session() as other:
        approvals.approve(other, last.id, "f" * 64, people.head)


def test_any_change_of_the_case_voids_what_was_agreed_to(session: Session, people: People) -> None:
    with document_system() as book:
        notice = refused(session, people)
        agree(notice, people.drafter, people.head)
        with database.session() as other:
            application = other.get_one(Application, notice.application_id)
            person = other.get_one(Person, application.person_id)
            person.address = "서울특별시 중구 세종대로 110 103동 1204호"
            other.add(person)
        work_off()
        notice = now(notice)
        assert notice.state == "approval" and not book.documents
        assert asked(notice).round == 2
        agree(notice, people.drafter, people.head)
        work_off()
        assert now(notice).state == "ready"
        assert "1204호" in words(now(notice).letter_sha256)


def test_sent_back_it_waits_for_the_officer_and_does_not_leave(session: Session, people: People) -> None:
    notice = refused(session, people)
    agree(notice, people.drafter)
    step = asked(notice)
    with database.session() as other:
        approvals.send_back(other, step.id, step.content_sha256, people.head, "근거 조문을 다시 확인")
    assert now(notice).state == "review"
    (question,) = questions(notice)
    assert question.reason == "notice_sent_back" and "근거" not in str(question.evidence)
    assert not work_off()


def test_who_stands_in_decides_for_the_absent(session: Session, people: People) -> None:
    notice = refused(session, people)
    assert not approvals.my_turn(session, people.other)
    today = datetime.now(UTC).date()
    absence = absences.announce(
        session,
        people.officer.id,
        people.other_officer.id,
        today - timedelta(days=1),
        today + timedelta(days=2),
    )
    session.commit()
    assert asked(notice).id in [step.id for step in approvals.my_turn(session, people.other)]
    agree(notice, people.other, people.head)
    with database.session() as other:
        line = approvals.line_of(other, notice.id)
    assert (line[0].account_id, line[0].decided_by) == (people.drafter.id, people.other.id)
    absences.end(session, absence, made_by=None)
    session.commit()


def test_a_missing_value_sends_nothing_and_asks(session: Session, people: People) -> None:
    values = {name: value for name, value in REFUSED.items() if name != "reasons"}
    notice = announced(session, case(session, people), "decision_refused", values)
    session.commit()
    work_off()
    assert now(notice).state == "review"
    (question,) = questions(notice)
    assert question.reason == "notice_value_missing" and "홍길동" not in question.question
    assert not now(notice).letter_sha256


def test_a_change_of_the_case_is_noticed_before_anybody_agrees(session: Session, people: People) -> None:
    notice = refused(session, people)
    with database.session() as other:
        assert not recheck(other, notice.id)
        application = other.get_one(Application, notice.application_id)
        application.officer_id = people.other_officer.id
        other.add(application)
    with database.session() as other:
        assert recheck(other, notice.id)
    assert now(notice).state == "draft"
    work_off()
    assert asked(notice).account_id == people.other.id
    with pytest.raises(NotYours):
        agree(notice, people.drafter)


def test_the_drafter_takes_it_back_until_the_line_is_through(session: Session, people: People) -> None:
    notice = refused(session, people)
    with pytest.raises(NotYours), database.session() as other:
        approvals.recall(other, notice.id, people.drafter, "아직 기안 전")
    agree(notice, people.drafter)
    with pytest.raises(NotYours), database.session() as other:
        approvals.recall(other, notice.id, people.head, "남의 것")
    with database.session() as other:
        approvals.recall(other, notice.id, people.drafter, "금액 확인")
    assert now(notice).state == "review" and [q.reason for q in questions(notice)] == ["notice_taken_back"]
    with database.session() as other:
        again(other, other.get_one(Notice, notice.id), "account:1")
    assert not questions(notice)
    work_off()
    assert asked(notice).round == 2


def test_a_centers_own_line_with_a_checker_and_a_stand_in_at_its_end(
    session: Session, people: People, tmp_path: Path
) -> None:
    chief, _ = officer(session, "한과장")
    deputy, stands_in = officer(session, "오대행")
    today = datetime.now(UTC).date()
    absences.announce(session, chief.id, deputy.id, today - timedelta(days=1), today + timedelta(days=2))
    steps = f"[{{duty: draft, who: officer}}, {{duty: check, who: supervisor}}, {{duty: final, number: '{chief.number}'}}]"
    (tmp_path / "approval_lines.yaml").write_text(f"lines: [{{steps: {steps}}}]", "utf-8")
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)), document_system() as book:
        notice = announced(session, case(session, people), "decision_refused", REFUSED)
        session.commit()
        work_off()
        agree(notice, people.drafter, people.head, stands_in)
        work_off()
        assert now(notice).state == "ready"
        (document,) = book.documents.values()
    assert [s["duty"] for s in document["approvals"]] == ["기안", "검토", "대결"]
    assert "대결오대행" in words(now(notice).letter_sha256)


def test_the_last_step_of_a_head_who_has_left_is_not_anybodys(
    session: Session, people: People, tmp_path: Path
) -> None:
    chief, held = officer(session, "윤소장")
    held.role = Role.SUPERVISOR.value
    _, colleague = officer(session, "강주임")
    steps = f"[{{duty: draft, who: officer}}, {{duty: final, number: '{chief.number}'}}]"
    (tmp_path / "approval_lines.yaml").write_text(f"lines: [{{steps: {steps}}}]", "utf-8")
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        notice = announced(session, case(session, people), "decision_refused", REFUSED)
        session.commit()
        work_off()
        agree(notice, people.drafter)
    held.active = False
    session.add(held)
    session.commit()
    last = asked(notice)
    assert not approvals.in_turn(session, last, colleague)
    assert last.id not in {step.id for step in approvals.my_turn(session, colleague)}
    assert approvals.in_turn(session, last, people.head)
    assert last.id in {step.id for step in approvals.my_turn(session, people.head)}
