"""Days are held against the bank's word: what agrees is settled, what does not is listed by its cause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from bots.payments.reconcile.bot import close_old, one_day
from bots.payments.reconcile.due import due_days
from bots.payments.reconcile.matching import match
from bots.payments.reconcile.ours import DayKey, ours
from bots.payments.reconcile.word import hear_lines
from queues import bank_days
from queues.database import session as record
from queues.days import today
from queues.days_held_up import days_held_up
from queues.errors import StaleDecision
from queues.models import (
    Account,
    AccountingEntry,
    BankMessage,
    Officer,
    PaymentBatch,
    PaymentOrder,
    ReviewTask,
    WorkItem,
)
from tests.bots.payments.day_world import ACTOR, Day


@pytest.fixture(scope="module", autouse=True)
def _(database_url: str) -> Iterator[None]:
    yield


def test_totals_to_the_won_settle_the_day(session: Session) -> None:
    day = Day(session, ["accepted"] * 3 + ["rejected"])
    won = sum(p.amount_won for p in day.payments[:3])
    assert day.totals(3, won - 10) == "differs"
    assert day.causes() == {"totals": "open"} and day.row().difference_won == -10
    assert day.states()[:3] == ["accepted"] * 3
    assert day.totals(3, won) == "agreed"
    assert day.causes() == {"totals": "resolved"}
    assert day.states() == ["settled"] * 3 + ["rejected"]
    paid = day.payments[0]
    assert session.get_one(PaymentOrder, paid.order_id).state == "paid"
    entry = session.exec(
        select(AccountingEntry).where(AccountingEntry.key == f"payment:{paid.id}:paid")
    ).one()
    assert (entry.amount_won, entry.on, entry.state) == (paid.amount_won, paid.sent_on, "waiting")
    [told] = session.exec(select(WorkItem).where(WorkItem.bot == "payments.tell")).all()
    assert told.payload == {"payment_ids": [one.id for one in day.payments[:3]]}
    assert close_old() == 1 and day.row().state == "closed"
    assert session.get_one(PaymentBatch, day.batch.id).state == "closed"


def test_nothing_is_settled_while_the_fate_of_one_is_unknown(session: Session) -> None:
    day = Day(session, ["accepted", "accepted", "unknown"])
    won = sum(p.amount_won for p in day.payments[:2])
    assert day.totals(2, won) == "differs"
    assert day.causes() == {"undecided": "open"} and day.states()[:2] == ["accepted"] * 2
    row, head = day.row(), day.people.head
    [found] = bank_days.differences(session, row.id)
    assert (found.payment_id, found.batch_id) == (day.payments[2].id, day.batch.id)
    bank_days.explain(session, found.id, "은행에 문의함", head)
    with pytest.raises(bank_days.NotSignable, match="undecided"):
        bank_days.sign(session, row.id, row.version, "서명", head)


def test_a_statement_settles_line_by_line_and_names_what_does_not_agree(session: Session) -> None:
    day = Day(session, ["accepted"] * 5 + ["unknown", "unknown", "rejected"])
    good, missing, other, twice, astray, paid, lost, refused = day.payments
    day.line(good)
    day.line(other, won=other.amount_won + 10)
    day.line(twice)
    day.line(twice)
    day.line(astray, account_index=b"somebody else's")
    day.line(paid)
    day.line(refused)
    day.line(good, named="999999")
    day.statement()
    one_day(day.key)
    assert day.states() == [
        "settled", "accepted", "accepted", "settled", "accepted", "settled", "unknown", "rejected"
    ]  # fmt: skip
    assert day.causes() == dict.fromkeys(
        ["ours_not_at_bank", "amount", "twice", "account", "undecided", "paid_not_in_ours"], "open"
    )
    listed = {(d.cause, d.payment_id) for d in bank_days.differences(session, day.row().id)}
    assert listed == {
        ("ours_not_at_bank", missing.id), ("amount", other.id), ("twice", twice.id), ("account", astray.id),
        ("undecided", lost.id), ("paid_not_in_ours", refused.id), ("paid_not_in_ours", None),
    }  # fmt: skip
    asked = session.exec(select(ReviewTask).where(ReviewTask.payment_id == refused.id)).all()
    assert [task.kind for task in asked] == ["payment_contradiction"]
    one_day(day.key)
    again = session.exec(select(ReviewTask).where(ReviewTask.payment_id == refused.id)).all()
    assert len(again) == 1 and close_old() == 0


def test_a_contradiction_is_not_lost_where_the_worker_dies(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = Day(session, ["accepted", "rejected"])
    for one in day.payments:
        day.line(one)
    day.statement()

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr("bots.payments.fate.contradiction", die)
        one_day(day.key)
    one_day(day.key)
    asked = session.exec(select(ReviewTask).where(ReviewTask.payment_id == day.payments[1].id)).all()
    assert [task.kind for task in asked] == ["payment_contradiction"]


def test_a_day_that_there_is_not_is_no_name_of_ours(session: Session) -> None:
    """What somebody else writes into a transfer to us stands in the statement like a name of ours."""
    day = Day(session, ["accepted"])
    for named in ("20261399-000001", "20260231-000001", "00000000-000001", "99999999-999999"):
        day.line(day.payments[0], named=named, kind="other", account_index=None)
    day.line(day.payments[0])
    day.statement()
    assert day.states() == ["settled"]


def test_a_bare_number_booked_a_day_later_is_not_the_next_days_payment(session: Session) -> None:
    """Numbers begin anew every day, and amounts are alike."""
    sooner, later = _two_days_alike(session)
    (first,), (second,) = sooner.payments, later.payments
    later.line(first, named=f"{second.number:06d}", account_index=None)
    later.statement()
    assert sooner.states() == ["accepted"] * 14 and later.states() == ["accepted"]
    later.line(first, named=f"{second.number:06d}", account_index=None, kind="return")
    later.statement()
    assert sooner.states() == ["accepted"] * 14 and later.states() == ["accepted"]
    later.line(second, named=f"{second.number:06d}")  # its account agrees
    later.statement()
    assert sooner.states() == ["accepted"] * 14 and later.states() == ["settled"]


def test_a_bare_number_is_a_name_where_no_earlier_one_can_be_meant(session: Session) -> None:
    sooner, later = _two_days_alike(session)
    (first,), (second,) = sooner.payments, later.payments
    sooner.line(first)
    sooner.statement()
    later.line(second, named=f"{second.number:06d}", account_index=None)
    later.statement()
    assert sooner.states().count("settled") == 1 and later.states() == ["settled"]


def _two_days_alike(session: Session) -> tuple[Day, Day]:
    """The same amount under the same number, one day after the other."""
    later = Day(session, ["accepted"])
    [second] = later.payments
    sooner = Day(session, ["accepted"] * 14, ago=later.ago + 1)
    sooner.payments = [one for one in sooner.payments if one.amount_won == second.amount_won][:1]
    session.add(
        BankMessage(
            direction="out", day=sooner.key.day, number=second.number, class_code="2000", task_code="100",
            payment_id=sooner.payments[0].id, content_enc=b"",
        )
    )  # fmt: skip
    session.commit()
    return sooner, later


def test_money_that_came_back_is_returned_by_the_statement(session: Session) -> None:
    day = Day(session, ["accepted", "accepted"])
    first, second = day.payments
    day.line(first)
    day.line(second)
    day.line(second, kind="return", detail={"reason": "AC04"})
    day.statement()
    one_day(day.key)
    row = day.row()
    assert day.states() == ["settled", "returned"] and row.state == "agreed"
    assert (row.our_count, row.our_back_won) == (2, second.amount_won) and row.difference_won == 0
    assert session.get_one(PaymentOrder, second.order_id).state == "doubt"


def test_a_return_of_a_later_day_belongs_to_that_day(session: Session) -> None:
    day = Day(session, ["accepted", "accepted"])
    won = sum(p.amount_won for p in day.payments)
    assert day.totals(2, won) == "agreed"
    close_old()
    later = day.key.day + timedelta(days=1)
    day.line(day.payments[1], kind="return", day=later)
    with record() as session_:
        match(session_)
    hear_lines(ACTOR)
    assert day.states() == ["settled", "returned"]
    assert ours(session, day.key).sums == (2, won, 0)
    assert ours(session, DayKey(later, day.key.fund, "firm")).sums == (0, 0, day.payments[1].amount_won)
    entry = session.exec(
        select(AccountingEntry).where(AccountingEntry.key == f"payment:{day.payments[1].id}:returned")
    ).one()
    assert entry.amount_won == -day.payments[1].amount_won


def test_a_file_of_the_second_channel_is_matched_by_its_name(session: Session) -> None:
    day = Day(session, ["accepted", "unknown"], channel="iso20022")
    for one in day.payments:
        day.line(one, named=one.end_to_end)
    day.statement()
    one_day(day.key)
    assert day.states() == ["settled", "settled"] and day.row().state == "agreed"


def test_a_day_that_differs_closes_only_with_a_signature(session: Session) -> None:
    day = Day(session, ["accepted"])
    people = day.people
    day.totals(1, day.payments[0].amount_won + 500)
    row = day.row()
    with pytest.raises(bank_days.NotSignable, match="unexplained"):
        bank_days.sign(session, row.id, row.version, "은행 착오", people.head)
    [found] = bank_days.differences(session, row.id)
    with pytest.raises(bank_days.NotSignable, match="no_comment"):
        bank_days.explain(session, found.id, " ", people.head)
    bank_days.explain(session, found.id, "은행 수수료 착오", people.head)
    for who in (people.maker, people.cashier):
        with pytest.raises(bank_days.NotSignable, match="own_work"):
            bank_days.sign(session, row.id, row.version, "은행 착오", who)
    with pytest.raises(StaleDecision):
        bank_days.sign(session, row.id, row.version - 1, "은행 착오", people.head)
    with pytest.raises(bank_days.NotSignable, match="state"):
        bank_days.close(session, row.id, row.version, people.head)
    officer = Officer(number=f"R{row.id}", name="한 사람")
    session.add(officer)
    session.flush()
    second = Account(username=f"two-{row.id}", password_hash="x", role="staff", officer_id=officer.id)
    session.add(second)
    session.get_one(Account, people.maker.id).officer_id = officer.id
    session.flush()
    with pytest.raises(bank_days.NotSignable, match="own_work"):
        bank_days.sign(session, row.id, row.version, "은행 착오", second)
    signed = bank_days.sign(session, row.id, row.version, "은행 착오", people.head)
    session.commit()
    assert (signed.state, signed.signed_by) == ("closed", people.head.id)
    assert bank_days.comment_of(day.row()) == "은행 착오"
    assert day.key not in {key for key in due_days(session) if key.day < today()} or day.states() == [
        "accepted"
    ]


def test_the_database_closes_no_day_by_itself(session: Session) -> None:
    day = Day(session, ["accepted"])
    day.totals(1, 10)
    row = day.row()
    row.state = "closed"
    session.add(row)
    with pytest.raises(Exception, match="neither agrees nor has anybody signed"):
        session.flush()
    session.rollback()


def test_what_the_bank_tells_later_opens_a_closed_day_again(session: Session) -> None:
    day = Day(session, ["accepted"])
    assert day.totals(1, day.payments[0].amount_won) == "agreed"
    close_old()
    assert day.row().state == "closed"
    day.line(day.payments[0], named="777777")
    assert day.key in due_days(session)
    day.statement("cd" * 32)
    one_day(day.key)
    assert day.row().state == "differs"
    assert set(day.causes()) == {"paid_not_in_ours", "ours_not_at_bank"}


def test_three_ways(session: Session) -> None:
    day = Day(session, ["accepted"])
    won = day.payments[0].amount_won
    day.totals(1, won)
    found = bank_days.three_ways(session, day.key.day, day.key.fund)
    assert found.ours == found.bank == bank_days.Side(1, won)
    assert found.accounting is None and not found.agree
    assert date.today() >= day.key.day


def test_a_day_of_which_the_bank_told_nothing_is_a_persons_matter(session: Session) -> None:
    day = Day(session, ["accepted"])
    one_day(day.key)
    assert day.row().state == "differs" and day.causes() == {"not_told": "open"}
    assert "days_open" in {alarm.code for alarm in days_held_up(session, None)}
    [found] = bank_days.differences(session, day.row().id)
    bank_days.explain(session, found.id, "은행에서 받은 거래내역과 일치", day.people.head)
    session.commit()
    signed = bank_days.sign(session, day.row().id, day.row().version, "은행 전산 장애", day.people.head)
    session.commit()
    assert signed.state == "closed" and day.states() == ["accepted"]  # settled by the bank's word only


def test_grave_differences_are_an_alarm(session: Session) -> None:
    day = Day(session, ["accepted"])
    for _ in range(2):
        day.line(day.payments[0])
    day.statement()
    one_day(day.key)
    [alarm] = [one for one in days_held_up(session, None) if one.code == "differences_grave"]
    assert alarm.screen == "reconciliation"
