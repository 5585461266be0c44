"""A full disk for real: nothing is lost, nothing is half taken, and it goes on by itself when there is room."""

from __future__ import annotations

import errno
import os
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from bots.intake.read import read_delivery_record
from bots.intake.scan import take_folder
from config.settings import settings
from dashboard.acts.handing_in import Upload, hand_in
from dashboard.visitor import Visitor
from ocr.children import PageReaders
from queues import accounts, database, files, giving_up, work
from queues.alarms import alarms
from queues.bots import BotSpec
from queues.deliveries import Arrived, enter
from queues.errors import StoreFull
from queues.models import Delivery, Page, ReviewTask, Role, WorkItem, WorkState
from queues.retry import RetryPolicy
from tests.bots.faxes import fax_tiff
from tests.bots.papers import application_paper, text_pdf
from tests.conftest import environment

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes: less than one paper with its font."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_fax_waits_in_the_spool_while_the_disk_is_full(
    database_url: str, small_disk: Path, tmp_path: Path
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    file = spool / "big.pdf"
    content = text_pdf([application_paper("2026-UB-1000137", "홍길동", "960121-1021413", "010-2345-6789")])
    file.write_bytes(content)
    os.utime(file, (time.time() - 60, time.time() - 60))
    store = {"BACKOFFICE_FILE_STORE_URL": f"file://{small_disk / 'files'}", "BACKOFFICE_MIN_FREE_BYTES": "0"}
    with environment(**store):
        with pytest.raises((OSError, StoreFull)):
            take_folder(spool)
        assert file.read_bytes() == content, "the fax server still has it"
        with database.session() as session:
            assert session.exec(select(Delivery)).all() == []
        subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
        assert take_folder(spool) == 1
        with database.session() as session:
            (delivery,) = session.exec(select(Delivery)).all()
        assert files.read(delivery.original_sha256) == content
        leftovers = [p for p in small_disk.rglob("*") if p.is_file()]
        assert len(leftovers) == 1, "what was written before the disk was full is gone"


def _fill(disk: Path) -> Path:
    """Leave no room at all."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096) == 4096:
                pass
        except OSError as error:
            assert error.errno == errno.ENOSPC
    return filler


@pytest.mark.thorough
def test_reading_waits_for_room_and_asks_nobody(database_url: str, small_disk: Path) -> None:
    store = {"BACKOFFICE_FILE_STORE_URL": f"file://{small_disk / 'files'}", "BACKOFFICE_MIN_FREE_BYTES": "0"}
    with environment(**store):
        delivery_id = enter(Arrived("fax:line", "1", NOW, files.put(fax_tiff(2)), "1.tif"))
        filler = _fill(small_disk)
        with database.session() as session:
            item = session.exec(select(WorkItem).where(WorkItem.reference == f"delivery:{delivery_id}")).one()
        with PageReaders(processes=1, page_seconds=60, file_seconds=60) as readers:
            for _ in range(6):  # more often than any error is tried
                _run_once(item.id, lambda: read_delivery_record(delivery_id, readers))
                with database.session() as session:
                    waiting = session.get_one(WorkItem, item.id)
                    assert (waiting.state, waiting.waiting_reason) == ("queued", "disk_full")
                    assert "디스크에 자리가 없어" in work.why_waiting(session, waiting)
                    assert session.exec(select(ReviewTask)).all() == []
                    assert "disk_full:" in {alarm.name for alarm in alarms(session)}
            filler.unlink()
            _run_once(item.id, lambda: read_delivery_record(delivery_id, readers))
        with database.session() as session:
            pages = session.exec(select(Page).where(Page.delivery_id == delivery_id)).all()
            assert [page.state for page in pages] == ["read", "read"]
            assert all(page.image_sha256 and files.read(page.image_sha256) for page in pages)
            assert session.get_one(WorkItem, item.id).state == "done"


def _run_once(item_id: int, bot: Callable[[], object]) -> None:
    """What the runner does with one run of a bot."""
    with database.session() as session:
        item = session.get_one(WorkItem, item_id)
        item.tries += 1
        work.move(session, item, WorkState.RUNNING, "", "bot")
    try:
        bot()
    except Exception as error:
        with database.session() as session:
            spec = BotSpec("intake.read", "판독", lambda _: None, RetryPolicy(), 1)
            giving_up.fail_or_retry(session, session.get_one(WorkItem, item_id), spec, error)
    else:
        with database.session() as session:
            work.move(session, session.get_one(WorkItem, item_id), WorkState.DONE, "", "bot")


def test_the_desk_says_so_and_keeps_nothing_by_halves(database_url: str, small_disk: Path) -> None:
    store = {"BACKOFFICE_FILE_STORE_URL": f"file://{small_disk / 'files'}", "BACKOFFICE_MIN_FREE_BYTES": "0"}
    scans = [Upload(f"{n}.tif", fax_tiff(1, n), n) for n in range(3)]
    with environment(**store):
        with database.session() as session:
            account = accounts.create(session, "desk", "a-long-enough-password", role=Role.STAFF)
        visitor = Visitor(account.id, "desk", "", account.role, "127.0.0.1", "s")
        token, counter = str(uuid.uuid4()), settings().center_name
        filler = _fill(small_disk)
        with pytest.raises((OSError, StoreFull)), database.session() as session:
            hand_in(session, visitor, scans, token=token, counter=counter)
        desk = select(Delivery).where(Delivery.source == f"desk:{counter}")
        with database.session() as session:
            assert session.exec(desk).all() == []
        filler.unlink()
        for _ in range(2):  # pressed once more, it is still the same handing in
            with database.session() as session:
                hand_in(session, visitor, scans, token=token, counter=counter)
        with database.session() as session:
            found = session.exec(desk).all()
        assert sorted(files.read(d.original_sha256) for d in found) == sorted(s.content for s in scans)
