"""A day from the first transfer to the last won, against a bank that really answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bots.payments import inquire, listen
from bots.payments.iso import statement
from bots.payments.reconcile import telling
from bots.payments.reconcile.bot import run
from bots.payments.reconcile.report import as_lines, day_report
from bots.sandbox.bank.faults import Delays, Faults
from bots.sandbox.bank.service import DEBIT, SandboxBank
from bots.sandbox.bank_files.statement_xml import camt053
from config.notice_kinds import load_notice_kinds
from queues import bank_days, database, files, notices
from queues.bots import Outcome, Work
from queues.days import today
from queues.models import BankDay, BankMessage, Notice, StatementLine, WorkItem
from tests.bots.payments.flow_world import WON, approved, sent, states, world
from tests.queues.payment_world import treasury


@pytest.fixture(scope="module", autouse=True)
def _(database_url: str) -> Iterator[None]:
    yield


def _reconcile(**payload: object) -> Outcome:
    return run(_work(**payload)) or Outcome()


def _work(**payload: object) -> Work:
    item = Work(id=0, bot="payments.reconcile", reference="x", payload=payload, attempt=1, tries=1)
    item.progress = lambda done, total: None  # type: ignore[method-assign]
    return item


def _day(fund: str) -> BankDay:
    with Session(database.engine()) as session:
        return session.exec(select(BankDay).where(BankDay.day == today(), BankDay.fund == fund)).one()


def test_a_day_with_a_time_out_and_a_late_failure_ends_to_the_won(session: Session, tmp_path: Path) -> None:
    people = treasury(session)
    late = Faults(delays=Delays(late=0.3, returned=3600.0, again=0.1))
    with world(tmp_path, late, notice_seconds=1.0) as bank:
        batch_id, made = approved(session, people, bank, 5)
        bank.faults.order("2000/100", "paid_vtim", account=made[0])
        bank.faults.order("2000/100", "refused", account=made[1])
        bank.faults.order("2000/100", "returned", account=made[2])
        sent(batch_id)
        assert not _reconcile().counts.get("settled")  # one is unknown yet
        assert _asked_about_totals() <= 1  # of the other fund, from whose account nothing left
        inquire.ask_all()
        assert states(batch_id) == {"accepted": 4, "rejected": 1}
        told = _reconcile()
        assert (told.counts["settled"], told.counts["agreed"]) == (4, 1)
        fund = _check_against(bank)
        _tell_payees(session)
        assert bank.fail_now() == 1
        assert listen.run(_work()) is not None
        assert states(batch_id)["returned"] == 1
        assert _reconcile().counts == {}  # it agrees anew, by what the bank says now
        assert states(batch_id) == {"settled": 3, "returned": 1, "rejected": 1}
        _check_against(bank)
        _by_statement(bank, fund)


def _check_against(bank: SandboxBank) -> str:
    """Ledger, day and the bank's own books say the same; the fund."""
    sums = {fund: bank.books.totals(today(), account) for fund, account in DEBIT.items()}
    [(fund, books)] = [(fund, one) for fund, one in sums.items() if one.paid]
    row = _day(fund)
    assert row.state == "agreed" and row.difference_won == 0
    assert (row.our_count, row.our_won, row.our_back_won) == (books.paid, books.paid_won, books.returned_won)
    with Session(database.engine()) as session:
        three = bank_days.three_ways(session, today(), fund)
        assert (
            three.ours
            == three.bank
            == bank_days.Side(books.paid - books.returned, books.paid_won - books.returned_won)
        )
        report = day_report(session, today())
    assert report["agrees"] and any("일치" in line for line in as_lines(report))
    return fund


def _tell_payees(session: Session) -> None:
    """Each once, however often the work is done."""
    [item] = session.exec(select(WorkItem).where(WorkItem.bot == telling.TELL)).all()
    work = _work(**item.payload)
    assert [(telling.run(work) or Outcome()).counts for _ in range(2)] == [{"announced": 4}] * 2
    told = session.exec(select(Notice).where(Notice.kind == "payment")).all()
    assert len(told) == len({notice.key for notice in told}) == 4
    values = notices.values_of(told[0])
    kinds = load_notice_kinds()
    needed = {name for name, must in kinds.needs("payment", final=False).items() if must}
    assert needed <= set(values) | set(kinds.always)
    assert values["amount"] == WON and values["account_masked"].count("*") >= 4


def _asked_about_totals() -> int:
    with Session(database.engine()) as session:
        query = select(BankMessage).where(BankMessage.class_code == "7000", BankMessage.task_code == "300")
        return len(session.exec(query).all())


def _by_statement(bank: SandboxBank, fund: str) -> None:
    """The bank's statement of the same day, line by line."""
    account = DEBIT[fund]
    books, before = bank.books.totals(today(), account), bank.books.balance_before(today(), account)
    content = camt053(account, today(), before, books.balance, bank.books.statement(today(), account))
    with database.session() as session:
        sha256 = files.put(content)
        statement.enter(session, sha256, fund=fund)
    _reconcile(statements=[{"fund": fund, "days": [today().isoformat()], "whole": True, "sha256": sha256}])
    row = _day(fund)
    assert (row.state, row.statement_sha256) == ("agreed", sha256)
    assert (row.their_count, row.their_won, row.their_back_won) == (
        books.paid,
        books.paid_won,
        books.returned_won,
    )
    with Session(database.engine()) as session:
        lines = session.exec(select(StatementLine).where(StatementLine.fund == fund)).all()
    assert lines and all(line.payment_id for line in lines)
