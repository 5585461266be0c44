"""Batches by files: uploaded once whatever the bank answers, its word taken in whole and once, statements entered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select, update

from bots.payments import fate
from bots.payments.iso import asking_about, collect, overdue, send, standing
from bots.payments.iso.channel import ChannelError, Doubtful
from bots.payments.iso.connect import channel
from bots.sandbox.bank.entries import Payee
from bots.sandbox.bank_files.desk import Manners
from bots.sandbox.bank_files.service import BankFilesService
from bots.sandbox.bank_files.status_xml import Report, Told, pain002
from queues import payment_batches
from queues.bots import Outcome, Work
from queues.database import session as record
from queues.days import today
from queues.models import (
    BankMessage,
    Payment,
    PaymentBatch,
    PaymentEvent,
    PaymentFile,
    PaymentOrder,
    StatementLine,
    WorkItem,
)
from tests.bots.payments.iso_world import (
    OWN,
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
        yield found


@pytest.fixture(scope="module")
def people(database_url: str) -> Treasury:
    with record() as session:
        return treasury(session)


@pytest.fixture
def quiet(service: BankFilesService) -> Iterator[None]:
    """The bank says nothing by itself."""
    manners = service.desk.manners
    manners.accepted_after, manners.done_after = None, 3600.0
    yield
    manners.accepted_after = manners.done_after = 0.0
    collected()


def names_of(session: Session, batch_id: int) -> list[str]:
    query = select(Payment.end_to_end).where(Payment.batch_id == batch_id)
    return list(session.exec(query.order_by(col(Payment.position))))


def paid_once(service: BankFilesService, session: Session, batch_id: int) -> None:
    """By the bank's own books each payment was made exactly once, for its amount."""
    session.rollback()
    for payment in session.exec(select(Payment).where(Payment.batch_id == batch_id)):
        found = service.desk.books.find(f"iso:{payment.end_to_end}")
        assert found is not None
        assert (found.state, found.amount, found.times) == ("paid", payment.amount_won, 1)


def test_a_batch_goes_and_its_answers_settle_it(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, numbers = approved_for_files(session, people, service, 5)
    service.desk.books.open_accounts([Payee("088", numbers[1], "홍길동", "closed")])
    item = Work(
        id=1,
        bot=send.SEND,
        reference=f"payment_batch:{batch_id}",
        payload={"batch_id": batch_id},
        attempt=1,
        tries=1,
    )
    assert send.run(item) == Outcome(counts={"done": 1})
    assert send.run(item) == Outcome(counts={"nothing": 1})
    first, second = files_of(session, batch_id)
    assert (first.state, first.payments, second.payments, first.tries) == ("taken", 3, 2, 1)
    assert states(session, batch_id) == ["sending"] * 5
    assert collect.run(item) == Outcome(counts={"pain.002": 4})  # received and done, of two files
    assert states(session, batch_id) == ["accepted", "rejected", "accepted", "accepted", "accepted"]
    assert [file.state for file in files_of(session, batch_id)] == ["answered"] * 2
    [rejected] = [t for t in asked(session, "payment_rejected") if t.evidence["batch_id"] == batch_id]
    assert rejected.evidence["code"] == "AC04"
    assert collect.run(item) == Outcome(idle=True)
    events = session.exec(
        select(PaymentEvent.state, PaymentEvent.message_id)
        .join(Payment, col(Payment.id) == PaymentEvent.payment_id)
        .where(Payment.batch_id == batch_id, col(PaymentEvent.state).in_(["sending", "accepted", "rejected"]))
    ).all()
    assert all(message for _, message in events)


def test_a_statement_and_a_return_are_entered_once(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 2)
    carried(batch_id)
    collected()
    name = session.exec(select(Payment.end_to_end).where(Payment.batch_id == batch_id)).first()
    service.desk.fail(str(name), today())
    service.desk.close_day(today(), OWN)
    service.desk.close_day(today(), OWN)
    assert collected() == {"camt.054": 1, "camt.053": 2}
    session.rollback()
    lines = session.exec(select(StatementLine).where(StatementLine.named == name)).all()
    assert sorted((one.source, one.kind, one.amount_won) for one in lines) == [
        ("camt.053", "return", 1_848_000), ("camt.053", "transfer", -1_848_000),
        ("camt.054", "return", 1_848_000),
    ]  # fmt: skip
    items = session.exec(select(WorkItem).where(WorkItem.bot == "payments.reconcile")).all()
    assert {"fund": "employment_insurance", "whole": True, "days": [today().isoformat()]}.items() <= items[
        -1
    ].payload["statements"][0].items()


@pytest.mark.parametrize("trouble", ["lost", "garbled", "down"])
def test_after_every_doubt_the_list_is_asked(
    service: BankFilesService, session: Session, people: Treasury, trouble: str
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 2)
    service.meet(trouble)
    with pytest.raises(Doubtful):
        sent_once(batch_id)
    assert states(session, batch_id) == ["sending"] * 2
    assert carried(batch_id) == "done"
    [file] = files_of(session, batch_id)
    assert (file.state, file.tries) == ("taken", 2 if trouble == "down" else 1)
    assert service.desk.uploads[file.msg_id].times == 1
    collected()
    paid_once(service, session, batch_id)


def test_what_the_bank_refuses_whole_is_free_again(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 2)
    service.meet("refused")
    assert carried(batch_id) == "closed"
    [file] = files_of(session, batch_id)
    assert (file.state, file.reason) == ("refused", "file_refused")
    assert states(session, batch_id) == ["rejected"] * 2
    session.rollback()
    orders = session.exec(
        select(PaymentOrder.state).join(Payment, col(Payment.order_id) == PaymentOrder.id)
        .where(Payment.batch_id == batch_id)
    ).all()  # fmt: skip
    assert orders == ["ready"] * 2
    assert file.msg_id not in service.desk.uploads
    [task] = [t for t in asked(session) if t.evidence["file_id"] == file.id]
    assert decided(task, people.head, action="seen") == "done"


def test_a_bank_that_is_away_is_waited_for(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 1)
    service.stop()
    for _ in range(2):
        with pytest.raises(ChannelError):
            sent_once(batch_id)
    service.start()
    assert carried(batch_id) == "done"
    collected()
    paid_once(service, session, batch_id)


def test_a_pause_holds_what_has_not_left_and_a_stop_frees_it(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 5)
    service.meet("down")
    with pytest.raises(Doubtful):
        sent_once(batch_id)
    payment_batches.pause(session, batch_id, "account:1")
    session.commit()
    with pytest.raises(Exception, match="pause"):
        sent_once(batch_id)
    assert states(session, batch_id) == ["sending"] * 3 + ["approved"] * 2
    payment_batches.stop(session, batch_id, "account:1")
    session.commit()
    [file] = files_of(session, batch_id)
    session.execute(
        update(PaymentFile)
        .where(col(PaymentFile.id) == file.id)
        .values(tried_at=datetime.now(UTC) - timedelta(seconds=5))
    )
    session.commit()
    assert overdue.see_to(channel(), "bot")["refused"] == 1
    assert states(session, batch_id) == ["rejected"] * 3 + ["cancelled"] * 2
    session.rollback()
    assert session.get_one(PaymentBatch, batch_id).state == "closed"


def test_one_who_does_not_promise_is_asked_by_people(
    session: Session, people: Treasury, database_url: str, tmp_path: Path
) -> None:
    with files_world(tmp_path, Manners(refuses_repeats=False), refuses_repeats=False) as service:
        batch_id, _ = approved_for_files(session, people, service, 2)
        service.meet("down")
        assert carried(batch_id) == "done"
        [file] = files_of(session, batch_id)
        assert (file.state, states(session, batch_id)) == ("unknown", ["unknown"] * 2)
        [task] = [t for t in asked(session) if t.evidence["file_id"] == file.id]
        assert decided(task, people.head, action="was_not_uploaded") == "again"  # without a reason
        [task] = [t for t in asked(session) if t.evidence["file_id"] == file.id]
        assert decided(task, people.head, action="was_not_uploaded", comment="은행 담당자가 확인함") == "done"
        assert states(session, batch_id) == ["rejected"] * 2
        assert service.desk.uploads == {}


def test_the_banks_list_goes_before_what_a_person_says(
    session: Session, people: Treasury, database_url: str, tmp_path: Path
) -> None:
    with files_world(tmp_path, refuses_repeats=False) as service:
        service.lag = 3600.0  # its list does not show it for long
        batch_id, _ = approved_for_files(session, people, service, 2)
        service.meet("lost")
        assert carried(batch_id) == "done"
        assert states(session, batch_id) == ["unknown"] * 2
        service.lag = 0.0
        [file] = files_of(session, batch_id)
        [task] = [t for t in asked(session) if t.evidence["file_id"] == file.id]
        assert decided(task, people.head, action="was_not_uploaded", comment="없다고 함") == "again"
        assert states(session, batch_id) == ["unknown"] * 2
        collected()  # its answer settles what nobody could tell
        assert states(session, batch_id) == ["accepted"] * 2
        assert not [t for t in asked(session) if t.evidence["file_id"] == file.id]
        paid_once(service, session, batch_id)


_BAD = [
    (Report("X", "M-NOBODY", datetime.now(UTC), group="ACSC"), "unknown_file"),
    (Report("X", "", datetime.now(UTC), group="ACSC", count=9), "counts"),
    (Report("X", "", datetime.now(UTC), told=(Told("E-NOBODY", "ACSC"),)), "end_to_end"),
    (Report("X", "", datetime.now(UTC), told=(Told("?", "ACSC", amount=1),)), "amount"),
    (Report("X", "", datetime.now(UTC), told=(Told("?", "ACSC"), Told("?", "RJCT"))), "twice"),
]


def test_an_answer_that_does_not_fit_has_no_effect(
    service: BankFilesService, session: Session, people: Treasury, quiet: None
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 2)
    carried(batch_id)
    [file], name = files_of(session, batch_id), names_of(session, batch_id)[0]
    for report, _ in _BAD:
        told = tuple(replace(one, end_to_end=name) if one.end_to_end == "?" else one for one in report.told)
        made = replace(report, original=report.original or file.msg_id, told=told)
        service.desk.put("pain002", pain002(made, 12))
    assert collected() == {"not_understood": len(_BAD)}
    assert states(session, batch_id) == ["sending"] * 2
    notes = session.exec(select(BankMessage.note).where(col(BankMessage.note).startswith("unreadable")))
    assert sorted(notes) == sorted(f"unreadable: {code}" for _, code in _BAD)


_WHOLE = [
    ("ACSC", (), "accepted"), ("RJCT", ("FF01",), "rejected"), ("RJCT", ("DU01",), "unknown"),
    ("ACWC", (), "sending"), ("PDNG", (), "sending"), ("XXXX", (), "sending"),
]  # fmt: skip


def test_the_word_of_the_whole_counts_for_those_not_named(
    service: BankFilesService, session: Session, people: Treasury, quiet: None
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 3 * len(_WHOLE))
    carried(batch_id)
    names = names_of(session, batch_id)
    for file, (group, reasons, _) in zip(files_of(session, batch_id), _WHOLE, strict=True):
        named = Told(names[3 * (file.part - 1)], "ACSC")
        made = Report("X", file.msg_id, datetime.now(UTC), group=group, group_reasons=reasons, told=(named,))
        for _ in range(2):
            service.desk.put("pain002", pain002(made, 13))
    assert collected() == {"pain.002": 2 * len(_WHOLE)}
    expected = [state for _, _, end in _WHOLE for state in ("accepted", end, end)]
    assert states(session, batch_id) == expected
    assert [file.state for file in files_of(session, batch_id)] == ["answered"] * 2 + ["taken"] * 4


def test_answers_that_do_not_come_are_asked_about(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 1)
    carried(batch_id)
    [file] = files_of(session, batch_id)
    session.execute(
        update(PaymentFile)
        .where(col(PaymentFile.id) == file.id)
        .values(taken_at=datetime.now(UTC) - timedelta(hours=25))
    )
    session.commit()
    assert overdue.see_to(channel(), "bot") == {"silent": 1}
    assert states(session, batch_id) == ["unknown"]
    assert [t.reason for t in asked(session) if t.evidence["file_id"] == file.id] == ["file_no_answer"]
    service.meet("broken_off", at="fetch")
    assert collected()["broken_off"] == 1
    collected()
    assert states(session, batch_id) == ["accepted"]


def test_of_what_no_answer_came_people_decide_one_by_one(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 2)
    carried(batch_id)
    [file] = files_of(session, batch_id)
    long_ago = datetime.now(UTC) - timedelta(hours=25)
    session.execute(update(PaymentFile).where(col(PaymentFile.id) == file.id).values(taken_at=long_ago))
    session.commit()
    assert overdue.see_to(channel(), "bot")["silent"] == 1
    [task] = [t for t in asked(session) if t.evidence["file_id"] == file.id]
    assert decided(task, people.head, action="seen", comment="은행에 물음") == "done"
    assert overdue.see_to(channel(), "bot")["silent"] == 0
    each = [t for t in asked(session, "payment_past_midnight") if t.evidence["batch_id"] == batch_id]
    assert len(each) == 2
    assert decided(each[0], people.head, action="ask_again") == "again"  # the bank cannot be asked about it
    assert (
        decided(each[1], people.head, action="was_paid", comment="거래내역", evidence="statement") == "done"
    )
    assert sorted(states(session, batch_id)) == ["accepted", "unknown"]
    [left] = [t for t in asked(session, "payment_past_midnight") if t.evidence["batch_id"] == batch_id]
    collected()  # it comes after all, and the question has answered itself
    assert states(session, batch_id) == ["accepted"] * 2
    assert left.id not in [t.id for t in asked(session, "payment_past_midnight")]


def test_what_a_statement_says_ends_the_question(
    service: BankFilesService, session: Session, people: Treasury, quiet: None
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 1)
    carried(batch_id)
    [file] = files_of(session, batch_id)
    with record() as changed:
        found = standing.held(changed, file.id)
        standing.unknown(changed, found, standing.FILE_DOUBT, "bot")
        asking_about.ask(changed, found, standing.FILE_DOUBT, "bot")
        [payment_id] = standing.waiting_payments(changed, found)
        fate.hear(changed, [fate.Word(payment_id, "paid", "statement")], "bot")
    assert overdue.see_to(channel(), "bot") == {"answered": 1}
    assert [one.state for one in files_of(session, batch_id)] == ["answered"]
    assert not [t for t in asked(session) if t.evidence["file_id"] == file.id]


def test_what_cannot_stand_in_a_file_is_held(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    batch_id, _ = approved_for_files(session, people, service, 2, first_account="12-34-ABC")
    assert carried(batch_id) == "done"
    assert states(session, batch_id) == ["held", "sending"]
    held = session.exec(select(Payment.id).where(Payment.batch_id == batch_id, Payment.position == 1)).one()
    [task] = [t for t in asked(session, "payment_name") if t.payment_id == held]
    assert (task.reason, task.evidence["field"]) == ("unfit_for_message", "iso_account")
    assert decided(task, people.head, action="take_off") == "done"
    collected()
    assert states(session, batch_id) == ["cancelled", "accepted"]
