"""What a person corrected, attached, rejected or objected to is as it was, once it is taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from bots.intake.decide import apply_decision
from bots.intake.link import link_delivery_record
from bots.intake.reviews import ask_about_delivery, ask_about_document
from queues import crypto, database, reviews, work
from queues.errors import Irreversible, StaleDecision
from queues.models import (
    Application,
    Attachment,
    Correction,
    Delivery,
    Document,
    ReadField,
    ReviewTask,
    SupplementRequest,
    WorkItem,
)
from queues.sealed_fields import decided_comment
from queues.undoing import undo_effect
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


@pytest.fixture(scope="module")
def here(database_url: str) -> Iterator[World]:
    with world() as made:
        yield made


def payroll(*people: tuple[str, str]) -> list[str]:
    rows = [f"{n} {name} {rrn} 2,500,000" for n, (name, rrn) in enumerate(people, 1)]
    return ["임금대장", "사업장명 : 가온상사", "번호 성명 주민등록번호 임금총액", *rows]


def first(delivery_id: int) -> Document:
    with database.session() as session:
        return documents(session, delivery_id)[0]


def fields_of(document_id: int, person: int = 0) -> dict[str, str]:
    with database.session() as session:
        query = select(ReadField).where(ReadField.document_id == document_id, ReadField.person == person)
        return {f.name: crypto.open_(f.value_enc) if f.value_enc else "" for f in session.exec(query)}


def everything(session: Session, delivery_id: int) -> str:
    """All that a person could see of a delivery's papers, but versions and the times of telling."""
    rows = []
    for d in documents(session, delivery_id):
        read = select(ReadField).where(ReadField.document_id == d.id)
        values = sorted(
            (
                f.person,
                f.name,
                crypto.open_(f.value_enc or b"") if f.value_enc else "",
                f.doubtful,
                f.confidence,
            )
            for f in session.exec(read)
        )
        live = select(Attachment).where(Attachment.document_id == d.id, col(Attachment.undone_at).is_(None))
        attached = sorted((a.application_id, a.decided_by, str(a.decided_at)) for a in session.exec(live))
        rows.append([d.id, d.position, d.type, d.pages, d.state, d.reason, values, attached])
    tasks = select(ReviewTask).where(
        ReviewTask.delivery_id == delivery_id, col(ReviewTask.state).in_(["open", "claimed"])
    )
    asked = sorted((t.id, t.kind, t.reason) for t in session.exec(tasks))
    return json.dumps(
        [rows, asked, session.get_one(Delivery, delivery_id).state], ensure_ascii=False, default=str
    )


@pytest.mark.parametrize(
    "decision",
    [
        {"action": "attach", "fields": {"name": "김다른"}},
        {"action": "attach", "type": "ub_recognition"},
        {"action": "correct", "fields": {"phone": "010-0000-0001"}},
        {"action": "reject", "comment": "우리 센터의 서류가 아님"},
        {"action": "hold", "comment": "전화 확인 중", "until": "2026-12-01"},
    ],
)
def test_undone_it_is_as_it_was(here: World, decision: dict[str, object]) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 20))])
    with database.session() as session:
        before = everything(session, delivery_id)
    task = open_task(delivery_id)
    if decision["action"] == "attach":
        decision = {**decision, "receipt_nos": [casebook()[0].receipt_no]}
    here.decide(task.id, **decision)
    work_off()
    here.undo(task.id)
    work_off()
    with database.session() as session:
        assert everything(session, delivery_id) == before
        assert session.get_one(ReviewTask, task.id).held_until is None
    here.same_as_record()


def test_what_is_not_carried_out_yet_is_simply_not_done(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 21))])
    task = open_task(delivery_id)
    here.decide(task.id, action="attach", receipt_nos=[casebook()[0].receipt_no])
    here.undo(task.id)
    apply_decision(task.id)
    work_off()
    assert cases_of(first(delivery_id).id) == []
    here.decide(task.id, action="attach", receipt_nos=[casebook()[1].receipt_no])
    work_off()
    assert cases_of(first(delivery_id).id) == [casebook()[1].receipt_no]


def test_a_new_decision_waits_for_the_old_one_to_be_undone(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 22))])
    task = open_task(delivery_id)
    here.decide(task.id, action="attach", receipt_nos=[casebook()[0].receipt_no], type="ub_recognition")
    work_off()
    here.undo(task.id)
    here.decide(task.id, action="attach", receipt_nos=[casebook()[1].receipt_no])
    work_off(but=("intake.undo_decision",))
    document = first(delivery_id)
    assert cases_of(document.id) == [casebook()[1].receipt_no]
    assert document.type == "ub_application", "the first decision's type is gone as well"
    work_off()
    assert cases_of(document.id) == [casebook()[1].receipt_no]
    here.same_as_record()


def test_a_paper_that_moved_goes_back_to_where_the_bot_had_put_it(here: World) -> None:
    case, other = casebook()[0], casebook()[1]
    delivery_id = arrive([form(case)])
    work_off()
    document = first(delivery_id)
    with database.session() as session:
        row = session.get_one(Document, document.id)
        ask_about_document(session, row, session.get_one(Delivery, delivery_id), "doubtful_fields")
    task = open_task(delivery_id, "fields")
    here.decide(task.id, action="attach", receipt_nos=[other.receipt_no])
    work_off()
    assert cases_of(document.id) == [other.receipt_no]
    here.undo(task.id)
    work_off()
    assert cases_of(document.id) == [case.receipt_no]
    with database.session() as session:
        live = select(Attachment).where(
            Attachment.document_id == document.id, col(Attachment.undone_at).is_(None)
        )
        attachment = session.exec(live).one()
        assert attachment.decided_by == "bot" and attachment.probability is not None and attachment.evidence
    here.same_as_record()


def test_later_decisions_are_taken_back_first(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 23))])
    early = open_task(delivery_id)
    here.decide(early.id, action="attach", receipt_nos=[casebook()[0].receipt_no])
    work_off()
    with database.session() as session:
        row = documents(session, delivery_id)[0]
        ask_about_document(session, row, session.get_one(Delivery, delivery_id), "doubtful_fields")
    late = open_task(delivery_id, "fields")
    here.decide(late.id, action="correct", fields={"phone": "010-0000-0002"})
    for carried_out in (False, True):
        if carried_out:
            work_off()
        with pytest.raises(Irreversible, match="나중에 한 결정"):
            here.undo(early.id)
    here.undo(late.id)
    work_off()
    here.undo(early.id)
    work_off()
    assert cases_of(first(delivery_id).id) == []


def test_a_case_that_was_closed_since_keeps_its_papers(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 24))])
    task = open_task(delivery_id)
    case = casebook()[2]
    here.decide(task.id, action="attach", receipt_nos=[case.receipt_no])
    work_off()
    with database.session() as session:
        row = session.exec(select(Application).where(Application.receipt_no == case.receipt_no)).one()
        row.status = "closed"
        session.add(row)
    with pytest.raises(Irreversible, match="종결"):
        here.undo(task.id)
    with database.session() as session:
        row = session.get_one(Application, row.id)
        row.status = "open"
        session.add(row)


def test_pressed_twice_and_from_a_stale_screen(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 25))])
    task = open_task(delivery_id)
    decided = here.decide(task.id, action="reject", comment="잘못 옴")
    work_off()
    with database.session() as session:
        once = reviews.undo(session, task.id, decided.version, here.account)
        twice = reviews.undo(session, task.id, decided.version, here.account)
        assert once is twice
    here.decide(task.id, action="reject", comment="역시 잘못 옴")
    with database.session() as session, pytest.raises(StaleDecision):
        reviews.undo(session, task.id, decided.version, here.account)
    work_off()
    assert first(delivery_id).state == "rejected"


def test_a_whole_delivery_rejected_comes_back_whole(here: World) -> None:
    case = casebook()[0]
    delivery_id = arrive([form(case), form(stranger(case, 26))])
    work_off()
    with database.session() as session:
        delivery = session.get_one(Delivery, delivery_id)
        task = ask_about_delivery(session, delivery, "receive_errors", "?")
        other = reviews.open_task(session, kind="system_error", reason="x", delivery_id=delivery_id)
        delivery.state = "review"
        session.flush()
        before = everything(session, delivery_id)
    here.decide(task.id, action="reject", comment="잘못 옴")
    work_off()
    with database.session() as session:
        assert {d.state for d in documents(session, delivery_id)} == {"rejected"}
    here.undo(task.id)
    work_off()
    with database.session() as session:
        assert everything(session, delivery_id) == before
        assert session.get_one(ReviewTask, other.id).state == "open"
    here.same_as_record()


def test_another_type_is_read_anew_and_what_was_typed_stays(here: World) -> None:
    case = casebook()[0]
    delivery_id = arrive([payroll((case.person.name, case.person.rrn), ("박둘째", "900101-2345674"))])
    document = first(delivery_id)
    assert document.type == "payroll"
    task = open_task(delivery_id) if open_tasks(delivery_id) else None
    if task is None:
        with database.session() as session:
            row = session.get_one(Document, document.id)
            ask_about_document(session, row, session.get_one(Delivery, delivery_id), "doubtful_fields")
        task = open_tasks(delivery_id)[0]
    read_before, person_before = fields_of(document.id), fields_of(document.id, 2)
    here.decide(
        task.id, action="correct", fields={"company": "가온 상사(주)"}, people={"2": {"name": "박두째"}}
    )  # fmt: skip
    work_off()
    assert fields_of(document.id)["company"] == "가온 상사(주)"
    assert fields_of(document.id, 2) == {**person_before, "name": "박두째"}
    with database.session() as session:
        row = session.get_one(Document, document.id)
        asked = ask_about_document(session, row, session.get_one(Delivery, delivery_id), "doubtful_fields")
    here.decide(asked.id, action="correct", type="employment_contract")
    work_off()
    assert first(delivery_id).type == "employment_contract"
    assert fields_of(document.id)["company"] == "가온 상사(주)", "what a person typed stays"
    assert set(fields_of(document.id, 2)) <= {"name"}, "a contract names no list of people"
    here.undo(asked.id)
    work_off()
    if task.id != asked.id:
        here.undo(task.id)
        work_off()
        assert fields_of(document.id) == read_before
        assert fields_of(document.id, 2) == person_before


def test_corrections_are_kept_as_labelled_data_and_go_with_the_undo(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 27))])
    task = open_task(delivery_id)
    with database.session() as session:
        row = session.get_one(ReviewTask, task.id)
        row.evidence = {"fields": ["rrn"]}
        session.add(row)
    rrn = stranger(casebook()[0], 27).person.rrn
    here.decide(
        task.id, action="attach", receipt_nos=[casebook()[0].receipt_no], type="ub_recognition",
        fields={"name": "남궁솔미"},
    )  # fmt: skip
    work_off()
    with database.session() as session:
        kept = session.exec(select(Correction).where(Correction.delivery_id == delivery_id)).all()
        said = {
            (c.kind, c.name): (crypto.open_(c.read_enc or b""), crypto.open_(c.right_enc or b""))
            for c in kept
        }
        assert said == {
            ("type", ""): ("ub_application", "ub_recognition"),
            ("field", "name"): ("남궁솔비", "남궁솔미"),
            ("field", "rrn"): (rrn, rrn),
        }, "what was asked about and left as it is was found right"
        assert all(c.page == 1 and c.image_sha256 and c.reader_version for c in kept)
        assert next(c for c in kept if c.name == "name").box is not None
        stored = session.execute(text("SELECT t::text FROM correction t")).scalars().all()
        assert not any("남궁" in line for line in stored)
    here.undo(task.id)
    work_off()
    with database.session() as session:
        kept = session.exec(select(Correction).where(Correction.delivery_id == delivery_id)).all()
        assert len(kept) == 3 and all(c.undone_at for c in kept)


def test_an_objection_takes_the_bot_s_attachment_off_and_asks(here: World) -> None:
    case = casebook()[0]
    delivery_id = arrive([form(case)])
    work_off()
    document = first(delivery_id)
    with database.session() as session:
        live = select(Attachment).where(
            Attachment.document_id == document.id, col(Attachment.undone_at).is_(None)
        )
        attachment = session.exec(live).one()
        task = reviews.object_to(session, attachment.id, here.account, "비밀: 다른 사람의 서류")
    work_off()
    assert cases_of(document.id) == []
    task = open_task(delivery_id, "link")
    assert task.reason == "objected"
    assert decided_comment(task.evidence) == "비밀: 다른 사람의 서류"
    with database.session() as session:
        rows = session.execute(text("SELECT t::text FROM review_task t")).scalars().all()
        assert not any("비밀" in row for row in rows)
        with pytest.raises(StaleDecision):
            reviews.object_to(session, attachment.id, here.account, "again")
        session.rollback()
    here.same_as_record()
    link_delivery_record(delivery_id, again=True)
    assert cases_of(document.id) == [], "the bot does not put it back"
    with database.session() as session:
        (effect_id,) = session.execute(
            text("SELECT id FROM effect WHERE kind = 'objection' AND delivery_id = :d"), {"d": delivery_id}
        ).one()
        undo_effect(session, effect_id, here.account)
    work_off()
    assert cases_of(document.id) == [case.receipt_no]
    assert open_tasks(delivery_id, "link") == []
    here.same_as_record()


def test_work_that_was_started_again_is_stopped_or_stands(here: World) -> None:
    def failed(reference: str) -> tuple[int, int]:
        with database.session() as session:
            item = work.add(session, "intake.scanless", reference)
            item.state, item.error_code, item.error_text = "review", "broken", "broken"
            session.add(item)
            task = reviews.open_for_item(session, item, kind="system_error", question="?")
            return item.id, task.id

    def again(reference: str) -> WorkItem:
        with database.session() as session:
            query = select(WorkItem).where(WorkItem.reference == reference).order_by(col(WorkItem.id).desc())
            return session.exec(query).first()  # type: ignore[return-value]

    for finished in (False, True):
        reference = f"again:{finished}"
        _, task_id = failed(reference)
        here.decide(task_id, action="correct")
        work_off()
        item = again(reference)
        assert item.attempt == 2
        if finished:
            with database.session() as session:
                row = session.get_one(WorkItem, item.id)
                row.state = "done"
                session.add(row)
            with pytest.raises(Irreversible, match="끝났습니다"):
                here.undo(task_id)
        else:
            here.undo(task_id)
            work_off()
            assert again(reference).state == "cancelled"


def test_work_that_was_given_up_waits_for_a_person_again(here: World) -> None:
    with database.session() as session:
        item = work.add(session, "intake.scanless", "given-up")
        item.state, item.error_code, item.error_text = "review", "broken", "broken"
        session.add(item)
        task = reviews.open_for_item(session, item, kind="system_error", question="?")
    for _ in range(2):
        here.decide(task.id, action="reject", comment="필요 없음")
        work_off()
        with database.session() as session:
            assert session.get_one(WorkItem, item.id).state == "cancelled"
        here.undo(task.id)
        work_off()
        with database.session() as session:
            assert session.get_one(WorkItem, item.id).state == "review"
            assert session.get_one(ReviewTask, task.id).state == "open"


def test_a_request_without_papers_is_withdrawn_not_satisfied(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 28))])
    task = open_task(delivery_id)
    case = casebook()[3] if len(casebook()) > 3 else casebook()[2]
    here.decide(task.id, action="attach", receipt_nos=[case.receipt_no])
    work_off()
    with database.session() as session:
        row = session.exec(select(Application).where(Application.receipt_no == case.receipt_no)).one()
        request = session.exec(
            select(SupplementRequest).where(SupplementRequest.application_id == row.id)
        ).one()
        assert request.state == "draft"
    here.undo(task.id)
    work_off()
    with database.session() as session:
        request = session.get_one(SupplementRequest, request.id)
        assert request.state == "withdrawn" and request.missing
