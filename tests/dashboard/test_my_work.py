"""내 업무함 and the review list: what is in them, in which order, for whom, and who may give it away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bots.intake.attach import attach_document
from dashboard.acts import assigning
from dashboard.acts.assigning import CannotAssign
from dashboard.acts.rights import NotAllowed
from dashboard.reads import my_work
from dashboard.reads.my_work import BACK, HELD, PAPERS, REVIEW
from dashboard.reads.officers import laden, seat_of
from dashboard.reads.review_counts import ALL, FREE, MINE, OVERDUE, TEAM, Wanted, tally
from dashboard.reads.review_list import waiting
from dashboard.visitor import Visitor
from queues import absences, database
from queues.accounts import find
from queues.days import office_closes, today
from queues.models import (
    Account,
    Application,
    AuditEvent,
    Delivery,
    Document,
    NewPaper,
    Officer,
    Person,
    ReviewTask,
)
from queues.whose import Circle, circle_of
from tests.dashboard.filling import people

NOW = datetime.now(UTC)


class Office:
    """staff and second are officers of one team, super of another; what they have to do is put in by tests."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.accounts = people(session)
        self.officers = {
            name: Officer(number=name, name=shown, team=team)
            for name, shown, team in (
                ("staff", "이담당", "실업급여과"),
                ("second", "정담당", "실업급여과"),
                ("super", "박관리", "취업지원과"),
            )
        }
        session.add_all(self.officers.values())
        session.flush()
        for name, officer in self.officers.items():
            self.accounts[name].officer_id = officer.id
        session.commit()

    def visitor(self, name: str) -> Visitor:
        account = find(self.session, name)
        assert account is not None
        return Visitor(account.id, name, account.display_name, account.role, "127.0.0.1", "s")

    def circle(self, name: str) -> Circle:
        return circle_of(self.session, self.accounts[name].id)

    def delivery(self) -> Delivery:
        count = len(self.session.exec(select(Delivery.id)).all())
        delivery = Delivery(
            source="fax:main", source_ref=f"ref-{count}", received_at=NOW, sender_name="한빛", page_count=1,
            original_sha256="0" * 64,
        )  # fmt: skip
        self.session.add(delivery)
        self.session.flush()
        return delivery

    def task(self, officer: str | None, hours: float, reason: str = "doubtful", **more: object) -> ReviewTask:
        delivery = self.delivery()
        task = ReviewTask(
            kind="unreadable", subject=f"delivery:{delivery.id}", delivery_id=delivery.id, reason=reason,
            due_at=NOW + timedelta(hours=hours), source="fax",
            officer_id=self.officers[officer].id if officer else None, **more,
        )  # fmt: skip
        self.session.add(task)
        self.session.flush()
        return task

    def case(self, officer: str, due_on: date | None, *types: str) -> Application:
        count = len(self.session.exec(select(Application.id)).all())
        person = Person(source_key=f"P{count}", name="홍길동")
        self.session.add(person)
        self.session.flush()
        application = Application(
            receipt_no=f"2026-UB-{count:07d}", program="ub_application", person_id=person.id,
            officer_id=self.officers[officer].id, officer_by="source", due_on=due_on,
        )  # fmt: skip
        self.session.add(application)
        self.session.flush()
        for position, kind in enumerate(types):
            document = Document(
                delivery_id=self.delivery().id, position=position, type=kind, pages=[1], state="read"
            )
            self.session.add(document)
            self.session.flush()
            attach_document(self.session, document, application, decided_by="bot", actor="bot:test")
        return application

    def list(self, name: str, *kinds: str, **more: bool) -> list[str]:
        kinds = kinds or (REVIEW, PAPERS, BACK)
        account = self.accounts[name].id
        return [j.key for j in my_work.jobs(self.session, self.circle(name), account, kinds, **more)]


@pytest.fixture(scope="module")
def _put_in(database_url: str) -> None:
    with database.session() as session:
        Office(session)


@pytest.fixture
def office(session: Session, _put_in: None) -> Iterator[Office]:
    """What a test puts in is gone after it."""
    made = Office.__new__(Office)
    made.session = session
    made.accounts = {a.username: a for a in session.exec(select(Account))}
    made.officers = {o.number: o for o in session.exec(select(Officer))}
    yield made
    session.rollback()


def test_my_list_is_by_deadline_with_papers_and_questions_together(office: Office) -> None:
    late = office.task("staff", -3)
    soon = office.task("staff", 2)
    far = office.task("staff", 24 * 30)
    undated = office.case("staff", None, "id_card")
    paper = office.case("staff", today() + timedelta(days=9), "bankbook_copy", "id_card")
    office.task("second", -5)
    office.task(None, -5)
    assert office.list("staff") == [
        f"task-{late.id}", f"task-{soon.id}", f"case-{paper.id}", f"task-{far.id}", f"case-{undated.id}",
    ]  # fmt: skip
    assert office.list("staff", PAPERS) == [f"case-{paper.id}", f"case-{undated.id}"]
    assert office.list("staff", overdue=True) == [f"task-{late.id}"]
    load = my_work.load(office.session, office.circle("staff"), office.accounts["staff"].id)
    assert (load.by_kind, load.overdue, load.due) == ({REVIEW: 3, PAPERS: 2}, 1, 5)
    (shown,) = [
        j.papers
        for j in my_work.jobs(office.session, office.circle("staff"), 1)
        if j.key == f"case-{paper.id}"
    ]
    assert shown is not None
    assert (shown.name, shown.titles) == ("홍*동", ["통장사본", "신분증"])
    assert shown.missing == ("수급자격 인정신청서", "이직확인서")
    first = my_work.jobs(office.session, office.circle("staff"), 1, [PAPERS])[0]
    assert first.due_at == office_closes(today() + timedelta(days=9))


def test_what_was_put_off_comes_back(office: Office) -> None:
    me = office.accounts["staff"].id
    held = office.task("staff", 1, held_until=NOW + timedelta(days=1), decided_by=me)
    back = office.task("staff", 2, held_until=NOW - timedelta(minutes=1), decided_by=me)
    of_nobody = office.task(None, 3, held_until=NOW - timedelta(minutes=1), decided_by=me)
    in_hand = office.task("second", 4, state="claimed", claimed_by=me, claimed_until=NOW + timedelta(hours=1))
    assert office.list("staff") == [f"task-{t.id}" for t in (back, of_nobody, in_hand)]
    assert office.list("staff", BACK) == [f"task-{t.id}" for t in (back, of_nobody)]
    assert office.list("staff", HELD) == [f"task-{held.id}"]
    load = my_work.load(office.session, office.circle("staff"), me)
    assert (load.by_kind[HELD], load.due, load.overdue) == (1, 3, 0)


def test_who_stands_in_sees_the_work_of_the_absent_marked(office: Office) -> None:
    theirs, mine = office.task("second", 1), office.task("staff", 2)
    paper = office.case("second", today() + timedelta(days=1), "id_card")
    assert office.list("staff") == [f"task-{mine.id}"]
    absences.announce(
        office.session, office.officers["second"].id, office.officers["staff"].id, today(), today()
    )
    circle = office.circle("staff")
    jobs = my_work.jobs(office.session, circle, office.accounts["staff"].id)
    assert [j.key for j in jobs] == [f"task-{theirs.id}", f"task-{mine.id}", f"case-{paper.id}"]
    assert [(j.task or j.papers).stand_in for j in jobs] == [True, False, True]  # type: ignore[union-attr]
    seat = seat_of(office.session, circle)
    assert seat.standing_in == (("정담당", today()),)
    away = seat_of(office.session, office.circle("second"))
    assert (away.away_until, away.acting) == (today(), "이담당")
    assert [(r.officer.number, r.away, r.acting) for r in laden(office.session) if r.away] == [
        ("second", True, "이담당")
    ]
    assigning.look_at(office.session, office.visitor("staff"), paper.id)
    assert office.list("staff", PAPERS) == [], "who stands in looks for the absent"


def test_only_its_officer_takes_a_paper_out_of_the_list(office: Office) -> None:
    paper = office.case("staff", today(), "id_card")
    document = office.session.exec(
        select(NewPaper.document_id).where(NewPaper.application_id == paper.id)
    ).one()
    for name in ("second", "super"):
        assigning.look_at(office.session, office.visitor(name), paper.id)
    assert office.list("staff") == [f"case-{paper.id}"]
    assigning.look_at(office.session, office.visitor("staff"), paper.id)
    assert office.list("staff") == []
    assigning.put_back(office.session, office.visitor("staff"), paper.id, [document])
    assert office.list("staff") == [f"case-{paper.id}"]
    with pytest.raises(NotAllowed):
        assigning.look_at(office.session, office.visitor("counsel"), paper.id)


def test_supervisors_give_work_to_others_and_it_is_audited(office: Office) -> None:
    task = office.task("staff", 1)
    paper = office.case("staff", today() + timedelta(days=3), "id_card")
    to = office.officers["second"].id
    for name in ("staff", "counsel"):
        with pytest.raises(NotAllowed):
            assigning.give_tasks(office.session, office.visitor(name), [task.id], to)
        with pytest.raises(NotAllowed):
            assigning.give_cases(office.session, office.visitor(name), [paper.id], to)
    boss = office.visitor("super")
    assert assigning.give_tasks(office.session, boss, [task.id, task.id, 10**9], to) == 1
    assert assigning.give_cases(office.session, boss, [paper.id], to) == 1
    assert assigning.give_cases(office.session, boss, [paper.id], to) == 0
    office.session.flush()
    assert office.list("staff") == []
    assert office.list("second") == [f"task-{task.id}", f"case-{paper.id}"]
    with pytest.raises(CannotAssign):
        assigning.give_tasks(office.session, boss, [task.id], 10**9)
    assert assigning.give_tasks(office.session, boss, [task.id], None) == 1
    acts = office.session.exec(select(AuditEvent.action).where(AuditEvent.actor == boss.actor)).all()
    assert sorted(acts) == ["application.assign", "review.assign", "review.assign"]


def test_absences_are_entered_by_oneself_or_a_supervisor(office: Office) -> None:
    staff, second = office.officers["staff"].id, office.officers["second"].id
    day = today()
    with pytest.raises(NotAllowed):
        assigning.announce_absence(office.session, office.visitor("staff"), second, staff, day, day)
    own = assigning.announce_absence(office.session, office.visitor("staff"), staff, second, day, day)
    for name in ("second", "counsel"):
        with pytest.raises(NotAllowed):
            assigning.end_absence(office.session, office.visitor(name), own.id)
    with pytest.raises(CannotAssign, match="돌고"):
        assigning.announce_absence(office.session, office.visitor("super"), second, staff, day, day)
    assigning.end_absence(office.session, office.visitor("super"), own.id)
    office.session.flush()
    assigning.announce_absence(office.session, office.visitor("super"), second, staff, day, day)


def test_the_review_list_is_narrowed_paged_and_counted(office: Office) -> None:
    mine = [office.task("staff", n + 1, "closed_case").id for n in range(60)]
    late = office.task("second", -1, "doubtful").id
    free = office.task(None, 100, "doubtful", program="nes_application").id
    office.task("super", 5, "doubtful", held_until=NOW + timedelta(hours=9))
    me, circle = office.accounts["staff"].id, office.circle("staff")

    def shown(wanted: Wanted, page: int = 0) -> list[int]:
        return [r.task_id for r in waiting(office.session, me, wanted, page=page)]

    assert shown(Wanted(ALL)) == [late, *mine[:49]]
    assert shown(Wanted(ALL), 1) == [*mine[49:], free]
    assert shown(Wanted(MINE), 1) == mine[50:]
    assert shown(Wanted(FREE)) == [free]
    assert shown(Wanted(TEAM, reason="doubtful")) == [late]
    assert shown(Wanted(ALL, OVERDUE)) == [late]
    assert shown(Wanted(ALL, program="nes_application")) == [free]
    assert shown(Wanted(ALL, source="mail")) == []
    assert shown(Wanted(ALL, words="한빛", reason="doubtful")) == [late, free]
    assert shown(Wanted(ALL, words="없는곳")) == []
    counted = tally(office.session, circle)
    for wanted in (
        Wanted(ALL),
        Wanted(MINE),
        Wanted(FREE),
        Wanted(TEAM),
        Wanted(ALL, OVERDUE),
        Wanted(ALL, reason="doubtful"),
        Wanted(TEAM, reason="closed_case", source="fax"),
        Wanted(ALL, "held"),
    ):
        pages = [shown(wanted, page) for page in (0, 1)]
        assert counted.total(wanted) == sum(map(len, pages)), wanted
    assert counted.by("reason", Wanted(ALL, reason="doubtful")) == {"closed_case": 60, "doubtful": 2}
