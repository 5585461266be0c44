"""Decisions of which other systems hear: changes, registrations, transfers; once, and taken back."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from bots.cases.source import SourceError
from bots.intake.link import link_delivery_record
from bots.intake.reviews import ask_about_document
from bots.sandbox.outages import Outage
from queues import crypto, database, reviews, work
from queues.errors import BusinessError, Irreversible
from queues.models import (
    Application,
    Delivery,
    Document,
    Person,
    Registration,
    ReviewTask,
    Transfer,
    WorkItem,
    WorkState,
)
from tests.bots.decision_world import (
    World,
    arrive,
    casebook,
    cases_of,
    documents,
    form,
    open_task,
    open_tasks,
    stranger,
    work_off,
    world,
)

CENTER = "부산고용복지플러스센터"


@pytest.fixture(scope="module")
def here(database_url: str) -> Iterator[World]:
    with world() as made:
        yield made


def first_document(delivery_id: int) -> Document:
    with database.session() as session:
        return documents(session, delivery_id)[0]


def asked(delivery_id: int, reason: str = "differs_from_record") -> ReviewTask:
    """Somebody is asked about the first document's values."""
    with database.session() as session:
        document = documents(session, delivery_id)[0]
        delivery = session.get_one(Delivery, delivery_id)
        evidence = {"fields": ["phone"]}
        return ask_about_document(session, document, delivery, reason, evidence)


def on_file(receipt_no: str) -> tuple[str, str]:
    """Phone and account of a case as our record has it."""
    with database.session() as session:
        case = session.exec(select(Application).where(Application.receipt_no == receipt_no)).one()
        person = session.get_one(Person, case.person_id)
        return person.phone, crypto.open_(case.account_enc) if case.account_enc else ""


def test_only_accepted_differences_change_the_record_and_only_as_long_as_that_stands(here: World) -> None:
    case = casebook()[0]
    delivery_id = arrive([form(case, phone="010-7777-0001")])
    work_off()
    document = first_document(delivery_id)
    task = open_task(delivery_id, "fields") if open_tasks(delivery_id, "fields") else asked(delivery_id)
    fields = {"account": "110-555-777777", "bank": "신한은행"}
    here.decide(task.id, action="correct", fields=fields, accept=["phone"])
    work_off()
    assert cases_of(document.id) == [case.receipt_no]
    told = [m for m in here.ledger.live().values() if m["receipt_no"] == case.receipt_no]
    assert [m["changes"] for m in told] == [{"phone": "010-7777-0001"}], "the account was not accepted"
    here.pull()
    assert on_file(case.receipt_no) == ("010-7777-0001", case.person.account)
    here.undo(task.id)
    work_off()
    here.pull()
    assert on_file(case.receipt_no) == (case.person.phone, case.person.account)
    assert cases_of(document.id) == [case.receipt_no], "it was attached before the decision"
    here.same_as_record()


def test_attaching_with_a_changed_account(here: World) -> None:
    case = casebook()[1]
    delivery_id = arrive([form(stranger(case, 3))])
    task = open_task(delivery_id)
    here.decide(
        task.id, action="attach", receipt_nos=[case.receipt_no],
        fields={"account": "110-222-333333", "bank": "신한은행"}, accept=["account", "bank", "name"],
    )  # fmt: skip
    work_off()
    here.pull()
    assert on_file(case.receipt_no) == (case.person.phone, "110-222-333333")
    assert here.ledger.case(case.receipt_no)["name"] == case.person.name, (
        "a name is no change to be taken over"
    )
    here.undo(task.id)
    work_off()
    here.pull()
    assert on_file(case.receipt_no)[1] == case.person.account
    here.same_as_record()


def registered(here: World, number: int, pages: int = 1) -> tuple[int, ReviewTask, str]:
    """A paper of a stranger becomes a case: its delivery, the task, the receipt number."""
    person = stranger(casebook()[0], number)
    delivery_id = arrive([form(person)] * pages)
    task = open_tasks(delivery_id)[0]
    fields = {"name": person.person.name, "rrn": person.person.rrn, "phone": person.person.phone}
    here.decide(task.id, action="register", program="ub_application", fields=fields)
    work_off()
    with database.session() as session:
        row = session.exec(select(Registration).where(Registration.task_id == task.id)).one()
    return delivery_id, task, row.receipt_no


def test_a_registered_case_is_there_at_once_and_once(here: World) -> None:
    before = here.ledger.counts["registered"]
    person = stranger(casebook()[0], 4)
    waiting = arrive([form(person)])
    delivery_id, _, receipt_no = registered(here, 4, pages=2)
    assert here.ledger.counts["registered"] == before + 1
    with database.session() as session:
        assert [cases_of(d.id) for d in documents(session, delivery_id)] == [[receipt_no]] * 2
        assert [cases_of(d.id) for d in documents(session, waiting)] == [[receipt_no]], "what waited found it"
        case = session.exec(select(Application).where(Application.receipt_no == receipt_no)).one()
        assert (case.status, session.get_one(Person, case.person_id).name) == ("open", "남궁솔비")
    here.pull()
    with database.session() as session:
        assert len(session.exec(select(Application).where(Application.receipt_no == receipt_no)).all()) == 1
        people = session.exec(
            select(Person).where(Person.name == "남궁솔비", Person.phone == person.person.phone)
        )
        assert len(people.all()) == 1
    assert open_tasks(delivery_id) == []
    here.same_as_record()


def test_a_lost_answer_registers_nothing_twice(here: World) -> None:
    before = here.ledger.counts["registered"]
    person = stranger(casebook()[0], 5)
    delivery_id = arrive([form(person)])
    here.decide(open_task(delivery_id).id, action="register", program="ub_application", fields={})
    here.system.outages = (Outage(0.0, 1e9, "lost"),)
    work_off(failing=True)
    here.system.outages = ()
    here.pull()  # the case comes by the other way first
    with database.session() as session:
        item = session.exec(
            select(WorkItem).where(WorkItem.bot == "intake.register").order_by(col(WorkItem.id).desc())
        ).first()
        assert item is not None
        item.state = "queued"  # what the worker does after such an error
        session.add(item)
    work_off()
    assert here.ledger.counts["registered"] == before + 1
    assert len(cases_of(first_document(delivery_id).id)) == 1
    here.same_as_record()


def test_a_registration_is_taken_back_until_somebody_has_worked_on_it(here: World) -> None:
    person = stranger(casebook()[0], 6)
    waiting = arrive([form(person)])
    delivery_id, task, receipt_no = registered(here, 6)
    here.undo(task.id)
    with database.session() as session:
        again = session.get_one(ReviewTask, task.id)
        assert again.state == "decided" and reviews.undoable(session, again) == "되돌리는 중입니다."
    work_off()
    assert here.ledger.case(receipt_no)["status"] == "withdrawn"
    for delivery in (delivery_id, waiting):
        assert cases_of(first_document(delivery).id) == []
        assert open_task(delivery).reason == "not_on_file"
    here.pull()
    link_delivery_record(waiting, again=True)
    assert cases_of(first_document(waiting).id) == [], "a case that was given up is no case to be found"
    assert open_task(waiting).reason == "not_on_file"
    here.same_as_record()

    delivery_id, task, receipt_no = registered(here, 7)
    here.ledger.work_on(receipt_no)
    here.undo(task.id)
    with pytest.raises(BusinessError, match="undo_refused"):
        work_off(but=("intake.attach",))
    assert cases_of(first_document(delivery_id).id) == [receipt_no]
    here.pull()
    with database.session() as session, pytest.raises(Irreversible, match="이미 처리"):
        task = session.get_one(ReviewTask, task.id)
        reviews.undo(session, task.id, task.version, here.account)
    here.same_as_record()


def test_a_person_s_paper_in_a_new_case_keeps_it(here: World) -> None:
    _, task, receipt_no = registered(here, 8)
    other = arrive([form(stranger(casebook()[1], 9))])
    attached = open_task(other)
    here.decide(attached.id, action="attach", receipt_nos=[receipt_no])
    work_off()
    with pytest.raises(Irreversible, match="다른 서류"):
        here.undo(task.id)
    here.undo(attached.id)
    work_off()
    here.undo(task.id)
    work_off()
    assert here.ledger.case(receipt_no)["status"] == "withdrawn"
    here.same_as_record()


def test_a_refused_registration_asks_again(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 10))])
    task = open_task(delivery_id)
    here.decide(task.id, action="register", program="no_such_program", fields={})
    work_off()
    assert open_task(delivery_id).reason == "register_refused"
    here.undo(task.id)
    work_off()
    assert open_task(delivery_id).reason == "not_on_file"


def test_a_transfer_goes_with_its_pictures_and_comes_back_until_it_is_taken(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 11))] * 2)
    task = open_tasks(delivery_id)[0]
    here.decide(task.id, action="transfer", center=CENTER, comment="관할 아님", scope="delivery")
    work_off()
    with database.session() as session:
        assert [d.state for d in documents(session, delivery_id)] == ["transferred"] * 2
        keys = [t.key for t in session.exec(select(Transfer).where(Transfer.center == CENTER))]
    sent = [here.ledger.transfers[k] for k in keys]
    assert [m["center"] for m in sent] == [CENTER] * 2 and sent[0]["comment"] == "관할 아님"
    picture = base64.b64decode(sent[0]["pictures"][0]["base64"])
    assert picture.startswith(b"\x89PNG")
    here.undo(task.id)
    work_off()
    assert here.ledger.recalled == set(keys)
    assert len(open_tasks(delivery_id)) == 2, "what was decided for the whole delivery comes back whole"
    here.same_as_record()

    here.decide(task.id, action="transfer", center=CENTER, comment="관할 아님")
    work_off()
    with database.session() as session:
        rows = session.exec(select(Transfer).where(Transfer.task_id == task.id).order_by(col(Transfer.id)))
        last = rows.all()[-1]
    here.ledger.take_over(last.key)
    here.undo(task.id)
    with pytest.raises(BusinessError, match="undo_refused"):
        work_off()
    with database.session() as session:
        task = session.get_one(ReviewTask, task.id)
        assert task.state == "decided" and "인수" in reviews.undoable(session, task)
        assert session.get_one(Document, task.document_id).state == "transferred"


def test_a_center_that_nobody_knows_is_asked_about(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 12))])
    here.decide(open_task(delivery_id).id, action="transfer", center="어딘가", comment="?")
    work_off()
    assert open_task(delivery_id).reason == "unknown_center"


def test_what_was_not_told_yet_is_never_told_once_it_is_taken_back(here: World) -> None:
    sent = len(here.ledger.transfers)
    delivery_id = arrive([form(stranger(casebook()[0], 13))])
    task = open_task(delivery_id)
    here.decide(task.id, action="transfer", center=CENTER, comment="관할 아님")
    work_off(but=("intake.transfer",))
    here.undo(task.id)
    work_off(but=("intake.transfer",))
    work_off()
    assert len(here.ledger.transfers) == sent
    assert open_task(delivery_id).id == task.id


def test_system_of_record_down_nothing_is_lost(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 14))])
    task = open_task(delivery_id)
    here.decide(task.id, action="transfer", center=CENTER, comment="관할 아님")
    here.system.outages = (Outage(0.0, 1e9, "down"),)
    with pytest.raises(SourceError):
        work_off()
    here.system.outages = ()
    with database.session() as session:
        row = session.exec(select(Transfer).where(Transfer.task_id == task.id)).one()
        assert row.state == "pending"


def test_nothing_that_people_wrote_lies_open(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 15))])
    task = open_task(delivery_id)
    here.decide(task.id, action="hold", comment="비밀스러운 보류 사유")
    here.decide(task.id, action="transfer", center=CENTER, comment="비밀스러운 이송 사유")
    work_off()
    with database.session() as session:
        for table in ("review_task", "transfer", "audit_event", "work_item", "effect", "registration"):
            rows = session.execute(text(f"SELECT t::text FROM {table} t")).scalars().all()
            assert not any("비밀스러운" in row for row in rows), table


def _failed_for_good(bot: str) -> int:
    """The latest work of a bot has been tried as often as it is: a person is asked about it."""
    with database.session() as session:
        query = select(WorkItem).where(WorkItem.bot == bot).order_by(col(WorkItem.id).desc())
        item = session.exec(query).first()
        assert item is not None
        work.move(session, item, WorkState.REVIEW, "SourceError", "bot")
        return reviews.open_for_item(session, item, kind="system_error", question="?").id


@pytest.mark.parametrize("action", ["register", "transfer"])
def test_telling_that_failed_is_done_again_or_given_up_and_the_paper_is_never_in_two_places(
    here: World, action: str
) -> None:
    sent = here.ledger.counts["registered"] + len(here.ledger.transfers)
    more = (
        {"program": "ub_application"} if action == "register" else {"center": CENTER, "comment": "관할 아님"}
    )
    delivery_id = arrive([form(stranger(casebook()[0], 16 + len(action)))])
    task = open_task(delivery_id)
    here.decide(task.id, action=action, **more)
    here.system.outages = (Outage(0.0, 1e9, "down"),)
    with pytest.raises(SourceError):
        work_off()
    here.system.outages = ()
    asked = _failed_for_good(f"intake.{action}")
    with database.session() as session:
        row = session.get_one(ReviewTask, asked)
        assert (row.document_id, row.delivery_id) == (None, None), (
            "it asks about the work, not about the paper"
        )
    here.decide(asked, action="reject", comment="그만")
    work_off()
    assert open_task(delivery_id).id == task.id, "given up, the paper is asked about anew"
    here.decide(task.id, action="attach", receipt_nos=[casebook()[2].receipt_no])
    work_off()
    assert cases_of(first_document(delivery_id).id) == [casebook()[2].receipt_no]
    assert here.ledger.counts["registered"] + len(here.ledger.transfers) == sent
    here.same_as_record()


def test_a_paper_that_was_rejected_meanwhile_is_not_registered(here: World) -> None:
    before = here.ledger.counts["registered"]
    delivery_id = arrive([form(stranger(casebook()[0], 18))])
    here.decide(open_task(delivery_id).id, action="register", program="ub_application")
    work_off(but=("intake.register",))
    asked_too = asked(delivery_id, "unreadable_page")
    here.decide(asked_too.id, action="reject", comment="빈 종이")
    work_off(but=("intake.register",))
    work_off()
    assert here.ledger.counts["registered"] == before
    with database.session() as session:
        (document,) = documents(session, delivery_id)
        assert document.state == "rejected" and not cases_of(document.id)


def test_rejecting_a_delivery_gives_up_the_work_that_waits_for_a_person(here: World) -> None:
    delivery_id = arrive([form(casebook()[0])])
    with database.session() as session:
        failed = [
            work.add(
                session, "intake.link", f"given-up:{delivery_id}:{n}", payload={"delivery_id": delivery_id}
            )
            for n in (1, 2)
        ]
        for item in failed:
            work.move(session, item, WorkState.REVIEW, "SourceError", "bot")
        first, _ = [
            reviews.open_for_item(session, item, kind="system_error", question="?") for item in failed
        ]
    here.decide(first.id, action="reject", comment="광고")
    work_off()
    with database.session() as session:
        states = [session.get_one(WorkItem, item.id).state for item in failed]
    assert states == ["cancelled"] * 2 and open_tasks(delivery_id) == []
