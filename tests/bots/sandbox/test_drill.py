"""What a drill finds when the bank's books and the ledger are not of one mind; the same seed owes the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bots.sandbox.bank.books import Books
from bots.sandbox.bank.entries import Asked
from bots.sandbox.bank.service import DEBIT, PASSWORD
from bots.sandbox.drill.comparing import Result, compare
from bots.sandbox.drill.owed import Debt, debts, open_budget, owe
from queues import payments
from queues.days import today
from queues.models import Payment, PaymentBatch, PaymentState
from tests.queues.payment_world import batch_of, checked, through, treasury

ACCOUNT = DEBIT["employment_insurance"]


def test_the_same_seed_owes_the_same_to_accounts_of_their_own() -> None:
    some = list(debts(3_000, 4, trouble=True))
    assert some == list(debts(3_000, 4, trouble=True)) != list(debts(3_000, 5, trouble=True))
    assert len({(one.bank, one.account) for one in some}) == 3_000
    assert all(one.name.encode("cp949") and one.won % 10 == 0 for one in some)
    assert (
        20 < sum(one.told != one.name for one in some) < 100 > sum(one.state != "open" for one in some) > 10
    )
    assert all(one.told == one.name and one.state == "open" for one in debts(500, 4, trouble=False))


@pytest.fixture
def owed(session: Session) -> dict[int, Debt]:
    """Six debts of one fund, all paid by the ledger but one, which was refused."""
    some = [one for one in debts(40, 1, trouble=False) if one.program == "ub_application"][:6]
    ids = owe(session, some, open_budget(session))
    people = treasury(session)
    batch = batch_of(session, people, list(ids.values()))
    checked(session, batch)
    through(session, batch, people)
    _run(session, batch)
    return {ids[one.number]: one for one in some}


def _run(session: Session, batch: PaymentBatch) -> None:
    batch.state = "running"
    session.add(batch)
    session.flush()
    rows = session.exec(
        select(Payment).where(Payment.batch_id == batch.id).order_by(col(Payment.position))
    ).all()
    for number, payment in enumerate(rows):
        payments.note(session, payment, PaymentState.SENDING, "test")
        end = PaymentState.REJECTED if number == 5 else PaymentState.ACCEPTED
        payments.note(session, payment, end, "test")


def _pay(books: Books, debt: Debt, key: str, won: int = 0) -> None:
    asked = Asked(key, "firm", today(), key, ACCOUNT, debt.bank, debt.account, won or debt.won)
    assert books.book(asked).state == "paid"


def test_every_way_in_which_books_can_differ_is_found(
    session: Session, owed: dict[int, Debt], tmp_path: Path
) -> None:
    books = Books(tmp_path / "bank.sqlite", refuse_doubles=False)
    books.open_debit(ACCOUNT, balance=10**10, password=PASSWORD)
    books.open_accounts(one.payee for one in owed.values())
    some = [owed[number] for number in sorted(owed)]

    def found() -> Result:
        return compare(session, books, owed, kills=0, seconds=2.0)

    for number, debt in enumerate(some[:5]):
        _pay(books, debt, f"k{number}")
    right = found()
    assert (right.payments, right.paid, right.rejected, right.per_second) == (6, 5, 1, 3.0)
    assert right.in_order

    _pay(books, some[0], "again")
    assert (found().paid_twice, found().difference, found().in_order) == (1, some[0].won, False)
    books.give_back("again", today(), "0014")
    assert found().in_order

    books.give_back("k1", today(), "0014")
    assert (found().lost, found().difference) == (1, -some[1].won)
    _pay(books, some[1], "k1 too little", some[1].won - 10)
    assert (found().lost, found().wrong_amount, found().difference) == (0, 1, -10)

    _pay(books, some[5], "refused by the ledger")
    assert (found().lost, found().difference) == (1, some[5].won - 10)
