"""Files that were uploaded again after a doubt, or whose upload was given up: nothing in them is paid twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select, update

from bots.payments.iso import overdue, standing
from bots.payments.iso.channel import Doubtful, NeverThere
from bots.payments.iso.connect import channel
from bots.sandbox.bank_files.service import BankFilesService
from bots.sandbox.bank_files.status_xml import Report, Told, pain002
from queues.database import session as record
from queues.models import Payment, PaymentBatch, PaymentFile, PaymentOrder, WorkItem
from tests.bots.payments.iso_world import (
    approved_for_files,
    asked,
    carried,
    collected,
    decided,
    files_of,
    files_world,
    sent_once,
    states,
)
from tests.queues.payment_world import Treasury, treasury


@pytest.fixture(scope="module")
def service(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankFilesService]:
    with files_world(tmp_path_factory.mktemp("files")) as found:
        found.desk.manners.accepted_after, found.desk.manners.done_after = (
            None,
            3600.0,
        )  # it says nothing by itself
        yield found


@pytest.fixture(scope="module")
def people(database_url: str) -> Treasury:
    with record() as session:
        return treasury(session)


def told(service: BankFilesService, file: PaymentFile, group: str, *named: Told, reason: str = "") -> None:
    """The bank says this of a file, and it is taken in."""
    made = Report("X", file.msg_id, datetime.now(UTC), group=group, told=named)
    service.desk.put("pain002", pain002(replace(made, group_reasons=(reason,) if reason else ()), 13))
    assert collected() == {"pain.002": 1}


def orders_of(session: Session, batch_id: int) -> set[str]:
    query = select(PaymentOrder.state).join(Payment, col(Payment.order_id) == PaymentOrder.id)
    return set(session.exec(query.where(Payment.batch_id == batch_id)))


def questions(session: Session, file: PaymentFile) -> list[str]:
    return [task.reason for task in asked(session) if task.evidence["file_id"] == file.id]


def test_a_file_uploaded_again_that_is_refused_whole_may_have_been_paid(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 3)
    service.meet("down")
    with pytest.raises(Doubtful):
        sent_once(batch_id)
    assert not files_of(session, batch_id)[0].doubted
    assert carried(batch_id) == "done"
    [file] = files_of(session, batch_id)
    assert (file.state, file.tries, file.doubted) == ("taken", 2, True)
    for _ in range(2):
        told(service, file, "RJCT", reason="FF01")
        assert states(session, batch_id) == ["unknown"] * 3
        assert orders_of(session, batch_id) == {"batched"}
        assert questions(session, file) == ["file_refused_again"]
    told(service, file, "ACTC")
    [task] = [t for t in asked(session) if t.evidence["file_id"] == file.id]
    assert decided(task, people.head, action="seen", comment="거래내역을 기다림") == "done"
    each = [t for t in asked(session, "payment_past_midnight") if t.evidence["batch_id"] == batch_id]
    assert len(each) == 3
    names = list(session.exec(select(Payment.end_to_end).where(Payment.file_id == file.id)))
    told(service, file, "PART", Told(names[0], "ACSC"), Told(names[1], "RJCT", ("AC04",)))
    assert sorted(states(session, batch_id)) == ["accepted", "rejected", "unknown"]
    [left] = [t for t in asked(session, "payment_past_midnight") if t.evidence["batch_id"] == batch_id]
    assert decided(left, people.head, action="was_paid", comment="있음", evidence="statement") == "done"
    assert overdue.see_to(channel(), "bot") == {"answered": 1}


def test_a_second_upload_that_is_refused_at_once_may_have_been_paid_with_the_first(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 2)
    service.meet("down")
    service.meet("refused")
    assert carried(batch_id) == "done"
    [file] = files_of(session, batch_id)
    assert (file.state, file.tries, file.reason) == ("unknown", 2, "file_refused_again")
    assert states(session, batch_id) == ["unknown"] * 2 and orders_of(session, batch_id) == {"batched"}
    [task] = [t for t in asked(session) if t.evidence["file_id"] == file.id]
    assert decided(task, people.head, action="was_not_uploaded", comment="없다고 함") == "again"
    [task] = [t for t in asked(session) if t.evidence["file_id"] == file.id]
    assert "지급마다 거래내역으로" in task.question
    assert states(session, batch_id) == ["unknown"] * 2
    told(service, file, "ACSC")
    assert states(session, batch_id) == ["accepted"] * 2
    assert not questions(session, file)


def test_tries_that_never_connected_are_no_doubt(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 2)
    service.stop()
    with pytest.raises(NeverThere):
        sent_once(batch_id)
    service.start()
    assert carried(batch_id) == "done"
    [file] = files_of(session, batch_id)
    assert (file.state, file.tries, file.doubted) == ("taken", 2, False)
    for _ in range(2):
        told(service, file, "RJCT", reason="FF01")
        assert states(session, batch_id) == ["rejected"] * 2
        assert orders_of(session, batch_id) == {"ready"}
        assert questions(session, file) == ["file_refused"]


def test_a_try_that_never_connected_does_not_end_an_earlier_doubt(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 1)
    service.meet("down")
    with pytest.raises(Doubtful):
        sent_once(batch_id)
    [file] = files_of(session, batch_id)
    with record() as changed:
        standing.tried(changed, standing.held(changed, file.id), "bot")
    standing.came_of_try(file.id, 2, standing.NEVER_THERE, "bot")
    assert carried(batch_id) == "done"
    [file] = files_of(session, batch_id)
    assert (file.tries, file.doubted) == (3, True)


def test_the_mark_of_a_doubt_stays(service: BankFilesService, session: Session, people: Treasury) -> None:
    batch_id, _ = approved_for_files(session, people, service, 1)
    carried(batch_id)
    [file] = files_of(session, batch_id)
    change = text("UPDATE payment_file SET doubted = :doubted WHERE id = :id")
    session.execute(change, {"doubted": True, "id": file.id})
    with pytest.raises(DBAPIError, match="cannot be changed"), session.begin_nested():
        session.execute(change, {"doubted": False, "id": file.id})
    session.rollback()


@pytest.mark.parametrize(("trouble", "state"), [("lost", "taken"), ("down", "leaving")])
def test_where_the_upload_was_given_up_the_list_is_asked(
    service: BankFilesService, session: Session, people: Treasury, trouble: str, state: str
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 1)
    service.meet(trouble)
    with pytest.raises(Doubtful):
        sent_once(batch_id)
    [file] = files_of(session, batch_id)
    tried_at = text("UPDATE payment_file SET tried_at = tried_at - interval '5 seconds' WHERE id = :id")
    session.execute(tried_at, {"id": file.id})
    session.commit()
    assert overdue.see_to(channel(), "bot") == {}  # somebody is at it
    work = update(WorkItem).where(col(WorkItem.reference) == f"payment_batch:{batch_id}")
    session.execute(work.where(col(WorkItem.bot) == "payments.iso_send").values(state="review"))
    session.commit()
    assert overdue.see_to(channel(), "bot") == ({"taken": 1} if state == "taken" else {})
    [file] = files_of(session, batch_id)
    assert (file.state, file.tries, session.get_one(PaymentBatch, batch_id).state) == (state, 1, "running")
    assert carried(batch_id) == "done"
    assert service.desk.uploads[file.msg_id].times == 1


def test_the_bank_cannot_be_asked_again_about_a_payment_of_a_file(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 1)
    carried(batch_id)
    [file] = files_of(session, batch_id)
    told(service, file, "RJCT", reason="DU01")
    [task] = [t for t in asked(session, "payment_number_clash") if t.evidence["batch_id"] == batch_id]
    assert decided(task, people.head, action="ask_again") == "again"
    [task] = [t for t in asked(session, "payment_number_clash") if t.evidence["batch_id"] == batch_id]
    assert task.question.startswith("파일로 보낸 지급은 전문으로 물을 수 없습니다.")
    assert states(session, batch_id) == ["unknown"]
