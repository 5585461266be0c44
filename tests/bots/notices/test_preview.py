"""A letter that is only looked at: with the real values of its case, and nothing leaves."""

from __future__ import annotations

import io
from typing import Any

import pdfplumber
import pytest
from sqlmodel import Session, select

from bots.notices import preview as _registers_it
from queues import bots, files, work
from queues.bots import Work
from queues.models import Dispatch, Notice, WorkItem
from tests.bots.notices.approval_world import REFUSED, People, announced, case, people_of_a_center

assert _registers_it


@pytest.fixture(scope="module")
def people(database_url: str) -> People:
    return people_of_a_center(database_url)


def previewed(session: Session, reference: str, payload: dict[str, Any]) -> dict[str, Any]:
    item = work.add(session, "notices.preview", reference, payload=payload)
    session.commit()
    given = Work(id=item.id, bot=item.bot, reference=reference, payload=payload, attempt=1, tries=1)
    bots.spec(given.bot).run(given)
    session.expire_all()
    return session.get_one(WorkItem, item.id).progress or {}


def words(sha256: str) -> str:
    with pdfplumber.open(io.BytesIO(files.read(sha256))) as pdf:
        return "".join("".join((page.extract_text() or "").split()) for page in pdf.pages)


def test_an_act_is_seen_as_a_draft_and_stays_where_it_was(session: Session, people: People) -> None:
    notice = announced(session, case(session, people, "김미리"), "decision_refused", REFUSED)
    found = previewed(session, f"notice:{notice.id}", {"notice_id": notice.id})
    said = words(found["letter_sha256"])
    assert found["pages"] == found["sheets"] == 1
    assert "김미리귀하" in said
    assert "문서번호는결재후부여" in said
    assert "142일" in said
    assert session.get_one(Notice, notice.id).state == "draft"
    assert session.exec(select(Dispatch).where(Dispatch.notice_id == notice.id)).first() is None


def test_a_letter_nobody_announced_can_be_looked_at(session: Session, people: People) -> None:
    application = case(session, people, "박미리")
    payload = {"kind": "receipt", "application_id": application.id}
    found = previewed(session, f"application:{application.id}", payload)
    assert "박미리귀하" in words(found["letter_sha256"])
    query = select(Notice).where(Notice.application_id == application.id)
    assert session.exec(query).first() is None


def test_what_is_missing_is_said_in_words_and_without_names(session: Session, people: People) -> None:
    application = case(session, people, "최미리😀")
    reference, payload = f"application:{application.id}", {"application_id": application.id}
    missing = previewed(session, reference + ":1", {**payload, "kind": "payment"})
    assert missing == {
        "problems": [
            "'지급 통지'에 필요한 값이 없습니다: 지급일, 지급 내용, 지급액, 은행, 가린 계좌번호."
            " 행정시스템에서 값을 채우십시오."
        ]
    }
    name = previewed(session, reference + ":2", {**payload, "kind": "receipt"})
    assert "4번째 글자(U+1F600)" in name["problems"][0]
    assert "최미리" not in str(name)
