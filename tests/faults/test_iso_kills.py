"""kill -9 at every step of a file: by the bank's books each payment is made exactly once, and its word is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from bots.sandbox.bank_files.service import BankFilesService
from queues.database import session as record
from queues.models import Payment
from tests.bots.payments.iso_world import approved_for_files, files_of, files_world, states
from tests.faults.iso_child import COLLECT_STEPS, DOUBT_STEPS, SEND_STEPS, FileRuns
from tests.queues.payment_world import Treasury, treasury


@pytest.fixture(scope="module")
def service(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankFilesService]:
    with files_world(tmp_path_factory.mktemp("files"), payments_per_file=1) as found:
        yield found


@pytest.fixture(scope="module")
def people(service: BankFilesService) -> Treasury:
    with record() as session:
        return treasury(session)


def _to_the_end(runs: FileRuns, batch_id: int) -> None:
    until = time.monotonic() + 20
    while (said := runs.run(batch_id))["waits"] and time.monotonic() < until:
        time.sleep(0.1)
    assert not said["error"], said
    assert not runs.run(None)["error"]


def test_killed_on_the_way_out(service: BankFilesService, session: Session, people: Treasury) -> None:
    with FileRuns() as runs:
        for step in SEND_STEPS:
            batch_id, _ = approved_for_files(session, people, service, 2)
            assert runs.run(batch_id, step)["killed"], step
            if step == "over_https:OverHttps.upload:after":
                for doubted in DOUBT_STEPS:
                    assert runs.run(batch_id, doubted)["killed"], doubted
            _to_the_end(runs, batch_id)
            _paid_once(service, session, batch_id, step)


@pytest.mark.thorough
def test_killed_while_answers_are_taken_in(
    service: BankFilesService, session: Session, people: Treasury
) -> None:
    with FileRuns() as runs:
        for step in COLLECT_STEPS:
            batch_id, _ = approved_for_files(session, people, service, 2)
            assert runs.run(batch_id)["state"] == "done"
            assert runs.run(None, step)["killed"], step
            assert not runs.run(None)["error"]
            _paid_once(service, session, batch_id, step)


def _paid_once(service: BankFilesService, session: Session, batch_id: int, step: str) -> None:
    found = states(session, batch_id)
    assert found == ["accepted"] * len(found), step
    for payment in session.exec(select(Payment).where(Payment.batch_id == batch_id)):
        transfer = service.desk.books.find(f"iso:{payment.end_to_end}")
        assert transfer is not None and (transfer.state, transfer.times) == ("paid", 1), step
    for file in files_of(session, batch_id):
        assert (file.state, service.desk.uploads[file.msg_id].times) == ("answered", 1), step
