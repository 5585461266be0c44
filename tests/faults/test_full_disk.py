"""A full disk for real: nothing is lost, nothing is half taken, and it goes on by itself when there is room."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from bots.intake.scan import take_folder
from queues import database, files
from queues.errors import StoreFull
from queues.models import Delivery
from tests.bots.papers import application_paper, text_pdf
from tests.conftest import environment


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
