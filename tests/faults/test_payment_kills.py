"""kill -9 at every step of a run: by the bank's own books nobody is paid twice, and nothing is lost sight of."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from bots.payments import inquire
from bots.sandbox.bank.service import SandboxBank
from queues import database
from tests.bots.payments.flow_world import (
    WON,
    approved,
    asked,
    drafted,
    history,
    paid_at_bank,
    payments,
    questions_about,
    sent,
    states,
    world,
)
from tests.faults.payment_child import ASKING, CHECKING, MORE_OF_SENDING, SENDING, Runs
from tests.queues.payment_world import Treasury, treasury

_MORE = pytest.mark.thorough
_PAYMENTS, _WINDOW, _WRITE_WITHIN = 6, 3, 0.6


@pytest.fixture(scope="module")
def people(database_url: str) -> Treasury:
    with Session(database.engine(), expire_on_commit=False) as session:
        found = treasury(session)
        session.commit()
        return found


@pytest.fixture(scope="module")
def bank(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxBank]:
    folder = tmp_path_factory.mktemp("bank")
    with world(folder, window=_WINDOW, write_within_seconds=_WRITE_WITHIN) as up:
        yield up


@pytest.fixture(scope="module")
def runs(bank: SandboxBank) -> Iterator[Runs]:
    with Runs() as found:
        yield found


def _agree(batch_id: int, bank: SandboxBank, made: list[str], step: str) -> int:
    """Every payment stands where the bank's books have it; how many a person is asked about."""
    paid = {one.account: one.amount for one in bank.books.transfers("paid") if one.account in made}
    times = paid_at_bank(bank, made)
    assert set(times) <= {0, 1}, f"{step}: paid twice"
    in_question = 0
    for payment, account in zip(payments(batch_id), made, strict=True):
        told = f"{step}: {history(payment.id)}"
        if payment.state == "accepted":
            assert paid[account] == payment.amount_won == WON, told
        else:
            assert payment.state == "unknown" and account not in paid, told
            assert questions_about(payment.id) == ["payment_no_record"], told
            in_question += 1
    assert bank.counts["again"] == 0, step
    return in_question


@pytest.mark.parametrize("step", [*SENDING, *(pytest.param(step, marks=_MORE) for step in MORE_OF_SENDING)])
def test_killed_at_every_step_of_a_run(
    session: Session, people: Treasury, bank: SandboxBank, runs: Runs, step: str
) -> None:
    batch_id, made = approved(session, people, bank, _PAYMENTS)
    assert runs.killed("send", batch_id, step), step
    sent(batch_id)
    inquire.ask_all()
    in_question = _agree(batch_id, bank, made, step)
    # Committed and never written: the bank knows nothing of it, and neither do we until a person says so.
    never_written = {
        "sending:Transfers.prepare:after:1": _WINDOW,
        "line.line:Line._write:before:2": _WINDOW - 1,
    }
    assert in_question <= _WINDOW and in_question == never_written.get(step, in_question), step


@pytest.mark.parametrize("step", [CHECKING[0], *(pytest.param(step, marks=_MORE) for step in CHECKING[1:])])
def test_killed_while_names_are_asked_for(
    session: Session, people: Treasury, bank: SandboxBank, runs: Runs, step: str
) -> None:
    batch_id, _ = drafted(session, people, bank, _PAYMENTS)
    assert runs.killed("check", batch_id, step), step
    asked(batch_id)
    assert states(batch_id) == {"name_checked": _PAYMENTS}, step


@pytest.mark.parametrize("step", [ASKING[0], *(pytest.param(step, marks=_MORE) for step in ASKING[1:])])
def test_killed_while_results_are_asked_for(
    session: Session, people: Treasury, bank: SandboxBank, runs: Runs, step: str
) -> None:
    batch_id, made = approved(session, people, bank, 2)
    for account, fault in zip(made, ("paid_vtim", "lost_vtim"), strict=True):
        bank.faults.order("2000/100", fault, account=account)
    sent(batch_id)
    assert runs.killed("ask", 0, step), step
    _until_asked(batch_id, step)
    assert _agree(batch_id, bank, made, step) == 1


def test_a_stopped_worker_that_wakes_up_sends_nothing(
    session: Session, people: Treasury, bank: SandboxBank, runs: Runs
) -> None:
    """Another has taken over, and the bank has said that it has no record: now nothing may arrive any more."""
    batch_id, made = approved(session, people, bank, 2)
    pid = runs.start("send", batch_id, at="sending:Transfers.prepare:after:1", signal_=signal.SIGSTOP)
    _await_stop(pid)
    time.sleep(_WRITE_WITHIN)
    sent(batch_id)
    inquire.ask_all()
    assert states(batch_id) == {"unknown": 2}
    os.kill(pid, signal.SIGCONT)
    assert not runs.end()
    assert _agree(batch_id, bank, made, "stopped") == 2
    assert paid_at_bank(bank, made) == {0: 2}


def _until_asked(batch_id: int, step: str) -> None:
    """One that was just asked about is not asked about again at once."""
    until = time.monotonic() + 10
    while inquire.ask_all() or any(p.state == "unknown" and p.next_look_at for p in payments(batch_id)):
        assert time.monotonic() < until, step
        time.sleep(0.1)


def _await_stop(pid: int) -> None:
    until = time.monotonic() + 10
    while Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "T":
        assert time.monotonic() < until
        time.sleep(0.02)
