"""What is out of the ordinary is shown to who approves: compared with all that was paid before."""

from __future__ import annotations

from sqlmodel import Session

from queues import outliers, payment_batches, payment_orders
from queues.models import PaymentBatch, PaymentState, Person
from queues.payments import note_where
from tests.queues.payment_world import (
    batch_of,
    checked,
    orders,
    paid,
    payments_of,
    run,
    through,
    treasury,
)


def _person(session: Session, name: str) -> int:
    person = Person(source_key=f"outlier:{name}", name=name)
    session.add(person)
    session.flush()
    return person.id


def _codes(session: Session, batch: PaymentBatch) -> list[list[str]]:
    return [payment.outliers for payment in payments_of(session, batch)]


def test_new_changed_and_shared_accounts(session: Session) -> None:
    people = treasury(session)
    kim, lee = _person(session, "kim"), _person(session, "lee")

    def owed(who: int, number: str) -> int:
        return orders(session, 1, person_id=who, account_no=number)[0]

    first = paid(session, [owed(kim, "11110000111")], people)
    assert _codes(session, first) == [["first_payment"]]
    again = paid(session, [owed(kim, "11110000111")], people)
    assert _codes(session, again) == [[]]
    moved = paid(session, [owed(kim, "22220000222")], people)
    assert _codes(session, moved) == [["changed_account", "new_account"]]
    back = batch_of(session, people, [owed(kim, "11110000111")])
    assert _codes(session, back) == [["changed_account"]]
    both = batch_of(session, people, [owed(kim, "22220000222"), owed(lee, "22220000222")])
    assert _codes(session, both) == [["shared_account"], ["shared_account", "first_payment"]]
    assert outliers.counts(session, both.id) == {"shared_account": 2, "first_payment": 1}
    told = outliers.of_batch(session, both.id)
    assert [one.position for one in told] == [2, 1]
    by_kim = payments_of(session, both)[0]
    detail = outliers.of_payment(session, by_kim).detail
    assert detail["last_payment"] == payments_of(session, moved)[0].id
    assert payments_of(session, both)[1].order_id in detail["orders"]
    assert by_kim.order_id not in detail["orders"]


def test_unusual_amounts_and_what_failed_before(session: Session) -> None:
    people = treasury(session)
    program = "vtc_application"
    paid(session, orders(session, 24, program=program, won=300_000), people)
    plain, high = (
        orders(session, 1, program=program, won=300_000),
        orders(session, 1, program=program, won=900_000),
    )
    batch = batch_of(session, people, plain + high)
    assert _codes(session, batch) == [["first_payment"], ["unusual_amount", "first_payment"]]
    assert outliers.of_batch(session, batch.id)[0].detail["usual_won"] == 300_000
    checked(session, batch)
    through(session, batch, people)
    run(session, batch)
    for state in (PaymentState.SENDING, PaymentState.REJECTED):
        note_where(session, batch.id, [PaymentState.APPROVED, PaymentState.SENDING], state, "bot")
    payment_orders.out_of_batch(session, plain, "test", "bot")
    once_more = payment_batches.make(
        session,
        plain,
        pay_on=batch.pay_on,
        account=people.maker,
        fund=batch.fund,
        fiscal_year=batch.fiscal_year,
    )
    assert _codes(session, once_more) == [["tried_before", "first_payment"]]


def test_ones_own_largest(session: Session) -> None:
    people, park = treasury(session), _person(session, "park")
    program = "pl_application"

    def owed(won: int) -> int:
        return orders(session, 1, program=program, won=won, person_id=park, account_no="33330000333")[0]

    paid(session, [owed(700_000)], people)
    batch = batch_of(session, people, [owed(1_400_000), owed(1_400_010)])
    assert _codes(session, batch) == [[], ["unusual_amount"]]
