"""Whose case it is: the source's word, rules, substitutes, deadlines, new papers, another center's cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from bots.cases.persist import upsert_cases
from bots.cases.source import CaseRow
from bots.intake.attach import attach_document, detach
from config.assignment import assignment
from queues import absences, accounts, new_papers, officers, reviews
from queues.absences import CannotBeAbsent
from queues.days import answer_by, day_of, office_closes, today
from queues.models import (
    Absence,
    Application,
    Attachment,
    AuditEvent,
    Delivery,
    Document,
    LinkCandidate,
    NewPaper,
    Officer,
    ReviewTask,
)
from queues.whose import circle_of_officer
from tests.conftest import environment

RULES = """
center: [서울고용센터]
rules:
  - {programs: [ub_application], districts: [서울 강남구], officers: ["특1"]}
  - {programs: [ub_application], team: 실업급여과}
  - {programs: [nes_application], team: 없는과}
  - {programs: [nes_application], team: 취업지원과, share: last_digit}
jurisdiction:
  - {center: 서울고용센터, districts: [서울 중구, 서울 강남구]}
  - {center: 수원고용센터, districts: [경기도 수원시]}
"""


@pytest.fixture(autouse=True)
def rules(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "assignment.yaml").write_text(RULES)
    assignment.cache_clear()
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        yield
    assignment.cache_clear()


@pytest.fixture
def team(session: Session, request: pytest.FixtureRequest) -> Iterator[list[Officer]]:
    """Three of one team, one of another, one named by number; gone from the rules after the test."""
    made = [
        Officer(number=number, name=f"담당{number}", team=group, center="서울고용센터")
        for number, group in (
            ("101", "실업급여과"),
            ("102", "실업급여과"),
            ("103", "실업급여과"),
            ("201", "취업지원과"),
            ("특1", ""),
        )
    ]
    session.add_all(made)
    session.commit()
    yield made
    session.rollback()
    for officer in made:
        officer.active, officer.number = False, f"{officer.number} of {request.node.name} {officer.id}"
        session.add(officer)
    for absence in session.exec(select(Absence).where(col(Absence.ended_at).is_(None))):
        absences.end(session, absence, made_by=None)
    session.commit()


_NUMBERS = iter(range(1, 10_000))


def case(session: Session, **given: object) -> Application:
    number = next(_NUMBERS)
    values = {
        "receipt_no": f"2026-UB-{number:07d}",
        "program": "ub_application",
        "status": "open",
        "name": "홍길동",
        "address": "서울특별시 중구 세종대로 1",
    } | given
    upsert_cases(session, [CaseRow(**values)])  # type: ignore[arg-type]
    query = select(Application).where(Application.receipt_no == values["receipt_no"])
    return session.exec(query).one()


def paper(session: Session, kind: str = "bankbook_copy", received: datetime | None = None) -> Document:
    delivery = Delivery(
        source="fax:main",
        source_ref=f"paper-{next(_NUMBERS)}",
        received_at=received or datetime.now(UTC),
        original_sha256="0" * 64,
    )
    session.add(delivery)
    session.flush()
    document = Document(delivery_id=delivery.id, position=0, type=kind, pages=[1])
    session.add(document)
    session.flush()
    return document


def ask(session: Session, document: Document, within: timedelta = timedelta(days=1)) -> ReviewTask:
    delivery = session.get_one(Delivery, document.delivery_id)
    return reviews.open_task(
        session,
        kind="link",
        reason="two_open_cases",
        document_id=document.id,
        delivery_id=delivery.id,
        due_at=delivery.received_at + within,
    )


def test_the_system_of_record_names_the_officer_and_else_the_rules_do(
    session: Session, team: list[Officer]
) -> None:
    told = case(
        session, officer="777", officer_name="김", officer_team="민원실", officer_center="서울고용센터"
    )
    officer = session.get_one(Officer, told.officer_id)
    assert (officer.number, officer.team, officer.center, told.officer_by) == (
        "777",
        "민원실",
        "서울고용센터",
        "source",
    )
    by_turn = {case(session).officer_id for _ in range(3)}
    assert by_turn == {o.id for o in team[:3]}, "three new cases go round the three of the team"
    assert case(session, address="서울 강남구 테헤란로 1").officer_id == team[4].id
    other_team = case(session, program="nes_application", receipt_no="2026-NE-9000005")
    assert (other_team.officer_id, other_team.officer_by) == (team[3].id, "rule")
    assert case(session, program="vtc_application", receipt_no="2026-VT-9000005").officer_id is None


def test_what_a_person_changed_stands_until_the_source_says_something_new(
    session: Session, team: list[Officer]
) -> None:
    row = {"receipt_no": "2026-UB-8000001", "officer": "101"}
    given = case(session, **row)
    paper_of = attach_document(session, paper(session), given, decided_by="bot", actor="bot:test")
    officers.give_case(session, given, team[1], 5)
    news = session.exec(select(NewPaper).where(NewPaper.document_id == paper_of.document_id)).one()
    session.refresh(news)
    assert (given.officer_id, given.officer_by, news.officer_id) == (team[1].id, "person", team[1].id)
    assert case(session, **row, phone="010-1111-2222").officer_id == team[1].id
    assert case(session, **row | {"officer": "103"}).officer_id == team[2].id
    session.refresh(news)
    assert news.officer_id == team[2].id
    events = session.exec(select(AuditEvent).where(AuditEvent.action == "application.assign")).all()
    assert [(e.actor, e.detail) for e in events] == [
        ("account:5", {"was": team[0].id, "now": team[1].id}),
    ]


def test_who_left_gets_nothing_and_their_cases_go_by_the_rules(session: Session, team: list[Officer]) -> None:
    theirs = case(session, officer="101")
    team[0].active = False
    session.add(team[0])
    session.flush()
    now = officers.responsible(session, theirs.id)
    assert now is not None and now.id in {team[1].id, team[2].id}
    assert {case(session).officer_id for _ in range(4)} == {team[1].id, team[2].id}


def test_substitutes_act_along_chains_and_only_for_the_time(session: Session, team: list[Officer]) -> None:
    a, b, c, _, _ = team
    theirs = case(session, officer="101")
    day, week = today(), timedelta(days=7)
    absences.announce(session, a.id, b.id, day, day + week)
    absences.announce(session, b.id, c.id, day + timedelta(days=2), day + timedelta(days=3))

    def acting(on: date) -> int:
        found = officers.responsible(session, theirs.id, on=on)
        assert found is not None
        return found.id

    assert acting(day) == b.id
    assert acting(day + timedelta(days=2)) == c.id, "the substitute is away, too: theirs acts"
    assert acting(day + timedelta(days=4)) == b.id
    assert acting(day + week + timedelta(days=1)) == a.id, "it ends by itself"
    assert theirs.officer_id == a.id, "the case stays whose it is"
    assert circle_of_officer(session, b.id).own == [b.id, a.id]
    assert circle_of_officer(session, a.id).own == [a.id], "who looks in while away still sees their own"


def test_with_nobody_left_the_whole_team_acts(session: Session, team: list[Officer]) -> None:
    a, b, c, other, _ = team
    theirs = case(session, officer="101")
    day = today()
    absences.announce(session, a.id, b.id, day, day)
    absences.announce(session, b.id, None, day, day)
    assert officers.responsible(session, theirs.id) is None
    assert circle_of_officer(session, c.id).own == [c.id, a.id, b.id]
    assert circle_of_officer(session, other.id).own == [other.id]


def test_an_absence_that_leads_in_a_circle_is_refused(session: Session, team: list[Officer]) -> None:
    a, b, c, _, _ = team
    day = today()
    later = day + timedelta(days=10)
    absences.announce(session, a.id, b.id, day, day + timedelta(days=5))
    absences.announce(session, b.id, c.id, day + timedelta(days=3), day + timedelta(days=8))
    with pytest.raises(CannotBeAbsent, match="돌고"):
        absences.announce(session, c.id, a.id, day + timedelta(days=4), later)
    with pytest.raises(CannotBeAbsent, match="자기 자신"):
        absences.announce(session, c.id, c.id, day, day)
    with pytest.raises(CannotBeAbsent, match="이미 등록한"):
        absences.announce(session, a.id, c.id, day + timedelta(days=5), later)
    with pytest.raises(CannotBeAbsent, match="앞섭니다"):
        absences.announce(session, c.id, a.id, later, day)
    with pytest.raises(CannotBeAbsent, match="지난"):
        absences.announce(session, c.id, a.id, day - timedelta(days=9), day - timedelta(days=1))
    # Without a day in common there is no circle.
    absences.announce(session, c.id, a.id, day + timedelta(days=9), later)


def test_an_absence_ended_early_gives_the_work_back(session: Session, team: list[Officer]) -> None:
    a, b, _, _, _ = team
    absence = absences.announce(session, a.id, b.id, today(), today() + timedelta(days=9), made_by=3)
    absences.end(session, absence, made_by=3)
    session.flush()
    assert circle_of_officer(session, b.id).own == [b.id]
    acts = session.exec(select(AuditEvent).where(col(AuditEvent.action).like("absence.%"))).all()
    assert {"absence.announce", "absence.end"} <= {e.action for e in acts if e.actor == "account:3"}


def test_a_question_is_due_by_the_house_or_the_law_whichever_is_first(
    session: Session, team: list[Officer]
) -> None:
    received = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
    soon = case(session, officer="102", received_on=date(2026, 10, 20), due_on=date(2026, 11, 2))
    document = paper(session, received=received)
    session.add(
        LinkCandidate(document_id=document.id, application_id=soon.id, rank=1, probability=0.8, weight=9)
    )
    session.flush()
    task = ask(session, document)
    assert (task.officer_id, task.program, task.source) == (team[1].id, "ub_application", "fax")
    assert (task.legal_on, task.due_at) == (date(2026, 11, 2), office_closes(date(2026, 11, 2)))
    # Nothing is known of its case: by the form, and the form's legal period; the house's day is earlier.
    form = ask(session, paper(session, "ub_application", received))
    assert (form.legal_on, form.due_at) == (date(2026, 11, 19), received + timedelta(days=1))
    assert form.officer_id in {o.id for o in team[:3]}
    # A paper that goes with any program, of nobody who is known, is anybody's.
    stray = ask(session, paper(session, "id_card", received))
    assert (stray.officer_id, stray.legal_on, stray.program) == (None, None, "")


def test_the_legal_period_counts_where_the_source_tells_no_deadline(
    session: Session, team: list[Officer]
) -> None:
    row = {"receipt_no": "2026-UB-8000002", "received_on": date(2026, 11, 2)}
    given = case(session, **row)
    assert (given.due_on, given.due_by) == (date(2026, 11, 19), "rule")
    document = paper(session)
    attach_document(session, document, given, decided_by="bot", actor="bot:test")
    given = case(session, **row, due_on=date(2026, 11, 25))
    assert (given.due_on, given.due_by) == (date(2026, 11, 25), "source")
    news = session.exec(select(NewPaper).where(NewPaper.document_id == document.id)).one()
    session.refresh(news)
    assert news.due_on == date(2026, 11, 25)
    assert case(session, **row, phone="010-2222-3333").due_on == date(2026, 11, 25), "nothing takes it away"
    undated = case(session, received_on=None)
    assert (undated.due_on, undated.due_by) == (None, "")


def test_a_paper_is_new_until_it_is_seen_and_gone_when_it_is_taken_off(
    session: Session, team: list[Officer]
) -> None:
    given = case(session, officer="102", due_on=date(2026, 12, 1))
    document = paper(session)
    attachment = attach_document(session, document, given, decided_by="bot", actor="bot:test")

    def news() -> list[NewPaper]:
        session.expire_all()
        return list(session.exec(select(NewPaper).where(NewPaper.application_id == given.id)))

    assert [(n.officer_id, n.due_on, n.seen_at) for n in news()] == [(team[1].id, date(2026, 12, 1), None)]
    attach_document(session, document, given, decided_by="bot", actor="bot:test")
    assert new_papers.seen(session, given.id, 9) == 1
    assert new_papers.seen(session, given.id, 9) == 0
    assert news()[0].seen_by == 9
    detach(session, session.get_one(Attachment, attachment.id), "account:9")
    assert news() == []
    attach_document(session, document, given, decided_by="9", actor="account:9")
    assert [n.seen_at for n in news()] == [None], "attached again it is new again"


def test_what_an_officer_attaches_is_no_news_to_them_but_to_the_officer_of_another_case(
    session: Session, team: list[Officer]
) -> None:
    mine, theirs = case(session, officer="101"), case(session, officer="102")
    person = accounts.create(session, f"own-{mine.id}", "a-long-enough-password", officer_id=team[0].id)

    def attached(to: Application) -> bool:
        attachment = attach_document(
            session, paper(session), to, decided_by=str(person.id), actor=f"account:{person.id}"
        )
        found = select(NewPaper).where(NewPaper.document_id == attachment.document_id)
        return session.exec(found).one().seen_by == person.id

    assert (attached(mine), attached(theirs)) == (True, False)
    absences.announce(session, team[1].id, team[0].id, today(), today())
    assert attached(theirs), "who stands in has seen it for the absent"


def test_what_belongs_to_another_center_is_proposed_and_not_hidden(
    session: Session, team: list[Officer]
) -> None:
    by_address = case(session, address="경기 수원시 영통구 광교로 1")
    document = paper(session)
    attach_document(session, document, by_address, decided_by="bot", actor="bot:test")
    task = ask(session, document)
    assert task.other_center == "수원고용센터"
    assert task.officer_id in {o.id for o in team[:3]}, "somebody of ours has it all the same"
    told = case(session, officer="901", officer_name="남", officer_center="인천고용센터")
    document = paper(session)
    attach_document(session, document, told, decided_by="bot", actor="bot:test")
    task = ask(session, document)
    assert task.other_center == "인천고용센터"
    assert task.officer_id in {o.id for o in team[:3]}
    ours = case(session)
    assert officers.other_center(session, ours, "서울 중구 1") == ""


def test_open_questions_of_a_case_follow_it(session: Session, team: list[Officer]) -> None:
    given = case(session, officer="101")
    document = paper(session)
    attach_document(session, document, given, decided_by="bot", actor="bot:test")
    task = ask(session, document)
    assert task.officer_id == team[0].id
    officers.give_case(session, given, team[2], 5)
    session.refresh(task)
    assert task.officer_id == team[2].id


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-23 14:20", "2026-11-24 14:20"),
        ("2026-11-20 17:00", "2026-11-23 17:00"),  # a Friday's fax is not late on Saturday
        ("2026-11-20 19:00", "2026-11-24 09:00"),
        ("2026-11-21 11:00", "2026-11-24 09:00"),
        ("2026-11-23 06:00", "2026-11-24 09:00"),
    ],
)
def test_the_house_answers_within_a_business_day(received: str, due: str) -> None:
    zone = ZoneInfo("Asia/Seoul")
    told = answer_by(datetime.fromisoformat(received).replace(tzinfo=zone), 1)
    assert told == datetime.fromisoformat(due).replace(tzinfo=zone)


def test_days_are_those_of_the_center() -> None:
    assert day_of(datetime(2026, 11, 22, 15, 30, tzinfo=UTC)) == date(2026, 11, 23)
    assert office_closes(date(2026, 11, 23)) == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
