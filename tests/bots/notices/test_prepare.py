"""From what was announced to a letter that may leave; what is wrong with it stops it and is asked about."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from uuid import uuid4

import pdfplumber
import pytest
from sqlmodel import Session, select

from bots.notices.anew import MayHaveLeft, again
from bots.notices.calling_off import call_off
from bots.notices.content import kept
from config.settings import CONFIG_DIR
from queues import crypto, database, dispatches, files, notices
from queues.models import Application, Dispatch, Employer, Notice, Person, WorkItem
from tests.bots.notices.approval_world import (
    REFUSED,
    People,
    announced,
    case,
    now,
    people_of_a_center,
    questions,
    work_off,
)
from tests.conftest import environment

PAID = {"paid_on": "2026-11-23", "paid_for": "구직급여(제1차 실업인정)", "amount": 1_848_000}


@pytest.fixture(scope="module")
def people(database_url: str) -> People:
    return people_of_a_center(database_url)


def prepared(session: Session, application: Application, kind: str, values: dict[str, object]) -> Notice:
    notice = announced(session, application, kind, values)
    session.commit()
    work_off()
    return now(notice)


def words(notice: Notice) -> str:
    with pdfplumber.open(io.BytesIO(files.read(notice.letter_sha256))) as pdf:
        return "".join("".join((page.extract_text() or "").split()) for page in pdf.pages)


def test_a_plain_letter_is_ready_with_its_message_and_says_what_the_case_says(
    session: Session, people: People
) -> None:
    application = case(session, people)
    application.bank, application.account_enc = "국민은행", crypto.seal("110-234-567890")
    notice = prepared(session, application, "payment", PAID)
    assert (notice.state, notice.official) == ("ready", False) and notice.sheets == 1
    said = words(notice)
    assert "1,848,000" in said and "7890" in said and "567890" not in said
    assert notice.text_enc and "1,848,000" in crypto.open_(notice.text_enc)
    assert b"567890" not in files.read(notice.content_sha256)


def test_what_is_missing_is_named_in_korean(session: Session, people: People) -> None:
    values = {"missing": ["bankbook_copy", "id_card|resident_register"], "due_on": "2026-12-07", "stage": 1}
    notice = prepared(session, case(session, people), "supplement", values)
    assert notice.state == "ready" and notice.due_on is not None and notice.due_on.isoformat() == "2026-12-07"
    said = words(notice)
    assert "통장사본" in said and "또는" in said and "bankbook" not in said


def test_a_subsidy_is_told_to_the_firm(session: Session, people: People) -> None:
    application = case(session, people)
    firm = Employer(
        business_no=f"104-86-{uuid4().int % 10**5:05d}", name="주식회사 한빛기계", postcode="04524",
        address="서울특별시 중구 세종대로 110",
    )  # fmt: skip
    session.add(firm)
    session.flush()
    application.program, application.employer_id = "epi_application", firm.id
    session.add(application)
    notice = prepared(session, application, "appointment", {
        "purpose": "지급 요건 확인", "visit_on": "2026-12-01", "visit_at": "14:00", "place": "2층 상담창구",
    })  # fmt: skip
    assert (notice.employer_id, notice.person_id, notice.state) == (firm.id, None, "ready")
    assert "주식회사한빛기계" in words(notice)


def test_a_mere_message_does_not_wait_for_the_days_dispatch(session: Session, people: People) -> None:
    notice = prepared(
        session, case(session, people), "arrival", {"pages_received": 3, "pages_unreadable": [2]}
    )
    assert (notice.state, notice.letter_sha256) == ("ready", "") and notice.text_enc
    query = select(WorkItem).where(
        WorkItem.bot == "notices.dispatch", WorkItem.payload == {"notice_id": notice.id}
    )
    assert session.exec(query).one()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("홍길동😀", "notice_value_missing"),
        ("", "notice_recipient_missing"),
        ("가" * 301, "notice_value_missing"),
    ],
)
def test_a_name_that_cannot_stand_on_a_letter_stops_it(
    session: Session, people: People, name: str, reason: str
) -> None:
    notice = prepared(
        session, case(session, people, name), "payment", {**PAID, "bank": "가", "account": "1-23456"}
    )
    assert (notice.state, notice.reason, notice.letter_sha256) == ("review", reason, "")
    (question,) = questions(notice)
    assert not name or name not in question.question
    with database.session() as other:  # put right, it goes on
        person = other.get_one(Person, notice.person_id)
        person.name = "홍길동"
        other.add(person)
        again(other, other.get_one(Notice, notice.id), "account:1")
    work_off()
    assert now(notice).state == "ready" and not questions(notice)


def test_half_a_character_in_what_was_told_stops_the_letter(session: Session, people: People) -> None:
    values = {**REFUSED, "reasons": ["피보험 기간 \ud83d 부족"]}
    notice = prepared(session, case(session, people), "decision_refused", values)
    assert (notice.state, notice.reason) == ("review", "notice_value_missing")


def test_a_template_that_asks_for_what_there_is_not_sends_nothing(
    session: Session, people: People, tmp_path: Path
) -> None:
    shutil.copytree(CONFIG_DIR / "notices", tmp_path / "notices")
    template = tmp_path / "notices" / "payment.html.j2"
    template.write_text(template.read_text("utf-8").replace("{{ paid_for", "{{ paid_four"), "utf-8")
    assert "paid_four" in template.read_text("utf-8")
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        notice = prepared(
            session, case(session, people), "payment", {**PAID, "bank": "가", "account": "1-23456"}
        )
    assert (notice.state, notice.reason) == ("review", "notice_template_error")


def test_what_is_on_its_way_is_neither_made_anew_nor_called_off(session: Session, people: People) -> None:
    notice = prepared(session, case(session, people), "payment", {**PAID, "bank": "가", "account": "1-23456"})
    letter = notice.letter_sha256
    with database.session() as other:
        dispatches.plan(other, other.get_one(Notice, notice.id), "registered", {"postcode": "04524"})
    with database.session() as other:
        row = other.get_one(Notice, notice.id)
        assert not call_off(other, row, "bot", "taken_back")
        with pytest.raises(MayHaveLeft):
            again(other, row, "account:1")
        sent = other.exec(select(Dispatch).where(Dispatch.notice_id == notice.id)).one()
        assert sent.letter_sha256 == letter == now(notice).letter_sha256
    assert kept(notice.content_sha256).values["to_postcode"] == "04524"
    assert notices.values_of(notice)["amount"] == 1_848_000
