"""Consents come in with the cases: the newest statement counts, and one that was withdrawn does not come back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from bots.cases.consents import understood
from bots.cases.persist import upsert_cases
from bots.cases.source import CaseRow
from queues.models import Application, Consent, Employer, Person

_number = iter(range(1, 1000))


def row(receipt: str = "", rrn: str = "", **told: object) -> CaseRow:
    number = next(_number)
    said = {
        "receipt_no": receipt or f"2026-UB-{number:07d}",
        "program": "ub_application",
        "name": "홍길동",
        "rrn": rrn or f"900101-1{number:06d}",
        "address": "울산광역시 중구 종가로 12, 302호",
        "postcode": "44543",
        "email": "one@example.kr",
    }
    return CaseRow.from_mapping(said | told, "test")


@pytest.fixture
def consents(session: Session) -> Iterator[object]:
    def now(case: CaseRow) -> dict[str, tuple[str, bool]]:
        """Address and whether it stands, by channel."""
        upsert_cases(session, [case])
        session.flush()
        application = session.exec(select(Application).where(Application.receipt_no == case.receipt_no)).one()
        found = session.exec(select(Consent).where(Consent.person_id == application.person_id))
        return {c.channel: (c.address, c.withdrawn_on is None) for c in found}

    yield now
    session.rollback()


@pytest.mark.parametrize(
    ("words", "channels"),
    [
        ("전자우편, 문자", {"email", "sms"}),
        ("알림톡/전자송달", {"alimtalk", "electronic"}),
        ("email;sms", {"email", "sms"}),
        ("없음", set()),
        ("none", set()),
        ("전자우편, 텔렉스", {"email"}),
        ("텔렉스", None),
        ("", None),
    ],
)
def test_words_of_consent(words: str, channels: set[str] | None) -> None:
    assert understood(words) == channels


def test_a_statement_gives_and_withdraws(consents) -> None:  # type: ignore[no-untyped-def]
    first = row(consents=["email", "sms"], phone="010-1111-2222")
    assert consents(first) == {"email": ("one@example.kr", True), "sms": ("010-1111-2222", True)}
    silent = row(first.receipt_no, first.rrn)
    assert consents(silent)["email"] == ("one@example.kr", True)
    fewer = row(first.receipt_no, first.rrn, consents="sms", phone="010-3333-4444")
    assert consents(fewer) == {"email": ("one@example.kr", False), "sms": ("010-3333-4444", True)}
    none = row(first.receipt_no, first.rrn, consents=[])
    assert consents(none)["sms"] == ("010-3333-4444", False)


def test_an_older_case_does_not_bring_a_consent_back(consents) -> None:  # type: ignore[no-untyped-def]
    older = row(consents="email")
    assert consents(older)["email"][1]
    newer = row(rrn=older.rrn, consents="none")
    assert not consents(newer)["email"][1]
    assert not consents(older)["email"][1]
    assert consents(row(newer.receipt_no, older.rrn, consents="email"))["email"][1]


def test_the_day_of_a_statement_decides(consents) -> None:  # type: ignore[no-untyped-def]
    first = row(consents="email", consents_on="2026-05-01")
    assert consents(first)["email"][1]
    stale = row(rrn=first.rrn, consents="none", consents_on="2026-04-01")
    assert consents(stale)["email"][1]
    withdrawn = row(rrn=first.rrn, consents="none", consents_on="2026-06-01")
    assert not consents(withdrawn)["email"][1]
    assert not consents(first)["email"][1]
    again = row(rrn=first.rrn, consents="email", consents_on="2026-07-01")
    assert consents(again)["email"][1]


def test_an_employer_is_told_with_address_and_consent(session: Session) -> None:
    told = row(
        company="(주)한빛", business_no="104-86-56659", representative="김대표", employer_postcode="03127",
        employer_address="서울특별시 종로구 율곡로 12", employer_email="a@firm.kr", employer_consents="전자우편",
    )  # fmt: skip
    upsert_cases(session, [told])
    firm = session.exec(select(Employer).where(Employer.business_no == "104-86-56659")).one()
    assert (firm.postcode, firm.email, firm.representative) == ("03127", "a@firm.kr", "김대표")
    consent = session.exec(select(Consent).where(Consent.employer_id == firm.id)).one()
    assert (consent.channel, consent.address) == ("email", "a@firm.kr")
    session.rollback()


def test_an_address_put_right_stands_until_another_is_told(session: Session) -> None:
    told = row()
    upsert_cases(session, [told])
    application = session.exec(select(Application).where(Application.receipt_no == told.receipt_no)).one()
    person = session.get_one(Person, application.person_id)
    person.postcode, person.address = "44544", "울산광역시 중구 종가로 99"
    session.flush()
    upsert_cases(session, [told])
    assert person.address == "울산광역시 중구 종가로 99"
    upsert_cases(session, [row(told.receipt_no, told.rrn, address="부산광역시 중구 중앙대로 1", postcode="")])
    assert (person.postcode, person.address) == ("", "부산광역시 중구 중앙대로 1")
    session.rollback()
