"""Every letter of a supplement request is made of what its stage says, with nothing missing and nothing unknown."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pdfplumber
from sqlmodel import Session, select

from bots.notices.prepare import prepare
from queues import files, supplementing
from queues.days import today
from queues.models import Application, Approval, Notice, Person
from queues.supplement_letters import remind
from tests.bots.notices.approval_world import people_of_a_center
from tests.queues.supplement_world import NEEDS, asked, leave, paper, request_of

BY = "account:1"


def made(session: Session, notice: Notice) -> tuple[str, str]:
    """The state in which preparing leaves it, and what the letter says without its spaces."""
    session.commit()
    state = prepare(notice.id)
    session.refresh(notice)
    if not notice.letter_sha256:
        return state, ""
    with pdfplumber.open(BytesIO(files.read(notice.letter_sha256))) as letter:
        return state, "".join("".join(page.extract_text().split()) for page in letter.pages)


def spelt(on: date) -> tuple[str, str]:
    """A day as a sentence has it, and as a table."""
    return f"{on.year}.{on.month}.{on.day}.", f"{on.year}년{on.month}월{on.day}일"


def test_second_request_reminder_and_return_as_the_stages_tell_them(
    database_url: str, session: Session
) -> None:
    people = people_of_a_center(database_url)
    application: Application = asked(session, 40)
    application.officer_id, application.officer_by = people.officer.id, "source"
    person = session.get_one(Person, application.person_id)
    person.postcode, person.address = "04524", "서울특별시 중구 세종대로 110 101동 202호"
    request = request_of(session, application)

    second = supplementing.ask_again(session, request.id, BY)
    assert second is not None
    state, said = made(session, second)
    assert state == "ready"
    assert second.due_on is not None
    assert all(word in said for word in ("이직확인서", "통장사본", "신분증"))
    for on in (today() - timedelta(days=40), second.due_on):
        assert any(word in said for word in spelt(on)), on

    reminder = remind(session, application, request, ["id_card"], "보완 서류 제출", "reminder:x", BY)
    state, said = made(session, reminder)
    assert state == "ready" and "보완서류제출" in said and "신분증" in said and "통장사본" not in said

    second.due_on = None
    leave(session, second, today() - timedelta(days=20))
    back = supplementing.give_back(session, request.id, "두 차례 요구하였으나 제출하지 아니함", BY)
    state, said = made(session, back)
    assert state == "approval" and back.official
    assert "반려" in said and "두차례요구하였으나" in said and "시행령제25조제1항" in said

    for kind in NEEDS:
        paper(session, application, kind)
    session.commit()
    line = session.exec(select(Approval.state).where(Approval.notice_id == back.id)).all()
    assert (request.state, back.state) == ("satisfied", "cancelled")
    assert len(line) > 1 and not {"asked", "waiting"} & set(line), "nobody is asked to approve it any more"
