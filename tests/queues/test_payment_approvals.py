"""The line of the treasury: by duty and day, nobody twice, never the maker, only about the content as it is.

What the functions refuse the database refuses again: see test_payment_guards.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from queues import absences, appointments, payment_approvals, payment_batches
from queues.appointments import CannotAppoint
from queues.days import today
from queues.errors import NotYours, StaleDecision
from queues.models import Account, Approval, Decision, Officer, PaymentBatch, PaymentOrder, PaymentState
from queues.payment_batches import NotNow
from queues.payment_limits import LimitExceeded
from queues.payments import note_where
from tests.conftest import environment
from tests.queues.payment_world import (
    AGREE,
    FUND,
    Treasury,
    account,
    agreeing,
    batch_of,
    checked,
    orders,
    payments_of,
    refused,
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
    refused(session, "took part", AGREE, **agreeing(batch, people.commitment))
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
    refused(session, "does not hold", AGREE, **agreeing(batch, people.commitment))
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
