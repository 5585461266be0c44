"""What the database itself refuses about batches, approvals and duties: every way round is tried in plain SQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from queues import payment_approvals
from queues.crypto import seal
from queues.days import today
from queues.errors import StaleDecision
from queues.models import PaymentBatch
from tests.queues.payment_world import (
    AGREE,
    FUND,
    Treasury,
    agreeing,
    batch_of,
    checked,
    orders,
    payments_of,
    refused,
    step_of,
    through,
    treasury,
)

_INTO = "UPDATE payment_batch SET state = :state WHERE id = :batch"
_NOTE = (
    "INSERT INTO payment_event (payment_id, seq, state) "
    "SELECT id, seq + 1, :state FROM payment WHERE batch_id = :batch"
)


@pytest.fixture
def people(session: Session) -> Treasury:
    return treasury(session)


@pytest.fixture
def batch(session: Session, people: Treasury) -> PaymentBatch:
    """Two payments that wait for 재무관."""
    made = batch_of(session, people, orders(session, 2))
    checked(session, made)
    payment_approvals.open_line(session, made.id, people.maker)
    return made


def test_no_way_round_the_line(session: Session, people: Treasury, batch: PaymentBatch) -> None:
    refused(session, "took part", AGREE, **agreeing(batch, people.maker))
    refused(session, "does not hold", AGREE, **agreeing(batch, people.order))
    refused(session, "does not hold", AGREE, **agreeing(batch, people.head))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    refused(session, "not asked", AGREE, **agreeing(batch, people.commitment, yesterday))
    subject = f"payment_batch:{batch.id}"
    refused(
        session,
        "not been agreed|not asked",
        "UPDATE approval SET state = 'approved', decided_by = :who, decided_at = now() "
        "WHERE subject = :subject AND step = 4",
        who=people.cashier.id,
        subject=subject,
    )
    refused(
        session,
        "not asked",
        "INSERT INTO approval (subject, round, step, duty, state, content_sha256, decided_by, decided_at) "
        "VALUES (:subject, 9, 2, 'order', 'approved', :content, :who, now())",
        subject=subject,
        content=batch.content_sha256,
        who=people.order.id,
    )


def test_nothing_goes_on_without_the_whole_line(
    session: Session, people: Treasury, batch: PaymentBatch
) -> None:
    session.execute(text(AGREE), agreeing(batch, people.commitment))
    refused(session, "agreed to", _INTO, state="approved", batch=batch.id)
    refused(session, "does not follow", _INTO, state="running", batch=batch.id)
    refused(session, "the batch of payment", _NOTE, state="approved", batch=batch.id)
    refused(session, "does not follow", _NOTE, state="sending", batch=batch.id)


@pytest.mark.parametrize(
    "change",
    [
        "total_won = 1",
        "payments = 1",
        "fund = 'general'",
        "channel = 'iso20022'",
        "pay_on = pay_on + 1",
        "not_before = now()",
        "fiscal_year = fiscal_year + 1",
        "content_sha256 = 'x'",
        "made_by = made_by + 1",
    ],
)
def test_what_is_asked_about_stays_as_it_is(session: Session, batch: PaymentBatch, change: str) -> None:
    told = "cannot be changed|stays who made it"
    refused(session, told, f"UPDATE payment_batch SET {change} WHERE id = :batch", batch=batch.id)


def test_whom_a_payment_pays_stays_as_it_is(session: Session, batch: PaymentBatch) -> None:
    for change in ("amount_won = 10", "bank_code = '088'", "position = 9", "statement_text = 'x'"):
        statement = f"UPDATE payment SET {change} WHERE batch_id = :batch"
        refused(session, "cannot be changed", statement, batch=batch.id)
    for column in ("holder_enc", "account_enc", "account_index"):
        statement = f"UPDATE payment SET {column} = :sealed WHERE batch_id = :batch"
        refused(session, "cannot be changed", statement, sealed=seal("다른 사람"), batch=batch.id)


def test_a_payment_gone_behind_everybodys_back_is_noticed(
    session: Session, people: Treasury, batch: PaymentBatch
) -> None:
    first = payments_of(session, batch)[0]
    off = "INSERT INTO payment_event (payment_id, seq, state) VALUES (:id, :seq, 'cancelled')"
    session.execute(text(off), {"id": first.id, "seq": first.seq + 1})
    session.expire_all()
    step = step_of(session, batch)
    with pytest.raises(StaleDecision):
        payment_approvals.approve(session, step.id, step.content_sha256, people.commitment)
    following = (
        "UPDATE approval SET state = 'asked' WHERE id = (SELECT min(id) FROM approval "
        "WHERE subject = 'payment_batch:' || :batch AND state = 'waiting')"
    )
    for who in (people.commitment, people.order, people.cashier):
        session.execute(text(AGREE), agreeing(batch, who))
        session.execute(text(following), {"batch": batch.id})
    refused(session, "as it is", _INTO, state="approved", batch=batch.id)


def test_nothing_runs_before_its_day(session: Session, people: Treasury) -> None:
    later = batch_of(session, people, orders(session, 1), pay_on=today() + timedelta(days=1))
    checked(session, later)
    through(session, later, people)
    refused(session, "not to be paid before", _INTO, state="running", batch=later.id)


def test_who_held_a_duty_is_not_rewritten(session: Session, people: Treasury) -> None:
    for statement in (
        "DELETE FROM appointment",
        "UPDATE appointment SET from_on = from_on - 400",
        "UPDATE appointment SET until_on = current_date - 30",
        "UPDATE appointment SET duty = 'cashier' WHERE duty = 'order'",
    ):
        refused(session, "appointment", statement)
    appoint = (
        "INSERT INTO appointment (account_id, duty, fund, from_on, made_by) "
        "VALUES (:who, :duty, :fund, '2030-01-01', 'account:' || :by)"
    )
    himself = {"who": people.maker.id, "by": people.maker.id, "duty": "order", "fund": FUND}
    refused(session, "itself", appoint, **himself)
    second = {"who": people.order.id, "by": people.head.id, "duty": "cashier", "fund": FUND}
    refused(session, "two duties", appoint, **second)


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize("table", ["payment_batch", "payment", "approval", "payment_event"])
def test_nothing_is_deleted(session: Session, table: str) -> None:
    refused(session, "deleted|only ever added", f"DELETE FROM {table}")
    refused(session, "only ever added", f"TRUNCATE {table} CASCADE")
