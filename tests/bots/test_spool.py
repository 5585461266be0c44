"""Taking files from a spool folder: only whole ones, with what the server knows, never deleted."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.intake.spool import arrived, ends_properly, move_aside, read_transfer_log

SEOUL = ZoneInfo("Asia/Seoul")
PDF = b"%PDF-1.4\n...\n%%EOF\n"


def put(path: Path, content: bytes, age: float = 60, now: float = 1_800_000_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (now - age, now - age))
    return path


NOW = 1_800_000_000.0


def test_a_growing_file_is_left_until_it_settles(tmp_path: Path) -> None:
    put(tmp_path / "a.pdf", PDF, age=1)
    assert list(arrived(tmp_path, now=NOW)) == []
    assert [f.path.name for f in arrived(tmp_path, now=NOW + 5)] == ["a.pdf"]


def test_a_file_that_ends_in_the_middle_waits_longer_but_not_for_ever(tmp_path: Path) -> None:
    put(tmp_path / "a.pdf", b"%PDF-1.4\nhalf of it", age=60)
    assert list(arrived(tmp_path, now=NOW)) == []
    assert len(list(arrived(tmp_path, now=NOW + 600))) == 1


def test_the_log_gives_time_caller_and_status(tmp_path: Path) -> None:
    put(tmp_path / "recvq" / "fax00000012.tif", b"II*\0\x08\0\0\0" + b"\0" * 40, age=0)
    line = [
        "11/13/26 13:59",
        "RECV",
        "00000012",
        "ttyS0",
        "recvq/fax00000012.tif",
        "",
        "fax",
        '"02 2250 5470"',
        '"BARUN EDU"',
        "57",
        "4",
        "1:02",
        "0:58",
        "",
        "01029465043",
        "",
    ]
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "xferfaxlog").write_text("\t".join(line) + "\nbroken line\n")
    (file,) = arrived(tmp_path, now=NOW)
    assert file.received_at == datetime(2026, 11, 13, 13, 59, tzinfo=SEOUL)
    assert (file.caller, file.sender, file.pages) == ("01029465043", "BARUN EDU", 4)


def test_sidecar_is_read_and_moved_with_its_file(tmp_path: Path) -> None:
    put(tmp_path / "scan.pdf", PDF)
    (tmp_path / "scan.pdf.json").write_text(
        json.dumps({"caller": "02-123-4567", "received_at": "2026-11-02T09:00"})
    )
    (file,) = arrived(tmp_path, now=NOW)
    assert file.caller == "021234567"
    moved = move_aside(file, tmp_path, 7)
    assert moved.read_bytes() == PDF
    assert moved.name == "7-scan.pdf"
    assert moved.with_name("7-scan.pdf.json").exists()
    assert move_aside(file, tmp_path, 7) == moved, "a second run after a crash changes nothing"
    assert list(arrived(tmp_path, now=NOW)) == []


def test_links_and_hidden_files_are_not_followed(tmp_path: Path) -> None:
    secret = put(tmp_path.parent / "secret.pdf", PDF)
    (tmp_path / "link.pdf").symlink_to(secret)
    put(tmp_path / ".hidden.pdf", PDF)
    assert list(arrived(tmp_path, now=NOW)) == []


def test_a_missing_spool_is_not_an_empty_spool(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="스풀 폴더"):
        list(arrived(tmp_path / "unmounted"))


@given(st.binary(max_size=200))
def test_no_content_breaks_the_look_at_a_files_end(content: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        assert ends_properly(Path(file.name)) in (True, False)


@given(st.text(max_size=300))
def test_no_log_breaks_the_reading_of_it(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "xferfaxlog").write_text(text, "utf-8")
        assert isinstance(read_transfer_log(Path(folder), SEOUL), dict)


def test_a_pause_between_two_pages_is_not_the_end_of_a_call(tmp_path: Path) -> None:
    """Its first page lies there whole, and the log does not name it yet."""
    put(tmp_path / "recvq" / "fax000000007.tif", b"II*\0\x08\0\0\0" + b"\0" * 40, age=45)
    assert list(arrived(tmp_path, now=NOW)) == []
    assert len(list(arrived(tmp_path, now=NOW + 600))) == 1, "a server that died in the call writes no log"


def test_a_tiff_without_its_directory_is_still_being_written(tmp_path: Path) -> None:
    begun = put(tmp_path / "scan.tif", b"II*\0\0\0\0\0" + b"\0" * 4000)
    assert not ends_properly(begun)


def test_another_file_under_the_same_name_is_not_moved_unread(tmp_path: Path) -> None:
    put(tmp_path / "scan.pdf", PDF)
    (taken,) = arrived(tmp_path, now=NOW)
    put(tmp_path / "scan.pdf", PDF + b"% the next one", age=30)
    assert move_aside(taken, tmp_path, 7) == tmp_path / "scan.pdf"
    assert (tmp_path / "scan.pdf").read_bytes() != PDF


def test_recvq_itself_may_be_the_spool_folder(tmp_path: Path) -> None:
    file = put(tmp_path / "recvq" / "fax000000008.tif", b"II*\0\x08\0\0\0" + b"\0" * 40)
    assert len(list(arrived(tmp_path / "recvq", now=NOW))) == 1, "without a log it is a folder like others"
    log = tmp_path / "etc" / "xferfaxlog"
    log.parent.mkdir()
    log.write_text("")
    assert list(arrived(tmp_path / "recvq", now=NOW)) == []
    words = [
        "11/13/26 13:59",
        "RECV",
        "8",
        "ttyS0",
        f"recvq/{file.name}",
        "",
        "fax",
        "",
        "TSI",
        "",
        "1",
        "",
        "",
        "",
        "021",
    ]
    log.write_text("\t".join(words) + "\n")
    assert [f.caller for f in arrived(tmp_path / "recvq", now=NOW)] == ["021"]
