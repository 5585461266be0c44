"""Whatever happened on a day, its sums are the ledger's and the bank's, and every disagreement is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from bots.payments.reconcile.bot import one_day
from queues import database
from queues.models import Difference, Payment
from tests.bots.payments.day_world import Day

LEDGER = ("accepted", "unknown", "rejected")
BANK = ("nothing", "paid", "returned", "another_sum", "twice")
AGREE = {
    ("accepted", "paid"), ("accepted", "returned"), ("unknown", "paid"), ("unknown", "returned"), ("rejected", "nothing")
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _(database_url: str) -> Iterator[None]:
    yield


def _tell(day: Day, one: Payment, at_bank: str) -> tuple[int, int]:
    """The bank's lines about a payment; what left the account by them, and what came back."""
    if at_bank == "nothing":
        return 0, 0
    more = 10 if at_bank == "another_sum" else 0
    day.line(one, won=one.amount_won + more)
    if at_bank == "twice":
        day.line(one)
        return 2 * one.amount_won, 0
    if at_bank == "returned":
        day.line(one, kind="return")
        return one.amount_won, one.amount_won
    return one.amount_won + more, 0


@settings(max_examples=6, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(LEDGER), st.sampled_from(BANK)), min_size=1, max_size=8))
def test_the_sums_of_a_day_are_ours_and_theirs(history: list[tuple[str, str]]) -> None:
    with Session(database.engine(), expire_on_commit=False) as session:
        day = Day(session, [ledger for ledger, _ in history])
        known = [(one.id, one.amount_won) for one in day.payments]
        told = [_tell(day, one, at) for one, (_, at) in zip(day.payments, history, strict=True)]
        day.statement()
        one_day(day.key)
        ends, row = day.states(), day.row()
    executed, back = 0, 0
    for (_, won), end, (ledger, at) in zip(known, ends, history, strict=True):
        is_paid = ledger == "accepted" or (ledger == "unknown" and at in ("paid", "returned", "twice"))
        is_back = is_paid and at == "returned"
        executed += won * is_paid
        back += won * is_back
        assert (end in ("accepted", "settled", "returned"), end == "returned") == (is_paid, is_back)
        if end == "settled":
            assert at in ("paid", "twice")
    assert (row.our_won, row.our_back_won) == (executed, back)
    assert (row.their_won, row.their_back_won) == tuple(map(sum, zip(*told, strict=True)))
    assert row.difference_won == sum(out - into for out, into in told) - (executed - back)
    assert (row.state == "agreed") == all(pair in AGREE for pair in history)
    with Session(database.engine()) as session:
        found = session.exec(select(Difference).where(Difference.bank_day_id == row.id)).all()
    open_ones = {one.payment_id for one in found if one.state == "open"}
    assert open_ones == {
        number for (number, _), pair in zip(known, history, strict=True) if pair not in AGREE
    }
