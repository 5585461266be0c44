"""kill -9 of the process that reads and divides a batch, again and again: each letter once, no page lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, col, select

from queues import files
from queues.batches import letters_of
from queues.deliveries import Arrived, enter
from queues.models import Delivery, Page, WorkItem
from tests.bots.test_batch import KIM, LEE, PARK, batch, form
from tests.conftest import ROOT

LETTERS = 4
_READ = """
import sys
from bots.intake.read import read_delivery_record
from ocr.children import PageReaders
with PageReaders(processes=1, page_seconds=20, file_seconds=60) as pool:
    read_delivery_record(int(sys.argv[1]), pool)
"""


@pytest.mark.thorough
def test_a_batch_whose_reader_is_killed_is_divided_once(database_url: str, session: Session) -> None:
    people = [(KIM, LEE, PARK)[n % 3] for n in range(LETTERS)]
    content = batch(*(sheet for n, who in enumerate(people) for sheet in ("S", form(who, n + 1))))
    batch_id = enter(Arrived("scan:mfp", "batch.pdf", datetime.now(UTC), files.put(content), "batch.pdf"))
    rng, killed, patience = random.Random(3), 0, 1.0
    while True:
        reader = subprocess.Popen(
            [sys.executable, "-c", _READ, str(batch_id)], cwd=ROOT, env=os.environ, start_new_session=True
        )
        try:
            assert reader.wait(patience if killed < 3 else 60) == 0
            break
        except subprocess.TimeoutExpired:
            os.killpg(reader.pid, signal.SIGKILL)
            reader.wait()
            killed += 1
            patience = rng.uniform(1.0, 1.0 + 0.8 * killed)
            _all_or_nothing(session, batch_id)
    assert killed >= 2, "the run was over before it was disturbed"
    _all_or_nothing(session, batch_id)
    letters = letters_of(session, batch_id)
    assert [d.source_ref for d in letters] == [f"batch.pdf#{n}" for n in range(1, LETTERS + 1)]
    pages = select(Page.original_page).where(col(Page.delivery_id).in_([d.id for d in letters]))
    assert sorted(session.exec(pages)) == list(range(2, 2 * LETTERS + 1, 2))
    items = session.exec(select(WorkItem.reference).where(WorkItem.bot == "intake.read")).all()
    assert sorted(items) == sorted(
        f"delivery:{d.id}" for d in (session.get_one(Delivery, batch_id), *letters)
    )


def _all_or_nothing(session: Session, batch_id: int) -> None:
    session.expire_all()
    state = session.get_one(Delivery, batch_id).state
    assert len(letters_of(session, batch_id)) == (LETTERS if state == "split" else 0)
    session.rollback()
