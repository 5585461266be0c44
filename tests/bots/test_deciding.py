"""What people decide against what the bots do: nothing twice, nothing over their heads, nothing hidden."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bots.cases.persist import upsert_cases
from bots.cases.source import CaseRow
from bots.intake import attach
from bots.intake.arrival import arrival
from bots.intake.attach import attach_document
from bots.intake.decide import apply_decision
from bots.intake.link import link_delivery_record
from bots.intake.papers import write_documents
from bots.intake.repeats import Repeat, goes_elsewhere
from bots.intake.reviews import ask_about_delivery, ask_about_document
from bots.sandbox.record_system import Ledger, RecordSystem
from ocr.types import DocumentRead, FieldValue
from queues import accounts, database, reviews
from queues.bots import Work
from queues.deliveries import Arrived, enter
from queues.models import (
    Account,
    Application,
    Attachment,
    Delivery,
    DeliveryState,
    Document,
    Person,
    ReviewTask,
    Role,
    WorkItem,
)
from tests.conftest import environment

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
KIM = CaseRow("2026-UB-2000011", "ub_application", "open", "김서연", "900101-2345678", phone="010-1111-2222")
LEE = CaseRow("2026-UB-2000022", "ub_application", "open", "이도현", "850505-1234567", phone="010-3333-4444")
PARK = CaseRow("2026-UB-3100417", "ub_application", "open", "박하린", "770707-2222222", phone="010-5555-6666")
JUNG = CaseRow("2026-UB-3258093", "ub_application", "open", "정우진", "681230-1357913", phone="010-6161-7272")
SEO = CaseRow("2026-UB-3390764", "ub_application", "open", "서가온", "930415-2468024", phone="010-9090-1313")
NOBODY = CaseRow(
    "2026-UB-3471182", "ub_application", "open", "노아람", "880222-2793456", phone="010-2727-3838"
)


@pytest.fixture(scope="module", autouse=True)
def account(database_url: str) -> Account:
    with database.session() as session:
        upsert_cases(session, [KIM, LEE])
        return accounts.create(session, "second-look", "correct horse", role=Role.STAFF)


def read_of(case: CaseRow, kind: str = "ub_application") -> DocumentRead:
    said = {"name": case.name, "rrn": case.rrn, "receipt_no": case.receipt_no, "phone": case.phone}
    values = {n: FieldValue(n, v, v, 0.99, False, 1) for n, v in said.items() if v}
    return DocumentRead((1,), kind, 0.99, values)


def brought(name: str, *reads: DocumentRead, state: DeliveryState = DeliveryState.READ) -> int:
    """A delivery as reading leaves it."""
    delivery_id = enter(Arrived("deciding", name, NOW, "0" * 64, name))
    with database.session() as session:
        write_documents(session, delivery_id, reads)
        delivery = session.get_one(Delivery, delivery_id)
        delivery.state = state
        session.add(delivery)
    return delivery_id


def only_document(session: Session, delivery_id: int) -> Document:
    return session.exec(select(Document).where(Document.delivery_id == delivery_id)).one()


def cases_of(session: Session, delivery_id: int) -> list[str]:
    query = (
        select(Application.receipt_no)
        .join(Attachment, col(Attachment.application_id) == col(Application.id))
        .join(Document, col(Attachment.document_id) == col(Document.id))
        .where(Document.delivery_id == delivery_id, col(Attachment.undone_at).is_(None))
    )
    return sorted(session.exec(query))


def open_tasks(session: Session, delivery_id: int) -> list[ReviewTask]:
    query = select(ReviewTask).where(
        ReviewTask.delivery_id == delivery_id, col(ReviewTask.state).in_(["open", "claimed"])
    )
    return list(session.exec(query.order_by(col(ReviewTask.id))))


def decided(delivery_id: int, account: Account, **decision: object) -> int:
    with database.session() as session:
        (task,) = open_tasks(session, delivery_id)
        reviews.decide(session, task.id, task.version, decision, account)
        return task.id


def late_delivery(name: str, case: CaseRow) -> int:
    """Its case is not on file when it is linked, and comes afterwards."""
    delivery_id = brought(name, read_of(case))
    link_delivery_record(delivery_id)
    with database.session() as session:
        assert only_document(session, delivery_id).state == "waiting_case"
        upsert_cases(session, [case])
    return delivery_id


def test_a_decision_that_is_not_carried_out_yet_is_not_overtaken(account: Account) -> None:
    delivery_id = late_delivery("decided", PARK)
    task_id = decided(delivery_id, account, action="attach", receipt_nos=[KIM.receipt_no])
    link_delivery_record(delivery_id, again=True)
    with database.session() as session:
        assert cases_of(session, delivery_id) == []
    apply_decision(task_id)
    link_delivery_record(delivery_id, again=True)
    with database.session() as session:
        assert cases_of(session, delivery_id) == [KIM.receipt_no]


def test_what_somebody_looks_at_is_linked_again_only_afterwards(account: Account) -> None:
    delivery_id = late_delivery("looked-at", JUNG)
    with database.session() as session:
        (task,) = open_tasks(session, delivery_id)
        reviews.claim(session, task.id, session.get_one(Account, account.id))
    link_delivery_record(delivery_id, again=True)
    with database.session() as session:
        assert cases_of(session, delivery_id) == []
        (later,) = session.exec(
            select(WorkItem).where(col(WorkItem.reference).like(f"delivery:{delivery_id}:after:%"))
        ).all()
        assert later.due_at is not None and later.due_at > datetime.now(UTC)
        task = session.get_one(ReviewTask, task.id)
        task.claimed_until = datetime.now(UTC) - timedelta(seconds=1)
        session.add(task)
    link_delivery_record(delivery_id, again=True)
    with database.session() as session:
        assert len(cases_of(session, delivery_id)) == 1


def test_what_is_held_back_stays_with_the_person(account: Account) -> None:
    delivery_id = late_delivery("held-back", SEO)
    decided(delivery_id, account, action="hold", comment="전화 확인 중")
    link_delivery_record(delivery_id, again=True)
    with database.session() as session:
        assert cases_of(session, delivery_id) == []
        assert len(open_tasks(session, delivery_id)) == 1


def test_nothing_of_a_rejected_delivery_stays_attached(account: Account) -> None:
    delivery_id = brought("rejected", read_of(KIM))
    link_delivery_record(delivery_id)
    with database.session() as session:
        assert cases_of(session, delivery_id) == [KIM.receipt_no]
        delivery = session.get_one(Delivery, delivery_id)
        task = ask_about_delivery(session, delivery, "receive_errors", "?")
        ask_about_document(session, only_document(session, delivery_id), delivery, "doubtful_fields")
        reviews.decide(session, task.id, task.version, {"action": "reject", "comment": "잘못 옴"}, account)
    apply_decision(task.id)
    link_delivery_record(delivery_id, again=True)
    with database.session() as session:
        assert cases_of(session, delivery_id) == []
        assert open_tasks(session, delivery_id) == []
        assert session.get_one(Delivery, delivery_id).state == "rejected"
    sent_again = brought("rejected-again", read_of(KIM))
    link_delivery_record(sent_again)
    with database.session() as session:
        assert session.get_one(Delivery, sent_again).duplicate_of is None, "who is turned away sends it again"


def test_what_is_brought_to_the_desk_is_never_put_away_unseen(account: Account) -> None:
    read = DocumentRead((1,), "other", 0.9, {})
    by = {}
    for source in ("desk:1번 창구", "fax:line"):
        delivery_id = enter(Arrived(source, "unknown paper", NOW, "1" * 64, "photo.jpg"))
        with database.session() as session:
            write_documents(session, delivery_id, [read])
            session.get_one(Delivery, delivery_id).state = DeliveryState.READ
        link_delivery_record(delivery_id)
        with database.session() as session:
            by[source] = [task.reason for task in open_tasks(session, delivery_id)]
    assert by == {"desk:1번 창구": ["not_recognised"], "fax:line": []}


def test_what_was_decided_first_is_carried_out_first(account: Account) -> None:
    """Two workers may take the two decisions up in the other order."""
    delivery_id = brought("in-order", read_of(NOBODY))
    link_delivery_record(delivery_id)
    attach_id = decided(delivery_id, account, action="attach", receipt_nos=[KIM.receipt_no])
    with database.session() as session:
        delivery = session.get_one(Delivery, delivery_id)
        whole = ask_about_delivery(session, delivery, "receive_errors", "빠진 쪽?")
        reviews.decide(session, whole.id, whole.version, {"action": "reject", "comment": "광고"}, account)
        reject_id = whole.id
    apply_decision(reject_id)
    apply_decision(attach_id)
    with database.session() as session:
        assert cases_of(session, delivery_id) == []
        assert only_document(session, delivery_id).state == "rejected"


def test_a_paper_moves_and_its_decision_counts_once(account: Account) -> None:
    delivery_id = brought("moved", read_of(LEE))
    link_delivery_record(delivery_id)
    with database.session() as session:
        assert cases_of(session, delivery_id) == [LEE.receipt_no]
        document = only_document(session, delivery_id)
        ask_about_document(session, document, session.get_one(Delivery, delivery_id), "doubtful_fields")
    task_id = decided(delivery_id, account, action="attach", receipt_nos=[KIM.receipt_no])
    apply_decision(task_id)
    with database.session() as session:
        assert cases_of(session, delivery_id) == [KIM.receipt_no]
        version = only_document(session, delivery_id).version
    apply_decision(task_id)
    with database.session() as session:
        assert only_document(session, delivery_id).version == version


def test_a_number_that_is_not_on_file_asks_again(account: Account) -> None:
    delivery_id = brought("unknown", read_of(CaseRow("2026-UB-9000001", "ub_application", name="없는이")))
    link_delivery_record(delivery_id)
    apply_decision(decided(delivery_id, account, action="attach", receipt_nos=["2026-UB-9999999"]))
    with database.session() as session:
        (task,) = open_tasks(session, delivery_id)
        assert task.reason == "unknown_receipt"
        assert session.get_one(Delivery, delivery_id).state == "review"


def test_what_is_not_read_yet_is_not_done_because_somebody_answered(account: Account) -> None:
    delivery_id = brought("unread", state=DeliveryState.READING)
    with database.session() as session:
        delivery = session.get_one(Delivery, delivery_id)
        ask_about_delivery(session, delivery, "system_error", "?")
    apply_decision(decided(delivery_id, account, action="correct"))
    with database.session() as session:
        assert session.get_one(Delivery, delivery_id).state == "reading"


def test_the_same_card_for_another_application_is_news() -> None:
    delivery_id = brought("card", read_of(KIM, "id_card"))
    with database.session() as session:
        kim = session.exec(select(Application).where(Application.receipt_no == KIM.receipt_no)).one()
        attach_document(session, only_document(session, delivery_id), kim, decided_by="bot", actor="bot:test")
        session.flush()
        repeat = Repeat(delivery_id, 0.99)
        assert goes_elsewhere(session, repeat, {LEE.receipt_no})
        assert not goes_elsewhere(session, repeat, {KIM.receipt_no})
        assert not goes_elsewhere(session, repeat, set())


def test_a_row_that_says_less_takes_nothing_away() -> None:
    full = CaseRow(
        "2026-UB-2000044", "ub_application", "closed", "최민서", "910101-1234567", "1991-01-01", "010-7777-8888",
        "서울특별시 마포구", bank="우리은행", account="1002-123-456789",
    )  # fmt: skip
    with database.session() as session:
        upsert_cases(session, [full])
        assert upsert_cases(session, [CaseRow(full.receipt_no, full.program)]) == []
        case = session.exec(select(Application).where(Application.receipt_no == full.receipt_no)).one()
        person = session.get_one(Person, case.person_id)
        assert (case.status, case.bank, case.account_enc is not None) == ("closed", "우리은행", True)
        assert (person.name, person.phone, person.rrn_enc is not None) == ("최민서", "010-7777-8888", True)


def tell(attachment_id: int) -> None:
    payload = {"attachment_id": attachment_id}
    attach.run(Work(id=0, bot="intake.attach", reference="", payload=payload, attempt=1, tries=1))


def test_the_system_of_record_hears_of_what_a_person_corrected(account: Account) -> None:
    delivery_id = brought("corrected", read_of(LEE, "bankbook_copy"))
    ledger = Ledger()
    ledger.add(SimpleNamespace(receipt_no=LEE.receipt_no))  # type: ignore[arg-type]  # all that is asked of it
    system = RecordSystem(ledger)
    system.start()
    try:
        with environment(BACKOFFICE_CASE_SINK_URL=system.url), database.session() as session:
            document = only_document(session, delivery_id)
            lee = session.exec(select(Application).where(Application.receipt_no == LEE.receipt_no)).one()
            first = attach_document(session, document, lee, decided_by="bot", actor="bot:test")
            delivery = session.get_one(Delivery, delivery_id)
            delivery.state = DeliveryState.DONE
            ask_about_document(session, document, delivery, "doubtful_fields")
        with environment(BACKOFFICE_CASE_SINK_URL=system.url):
            tell(first.id)
            apply_decision(decided(delivery_id, account, action="correct", fields={"phone": "010-0000-1111"}))
            with database.session() as session:
                query = select(Attachment).where(Attachment.document_id == first.document_id)
                both = session.exec(query.order_by(col(Attachment.id))).all()
            for attachment in reversed(both):
                tell(attachment.id)
        told = [
            a["fields"]["phone"]["value"] for k, a in ledger.attachments.items() if k not in ledger.withdrawn
        ]
        assert told == ["010-0000-1111"]
        with database.session() as session:
            assert cases_of(session, delivery_id) == [LEE.receipt_no]
    finally:
        system.stop()


def test_what_was_taken_back_meanwhile_is_not_booked_as_told(account: Account) -> None:
    delivery_id = brought("crossing", read_of(LEE, "payroll"))
    with database.session() as session:
        lee = session.exec(select(Application).where(Application.receipt_no == LEE.receipt_no)).one()
        document = only_document(session, delivery_id)
        attachment = attach_document(session, document, lee, decided_by="bot", actor="bot:test")

    class Slow(Ledger):
        def attach(self, key: str, message: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            with database.session() as session:
                attach.detach(session, session.get_one(Attachment, attachment.id), "account:1")
            return super().attach(key, message)

    ledger = Slow()
    ledger.add(SimpleNamespace(receipt_no=LEE.receipt_no))  # type: ignore[arg-type]
    system = RecordSystem(ledger)
    system.start()
    try:
        with environment(BACKOFFICE_CASE_SINK_URL=system.url):
            tell(attachment.id)
            assert sorted(ledger.withdrawn) == []
            tell(attachment.id)  # the work that the detaching left
        assert sorted(ledger.withdrawn) == [attachment.sink_key]
    finally:
        system.stop()


def test_a_number_that_several_firms_share_speaks_for_none() -> None:
    rows = [
        CaseRow(f"2026-EP-500000{n}", "epi_application", "open", f"사업{n}", company=f"{n}상사",
                business_no=f"104-86-5665{n}", employer_fax=fax)
        for n, fax in enumerate(("02-555-0001", "02-555-0001", "02-555-0002"))
    ]  # fmt: skip
    delivery_id = enter(Arrived("deciding", "shared-fax", NOW, "0" * 64, "x", caller="025550001"))
    alone = enter(Arrived("deciding", "own-fax", NOW, "0" * 64, "x", caller="025550002"))
    with database.session() as session:
        upsert_cases(session, rows)
        assert arrival(session, session.get_one(Delivery, delivery_id), ()).known_callers == {}
        assert arrival(session, session.get_one(Delivery, alone), ()).known_callers == {
            "025550002": "104-86-56652"
        }
