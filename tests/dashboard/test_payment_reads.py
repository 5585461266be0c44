"""Lists of payments: pages together are what is counted, one payment is found by what somebody has before them."""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, func, select

from dashboard.acts import payment_papers
from dashboard.acts.letters import NoLetter
from dashboard.acts.rights import NotAllowed
from dashboard.acts.seeing import ReasonMissing
from dashboard.reads import payment_attention, payment_batches, payment_list, payment_orders, payment_search
from dashboard.reads.my_payments import my_payments
from dashboard.reads.payment_batch_sheet import batch_sheet
from dashboard.visitor import Visitor
from queues import crypto, database
from queues.models import Account, Application, Payment, PaymentBatch, PaymentOrder, Person
from queues.whose import circle_of
from tests.dashboard import payment_filling
from tests.dashboard.payment_filling import Filled


@pytest.fixture(scope="module")
def filled(database_url: str) -> Filled:
    with database.session() as session:
        return payment_filling.every_state(session)


def visitor(account: Account, role: str = "") -> Visitor:
    return Visitor(account.id, account.username, "", role or account.role, "127.0.0.1", "s")


def test_pages_together_are_what_is_counted(session: Session, filled: Filled) -> None:
    for state in ("ready", "batched", "doubt"):
        wanted, found, after = payment_orders.Wanted(state=state), [], None
        while True:
            page = payment_orders.page_of(session, wanted, after, size=4)
            found += [row.order.id for row in page.rows]
            if (after := page.after) is None:
                break
        assert len(found) == len(set(found)) == payment_orders.count(session, wanted) > 0
        assert payment_orders.by_state(session)[state] == len(found)
    batches, place = [], None
    while True:
        listed = payment_batches.page_of(session, payment_batches.Wanted(state=""), place, size=3)
        batches += [row.batch.id for row in listed.rows]
        if (place := listed.after) is None:
            break
    assert len(batches) == len(set(batches)) == session.exec(select(func.count(col(PaymentBatch.id)))).one()


def test_a_payment_is_found_by_what_somebody_has_before_them(session: Session, filled: Filled) -> None:
    paid = session.get_one(Payment, filled.payments["returned"])
    order = session.get_one(PaymentOrder, paid.order_id)
    case = session.get_one(Application, order.application_id)
    person = session.get_one(Person, order.person_id)
    account = crypto.open_(paid.account_enc or b"")
    for words in (
        case.receipt_no,
        order.number or "",
        person.name,
        account,
        f"{account[:4]}-{account[4:]}",
        f"{paid.number:06d}",
        paid.end_to_end,
    ):
        found = payment_search.payments_found(session, words)
        assert paid.id in {row.payment.id for row in found}, words
    assert payment_search.payments_found(session, "없는사람") == []
    ready = session.get_one(PaymentOrder, filled.orders["ready"])
    name = session.get_one(Person, ready.person_id).name
    assert ready.id in {row.order.id for row in payment_search.orders_found(session, name)}


def test_what_nobody_is_asked_about_is_being_asked_of_the_bank(session: Session, filled: Filled) -> None:
    unknown = set(session.exec(select(Payment.id).where(Payment.state == "unknown")))
    asked = {q.payment.id for q in payment_attention.questions(session) if q.payment is not None}
    waiting = {row.payment.id for row in payment_attention.being_asked(session)}
    assert waiting == unknown - asked and waiting and asked & unknown
    counts = payment_attention.by_kind(session)
    assert counts[payment_attention.ASKING] == len(waiting)
    assert counts["payment_order_double"] == 1


def test_a_batch_tells_whose_turn_it_is_and_what_is_out_of_the_ordinary(
    session: Session, filled: Filled
) -> None:
    batch, people = filled.batches["approval"], filled.people
    sheet = batch_sheet(session, batch, people.order.id)
    assert sheet is not None and sheet.mine is not None and sheet.mine.duty == "order"
    assert [step.decided_by or step.asked_of for step in sheet.steps] == [
        "이담당",
        "정재무",
        "한지출",
        "조출납",
    ]
    assert sheet.outliers["shared_account"] == 2 and sheet.flagged == 3
    for other in (people.maker, people.commitment, people.cashier, people.head):
        found = batch_sheet(session, batch, other.id)
        assert found is not None and found.mine is None
    mine = my_payments(session, circle_of(session, people.order.id), people.order.id)
    assert mine.turns == {batch} and mine.differs == 1 and mine.halted == 2
    odd = [row.payment.position for row in payment_list.of_batch(session, batch, payment_list.OUTLIERS).rows]
    assert {4, 7, 9} <= set(odd)


def test_papers_are_kept_by_those_who_may_and_say_why(session: Session, filled: Filled) -> None:
    order = session.get_one(PaymentOrder, filled.orders["ready"])
    with pytest.raises(NoLetter):
        payment_papers.paper_to_look_at(session, visitor(filled.people.head), "order", order.id)
    order.paper_sha256 = "a" * 64
    session.add(order)
    session.flush()
    assert (
        payment_papers.paper_to_look_at(session, visitor(filled.people.head), "order", order.id) == "a" * 64
    )
    with pytest.raises(ReasonMissing):
        payment_papers.paper_to_keep(session, visitor(filled.people.head), "order", order.id)
    with pytest.raises(NotAllowed):
        payment_papers.paper_to_look_at(session, visitor(filled.people.head, "counselor"), "order", order.id)
    session.rollback()
