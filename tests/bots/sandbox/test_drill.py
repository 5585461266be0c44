"""What a drill finds when the bank's books and the ledger are not of one mind; the same seed owes the same."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import Session, col, select
from typer.testing import CliRunner

from bots.cli import app
from bots.sandbox.bank.books import Books
from bots.sandbox.bank.entries import Asked
from bots.sandbox.bank.service import DEBIT, PASSWORD
from bots.sandbox.drill.comparing import Result, compare
from bots.sandbox.drill.owed import Debt, debts, open_budget, owe
from bots.sandbox.drill.run import Drill
from queues import payment_batches, payment_orders, payments
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


def test_an_order_stands_by_the_payment_that_is_alive(
    session: Session, owed: dict[int, Debt], tmp_path: Path
) -> None:
    """Paid after all that had been refused: what was to pay it instead was taken off, and comes after it."""
    books = Books(tmp_path / "bank.sqlite", refuse_doubles=False)
    books.open_debit(ACCOUNT, balance=10**10, password=PASSWORD)
    books.open_accounts(one.payee for one in owed.values())
    for number, debt in enumerate(owed.values()):
        _pay(books, debt, f"k{number}")
    first = session.exec(
        select(Payment).where(Payment.state == "rejected", col(Payment.order_id).in_(list(owed)))
    ).one()
    payment_orders.out_of_batch(session, [first.order_id], "not_paid", "test")
    second = batch_of(session, treasury(session), [first.order_id])
    ids = session.exec(select(Payment.id).where(Payment.batch_id == second.id)).all()
    payment_batches.take_off(session, second.id, ids, reason="earlier_one_paid", actor="test")
    payments.note(session, first, PaymentState.ACCEPTED, "test", reason="person")
    result = compare(session, books, owed, kills=0, seconds=1.0)
    assert (result.paid, result.in_review, result.lost) == (6, 0, 0) and result.in_order


@pytest.mark.parametrize(
    ("days", "unfinished", "again", "code"),
    [
        ({"agreed": 1, "closed": 1}, "", 0, 0),
        ({"agreed": 1, "differs": 1}, "", 0, 1),
        ({"open": 1}, "", 0, 1),
        ({"agreed": 2}, "1 batches active", 0, 1),
        ({"agreed": 2}, "", 1, 1),
    ],
)
def test_the_command_ends_with_1_unless_all_is_in_order_and_writes_what_it_counted(
    days: dict[str, int],
    unfinished: str,
    again: int,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run(drill: Drill) -> Result:
        drill.days, drill.unfinished, drill.again = Counter(days), unfinished, again
        drill.peak = {"worker": 0, "bank": 0}
        return Result(3, 2, 0, 0, 0, 1, 5, 0, 0, 0, 0, 1.0)

    monkeypatch.setattr(Drill, "run", run)
    told = tmp_path / "told.json"
    done = CliRunner().invoke(app, ["payments", "drill", "--payments", "3", "--json", str(told)])
    assert done.exit_code == code, done.output
    found = json.loads(told.read_text("utf-8"))
    assert (found["paid"], found["in_review"], found["kills"]) == (2, 1, 5)
    assert (found["days"], found["sent_again"], found["ended"]) == (days, again, not unfinished)
