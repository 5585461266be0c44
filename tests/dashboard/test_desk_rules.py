"""When the desk marks a case by itself, and what it asks about: few times too often is too often."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from dashboard.reads.changes import changes
from dashboard.reads.plain_cases import suggested
from dashboard.reads.review_desk import Desk, desk
from queues import crypto
from queues.models import Document, Person, ReadField
from tests.dashboard import desk_filling as cases


def shown(session: Session, case: cases.Case) -> Desk:
    session.flush()
    found = desk(session, case.task)
    assert found is not None
    return found


def test_one_case_that_all_speaks_for_is_marked(session: Session) -> None:
    case = cases.plain(session, 10, 1)
    assert suggested(shown(session, case)).receipt_no == case.receipt


@pytest.mark.parametrize(
    "reason", ["conflict", "several_people", "closed_case", "other_program", "objected", "something_new"]
)
def test_a_question_that_the_evidence_leaves_open_marks_nothing(session: Session, reason: str) -> None:
    case = cases.plain(session, 20, 1, reason=reason)
    assert suggested(shown(session, case)).receipt_no == ""


def test_two_open_cases_of_a_person_mark_nothing(session: Session) -> None:
    assert suggested(shown(session, cases.two_cases(session, 30, 1))).receipt_no == ""


def test_of_two_open_cases_the_one_named_beside_is_marked_unless_that_was_doubtful(session: Session) -> None:
    case = cases.two_cases(session, 40, 1)
    other = Document(
        delivery_id=case.delivery, position=1, type="ub_application", pages=[2], state="attached"
    )
    session.add(other)
    session.flush()
    number = ReadField(
        document_id=other.id, name="receipt_no", value_enc=crypto.seal(case.receipt), confidence=0.99
    )
    session.add(number)
    assert suggested(shown(session, case)).receipt_no == case.receipt
    number.doubtful = True
    assert suggested(shown(session, case)).receipt_no == ""


@pytest.mark.parametrize(
    ("values", "doubtful"),
    [
        ({"name": cases.NAMES[2], "rrn": cases.rrn(52)}, ("rrn",)),  # the number was read with doubt
        ({"name": cases.NAMES[2], "rrn": cases.rrn(52)[:-1] + "9"}, ()),  # a digit is another
        ({"name": "나다른", "rrn": cases.rrn(52)}, ()),  # the name is another
        ({"name": cases.NAMES[2]}, ()),  # a name alone
        ({"name": cases.NAMES[2], "phone": "010-2000-0052"}, ()),  # families share phones
    ],
)
def test_weak_or_doubtful_evidence_marks_nothing(
    session: Session, values: dict[str, str], doubtful: tuple[str, ...]
) -> None:
    application = cases.person_with_case(session, 52)
    case = cases.paper(session, 52, values=values, doubtful=doubtful, candidates=((application, 0.99),))
    assert suggested(shown(session, case)).receipt_no == ""
    session.rollback()


def test_a_rival_or_a_closed_case_marks_nothing(session: Session) -> None:
    mine, namesake = cases.person_with_case(session, 60), cases.person_with_case(session, 61)
    closed = cases.person_with_case(session, 62, status="closed")
    values = {"name": cases.NAMES[0], "rrn": cases.rrn(60)}
    rival = cases.paper(session, 60, values=values, candidates=((mine, 0.9), (namesake, 0.05)))
    assert suggested(shown(session, rival)).receipt_no == ""
    values = {"name": cases.NAMES[2], "rrn": cases.rrn(62)}
    over = cases.paper(session, 62, values=values, candidates=((closed, 0.99),))
    assert suggested(shown(session, over)).receipt_no == ""


def test_account_and_bank_change_together_and_only_for_the_same_person(session: Session) -> None:
    application = cases.person_with_case(session, 70)
    values = {
        "name": cases.NAMES[0],
        "rrn": cases.rrn(70),
        "account": "333-22-1111111",
        "bank": "국민은행",
        "phone": "010-9-9",
    }
    case = cases.paper(session, 70, values=values, candidates=((application, 0.9),))
    assert [c.fields for c in changes(shown(session, case).choices[0])] == [("account", "bank"), ("phone",)]
    person = session.get_one(Person, application.person_id)
    person.name = "나다른"
    session.add(person)
    assert changes(shown(session, case).choices[0]) == []
