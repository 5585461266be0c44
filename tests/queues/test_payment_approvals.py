"""The line of the treasury: by duty and day, nobody twice, never the maker, only about the content as it is.

What the functions refuse the database refuses again: every way round is tried in plain SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from queues import absences, appointments, payment_approvals, payment_batches
from queues.appointments import CannotAppoint
from queues.crypto import seal
from queues.days import today
from queues.errors import NotYours, StaleDecision
from queues.models import Account, Approval, Decision, Officer, PaymentBatch, PaymentOrder, PaymentState
from queues.payment_batches import NotNow
from queues.payment_limits import LimitExceeded
from queues.payments import note_where
from tests.conftest import environment
from tests.queues.payment_world import (
    FUND,
    Treasury,
    account,
    batch_of,
    checked,
    orders,
    payments_of,
    states_of,
    step_of,
    through,
    treasury,
)


@pytest.fixture
def people(session: Session) -> Treasury:
    return treasury(session)


def _in_line(session: Session, people: Treasury, count: int = 2) -> PaymentBatch:
    batch = batch_of(session, people, orders(session, count))
    checked(session, batch)
    payment_approvals.open_line(session, batch.id, people.maker)
    return batch


def _agree(session: Session, batch: PaymentBatch, who: Account) -> Approval:
    step = step_of(session, batch)
    return payment_approvals.approve(session, step.id, step.content_sha256, who)


def test_each_duty_in_its_turn(session: Session, people: Treasury) -> None:
    batch = _in_line(session, people)
    assert [s.duty for s in payment_approvals.line_of(session, batch.id)] == list(payment_approvals.DUTIES)
    for duty in appointments.DUTIES:
        step, right = step_of(session, batch), people.of(duty)
        assert step.duty == duty
        for other in (people.maker, people.head, *(people.of(d) for d in appointments.DUTIES if d != duty)):
            assert not payment_approvals.may_decide(session, step, other)
            with pytest.raises(NotYours):
                payment_approvals.approve(session, step.id, step.content_sha256, other)
            assert step.id not in [s.id for s in payment_approvals.my_turn(session, other)]
        assert step.id in [s.id for s in payment_approvals.my_turn(session, right)]
        _agree(session, batch, right)
        payment_approvals.approve(session, step.id, step.content_sha256, right)  # pressed twice
    assert states_of(session, batch) == ["approved", "approved"]


def test_it_goes_to_the_line_only_when_ready_and_by_its_maker(session: Session, people: Treasury) -> None:
    ids = orders(session, 2)
    batch = batch_of(session, people, ids)
    with pytest.raises(NotNow):
        payment_approvals.open_line(session, batch.id, people.maker)
    checked(session, batch)
    with pytest.raises(NotYours):
        payment_approvals.open_line(session, batch.id, people.head)
    first = payments_of(session, batch)[0]
    note_where(session, batch.id, [PaymentState.NAME_CHECKED], PaymentState.HELD, "bot", only=[first.id])
    with pytest.raises(NotNow, match="1건"):
        payment_approvals.open_line(session, batch.id, people.maker)
    assert payment_batches.take_off_held(session, batch.id, reason="taken_off", actor="account:1") == 1
    order = session.get_one(PaymentOrder, ids[1])
    session.get_one(Decision, order.decision_id).taken_back_at = datetime.now(UTC)
    with pytest.raises(NotNow, match="취소"):
        payment_approvals.open_line(session, batch.id, people.maker)


def test_another_content_is_not_agreed_to(session: Session, people: Treasury) -> None:
    batch = _in_line(session, people)
    step = step_of(session, batch)
    with pytest.raises(StaleDecision):
        payment_approvals.approve(session, step.id, "0" * 64, people.commitment)
    shown = step.content_sha256
    _agree(session, batch, people.commitment)
    payment_batches.take_off(session, batch, [payments_of(session, batch)[0].id], reason="x", actor="bot")
    assert {s.state for s in payment_approvals.line_of(session, batch.id)} == {"void"}
    assert batch.state == "checked" and batch.content_sha256 == ""
    payment_approvals.open_line(session, batch.id, people.maker)
    again = step_of(session, batch)
    assert again.round == 2 and again.content_sha256 != shown
    with pytest.raises(StaleDecision):  # the screen of before
        payment_approvals.approve(session, again.id, shown, people.commitment)


def test_sent_back_and_recalled(session: Session, people: Treasury) -> None:
    batch = _in_line(session, people)
    step = step_of(session, batch)
    with pytest.raises(ValueError, match="reason"):
        payment_approvals.send_back(session, step.id, step.content_sha256, people.commitment, " ")
    payment_approvals.send_back(
        session, step.id, step.content_sha256, people.commitment, "계좌를 다시 보십시오"
    )
    assert (batch.state, batch.reason, step.state) == ("checked", "sent_back", "sent_back")
    through(session, batch, people)
    with pytest.raises(NotYours):
        payment_approvals.recall(session, batch.id, people.head, "잘못")
    payment_approvals.recall(session, batch.id, people.maker, "지급일을 바꿈")
    assert batch.state == "checked" and states_of(session, batch) == ["name_checked"] * 2
    with pytest.raises(StaleDecision):
        payment_approvals.recall(session, batch.id, people.maker, "다시")


def test_who_stands_in_acts_only_while_nobody_regular_is_there(session: Session, people: Treasury) -> None:
    regular = session.get_one(Account, people.commitment.id)
    seats = [Officer(number=f"N{regular.id}{place}", name="재무관") for place in range(2)]
    session.add_all(seats)
    session.flush()
    regular.officer_id = seats[0].id
    deputy = account(session, officer_id=seats[1].id)
    appointments.appoint(
        session, account_id=deputy.id, duty="commitment", fund=FUND, from_on=today(), stands_in=True,
        made_by=people.head,
    )  # fmt: skip
    others = [
        a for a in appointments.may_act(session, "commitment", FUND) if a not in (regular.id, deputy.id)
    ]
    for other in others:  # of the other tests
        session.get_one(Account, other).active = False
    batch = _in_line(session, people)
    assert appointments.may_act(session, "commitment", FUND) == [regular.id]
    with pytest.raises(NotYours):
        _agree(session, batch, deputy)
    away = absences.announce(session, seats[0].id, None, today(), today())
    assert appointments.may_act(session, "commitment", FUND) == [deputy.id]
    assert appointments.duties_of(session, deputy) == [("commitment", FUND)]
    with pytest.raises(NotYours):
        _agree(session, batch, regular)
    _agree(session, batch, deputy)
    absences.end(session, away, made_by=None)
    session.rollback()


def test_the_same_officer_is_the_same_person(session: Session, people: Treasury) -> None:
    officer = Officer(number=f"S{people.maker.id}", name="한 사람")
    session.add(officer)
    session.flush()
    session.get_one(Account, people.maker.id).officer_id = officer.id
    session.get_one(Account, people.commitment.id).officer_id = officer.id
    batch = _in_line(session, people)
    with pytest.raises(NotYours):
        _agree(session, batch, people.commitment)
    _refused(session, lambda: _raw_approval(session, batch, people.commitment.id), "took part")
    third = account(session, officer_id=officer.id)
    with pytest.raises(CannotAppoint):  # a second duty under another account
        appointments.appoint(
            session, account_id=third.id, duty="order", fund=FUND, from_on=today(), made_by=people.head
        )
    with pytest.raises(CannotAppoint):  # oneself, under another account
        appointments.appoint(
            session,
            account_id=third.id,
            duty="commitment",
            fund="general",
            from_on=today(),
            made_by=people.maker,
        )


def test_appointments_have_days(session: Session, people: Treasury) -> None:
    batch = _in_line(session, people)
    held = next(a for a in appointments.listing(session) if a.account_id == people.commitment.id)
    with pytest.raises(CannotAppoint):
        appointments.end(session, held.id, today() - timedelta(days=2), made_by=people.head)
    appointments.end(session, held.id, today() - timedelta(days=1), made_by=people.head)
    with pytest.raises(NotYours):
        _agree(session, batch, people.commitment)
    _refused(session, lambda: _raw_approval(session, batch, people.commitment.id), "does not hold")
    with pytest.raises(CannotAppoint):
        appointments.appoint(
            session,
            account_id=people.order.id,
            duty="cashier",
            fund=FUND,
            from_on=today(),
            made_by=people.head,
        )
    for backwards in (date(2020, 1, 1), today() - timedelta(days=1)):
        with pytest.raises(CannotAppoint):
            appointments.appoint(
                session, account_id=people.maker.id, duty="cashier", fund=FUND, from_on=today(),
                until_on=backwards, made_by=people.head,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ("default: {transfer_won: 1000000, batch_won: 9000000, batch_payments: 9, day_won: 90000000}", "1건"),
        (
            "default: {transfer_won: 2000000, batch_won: 3000000, batch_payments: 9, day_won: 90000000}",
            "배치",
        ),
        (
            "default: {transfer_won: 2000000, batch_won: 9000000, batch_payments: 1, day_won: 90000000}",
            "1건을",
        ),
        ("default: {transfer_won: 2000000, batch_won: 9000000, batch_payments: 9, day_won: 3000000}", "1일"),
    ],
)
def test_limits_hold_at_every_step(
    session: Session, people: Treasury, limits: str, told: str, tmp_path: Path
) -> None:
    ids = orders(session, 2)
    batch = _in_line(session, people)
    (tmp_path / "payment_limits.yaml").write_text(limits)
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        with pytest.raises(LimitExceeded, match=told):
            _agree(session, batch, people.commitment)
        with pytest.raises(LimitExceeded, match=told):
            batch_of(session, people, ids)
    session.rollback()


def test_other_batches_of_the_day_count(session: Session, people: Treasury, tmp_path: Path) -> None:
    ids = orders(session, 2)
    batch = _in_line(session, people)
    told = "default: {transfer_won: 2000000, batch_won: 9000000, batch_payments: 9, day_won: 5000000}"
    (tmp_path / "payment_limits.yaml").write_text(told)
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        _agree(session, batch, people.commitment)
        with session.begin_nested() as attempt:
            with pytest.raises(LimitExceeded, match="1일"):
                batch_of(session, people, ids)
            attempt.rollback()
        assert batch_of(session, people, ids, pay_on=today() + timedelta(days=1)).payments == 2


# Past the functions, in plain SQL.


def _refused(session: Session, act: Callable[[], object], told: str) -> None:
    with pytest.raises(DBAPIError, match=told), session.begin_nested():
        act()
        session.flush()


def _raw(session: Session, statement: str, **values: object) -> None:
    session.execute(text(statement), values)


def _raw_approval(session: Session, batch: PaymentBatch, who: int, at: datetime | None = None) -> None:
    _raw(
        session,
        "UPDATE approval SET state = 'approved', decided_by = :who, decided_at = :at "
        "WHERE subject = 'payment_batch:' || :batch AND state = 'asked'",
        who=who,
        at=at or datetime.now(UTC),
        batch=batch.id,
    )


def test_no_way_round_the_line(session: Session, people: Treasury) -> None:
    batch = _in_line(session, people)
    _refused(session, lambda: _raw_approval(session, batch, people.maker.id), "took part")
    _refused(session, lambda: _raw_approval(session, batch, people.order.id), "does not hold")
    _refused(session, lambda: _raw_approval(session, batch, people.head.id), "does not hold")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    _refused(session, lambda: _raw_approval(session, batch, people.commitment.id, yesterday), "not asked")
    jump = "UPDATE approval SET state = 'approved', decided_by = :who, decided_at = now() WHERE subject = :s AND step = 4"
    subject = f"payment_batch:{batch.id}"
    _refused(
        session, lambda: _raw(session, jump, who=people.cashier.id, s=subject), "not been agreed|not asked"
    )
    _raw_approval(session, batch, people.commitment.id)
    session.expire_all()
    for state in ("approved", "running"):
        go = "UPDATE payment_batch SET state = :state WHERE id = :id"
        _refused(session, lambda s=state, g=go: _raw(session, g, state=s, id=batch.id), "agreed|follow")
    made_up = (
        "INSERT INTO approval (subject, round, step, duty, state, content_sha256, decided_by, decided_at) "
        "VALUES (:s, 9, 2, 'order', 'approved', :c, :who, now())"
    )
    args = {"s": subject, "c": batch.content_sha256, "who": people.order.id}
    _refused(session, lambda: _raw(session, made_up, **args), "not asked")
    approve = (
        "INSERT INTO payment_event (payment_id, seq, state) "
        "SELECT id, seq + 1, 'approved' FROM payment WHERE batch_id = :b"
    )
    _refused(session, lambda: _raw(session, approve, b=batch.id), "the batch of payment")
    _refused(session, lambda: _raw(session, approve.replace("approved", "sending"), b=batch.id), "follow")


def test_no_way_to_another_content(session: Session, people: Treasury) -> None:
    batch = _in_line(session, people)
    for column, value in {
        "total_won": "1", "payments": "1", "fund": "'general'", "channel": "'iso20022'",
        "pay_on": "pay_on + 1", "fiscal_year": "fiscal_year + 1", "not_before": "now()", "content_sha256": "'x'",
    }.items():  # fmt: skip
        statement = f"UPDATE payment_batch SET {column} = {value} WHERE id = :id"
        _refused(session, lambda s=statement: _raw(session, s, id=batch.id), "cannot be changed")
    _refused(
        session, lambda: _raw(session, "UPDATE payment_batch SET made_by = :w", w=people.head.id), "stays"
    )
    for column, value in {
        "amount_won": "10",
        "bank_code": "'088'",
        "position": "9",
        "statement_text": "'x'",
    }.items():
        statement = f"UPDATE payment SET {column} = {value} WHERE batch_id = :id"
        _refused(session, lambda s=statement: _raw(session, s, id=batch.id), "cannot be changed")
    sealed = "UPDATE payment SET holder_enc = :v WHERE batch_id = :id"
    _refused(session, lambda: _raw(session, sealed, v=seal("다른 사람"), id=batch.id), "cannot be changed")
    first = payments_of(session, batch)[0]
    _raw(
        session,
        "INSERT INTO payment_event (payment_id, seq, state) VALUES (:p, :s, 'cancelled')",
        p=first.id, s=first.seq + 1,
    )  # fmt: skip
    session.expire_all()
    with pytest.raises(StaleDecision):  # its content is another by now, whatever the batch says
        _agree(session, batch, people.commitment)
    for who in (people.commitment, people.order, people.cashier):
        _raw_approval(session, batch, who.id)
        _raw(session, "UPDATE approval SET state = 'asked' WHERE id = (SELECT min(id) FROM approval "
                      "WHERE subject = :s AND state = 'waiting')", s=f"payment_batch:{batch.id}")  # fmt: skip
    go = "UPDATE payment_batch SET state = 'approved' WHERE id = :id"
    _refused(session, lambda: _raw(session, go, id=batch.id), "as it is")


def test_nothing_runs_before_its_day_and_nothing_is_rewritten(session: Session, people: Treasury) -> None:
    batch = batch_of(session, people, orders(session, 1), pay_on=today() + timedelta(days=1))
    checked(session, batch)
    through(session, batch, people)
    go = "UPDATE payment_batch SET state = 'running' WHERE id = :id"
    _refused(session, lambda: _raw(session, go, id=batch.id), "not to be paid before")
    held = appointments.listing(session)[0]
    for statement in (
        "DELETE FROM appointment",
        "UPDATE appointment SET from_on = from_on - 400",
        "UPDATE appointment SET until_on = current_date - 30",
        f"UPDATE appointment SET account_id = {people.maker.id}",
    ):
        _refused(session, lambda s=statement: _raw(session, s), "appointment")
    himself = (
        "INSERT INTO appointment (account_id, duty, fund, from_on, made_by) "
        "VALUES (:a, 'order', :f, '2030-01-01', 'account:' || :a)"
    )
    _refused(session, lambda: _raw(session, himself, a=people.maker.id, f=FUND), "itself")
    for table in ("payment_batch", "payment", "approval"):
        _refused(session, lambda t=table: _raw(session, f"DELETE FROM {t}"), "deleted")
    assert held.id is not None
