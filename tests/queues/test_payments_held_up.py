"""Payments whose result nobody knows and batches at which nobody is are told of, those on their way are not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from queues import alarms, payments_held_up
from queues.models import PaymentBatchState, PaymentState
from queues.payment_moves import move
from queues.payments import note
from tests.queues.payment_world import batch_of, checked, orders, payments_of, through, treasury


def test_what_nobody_knows_and_what_stands_still(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    people = treasury(session)
    batch = batch_of(session, people, orders(session, 2, won=100_000))
    checked(session, batch)
    through(session, batch, people)
    move(session, batch, PaymentBatchState.RUNNING, "bot")
    first, second = payments_of(session, batch)
    for payment in (first, second):
        note(session, payment, PaymentState.SENDING, "bot")
    note(session, first, PaymentState.UNKNOWN, "bot", reason="VTIM")
    assert not list(payments_held_up.payments_held_up(session, None))
    monkeypatch.setattr(payments_held_up, "UNKNOWN_FOR", timedelta(0))
    monkeypatch.setattr(payments_held_up, "STANDING_FOR", timedelta(0))
    (unknown,) = payments_held_up.payments_held_up(session, None)
    assert unknown.code == "payments_unknown" and "1건(100,000원)" in unknown.what
    session.execute(text("UPDATE work_item SET state = 'review' WHERE bot = 'payments.send'"))
    assert {"payments_unknown:", f"batch_standing:{batch.id}"} <= {a.name for a in alarms.alarms(session)}
    session.rollback()


def test_a_batch_that_goes_by_files_stands_still_as_well(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = treasury(session)
    batch = batch_of(session, people, orders(session, 1), channel="iso20022")
    checked(session, batch)
    through(session, batch, people)
    move(session, batch, PaymentBatchState.RUNNING, "bot")
    monkeypatch.setattr(payments_held_up, "STANDING_FOR", timedelta(0))
    assert not list(payments_held_up.payments_held_up(session, None))
    session.execute(text("UPDATE work_item SET state = 'review' WHERE bot = 'payments.iso_send'"))
    (alarm,) = payments_held_up.payments_held_up(session, None)
    assert (alarm.code, alarm.show) == ("batch_standing", {"bot": "payments.iso_send"})
    session.rollback()
