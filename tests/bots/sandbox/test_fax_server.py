"""The spool adapter understands what the sandbox's fax server and scanner write."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2 as pdfium
import pytest

from bots.intake.spool import arrived
from bots.sandbox.fax_server import BROKEN_OFF, Call, FaxServer, Scanner
from bots.sandbox.locked_pdf import locked_pdf
from bots.sandbox.ways import Line

SEOUL = ZoneInfo("Asia/Seoul")
CONTENT = b"II*\0\x08\0\0\0" + b"\0" * 400


def test_the_log_names_what_was_received(tmp_path: Path) -> None:
    server = FaxServer(tmp_path)
    answered = datetime(2026, 11, 20, 9, 5, tzinfo=SEOUL)
    server.receive(CONTENT, Call("01012345678", "주식회사 다온", 3, fine=True, seconds=0), answered)
    server.receive(CONTENT, Call("", "", 1, fine=False, reason=BROKEN_OFF, seconds=0), answered)
    first, second = arrived(tmp_path, settle_seconds=60)
    assert (first.path.name, second.path.name) == ("fax000000001.tif", "fax000000002.tif")
    assert (first.caller, first.sender, first.pages, first.status) == ("01012345678", "주식회사 다온", 3, "")
    assert (first.received_at, second.status) == (answered, BROKEN_OFF)


def test_a_call_in_progress_is_not_complete(tmp_path: Path) -> None:
    server = FaxServer(tmp_path)
    call = Call("01012345678", "", 1, fine=True, seconds=0.6)
    ringing = threading.Thread(target=server.receive, args=(CONTENT, call, datetime.now(SEOUL)))
    ringing.start()
    sizes = set()
    while ringing.is_alive():
        for path in (tmp_path / "recvq").glob("*.tif"):
            sizes.add(path.stat().st_size)
            if ringing.is_alive() and not (tmp_path / "etc" / "xferfaxlog").exists():
                assert list(arrived(tmp_path, settle_seconds=5)) == []
        time.sleep(0.02)
    assert len(sizes) > 2
    assert len(list(arrived(tmp_path, settle_seconds=5))) == 1


def test_a_name_that_still_lies_there_is_not_written_over(tmp_path: Path) -> None:
    scanner = Scanner(tmp_path)
    first = scanner.scan("scan.pdf", b"one", 0, patience=0)
    second = scanner.scan("scan.pdf", b"two", 0, patience=0)
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    first.unlink()
    assert scanner.scan("scan.pdf", b"three", 0, patience=0) == first


def test_the_locked_pdf_opens_with_its_password_only() -> None:
    data = locked_pdf("1234")
    with pytest.raises(pdfium.PdfiumError, match=r"(?i)password"):
        pdfium.PdfDocument(data)
    with pdfium.PdfDocument(data, password="1234") as document:
        assert "CONFIDENTIAL" in document[0].get_textpage().get_text_range()


def test_what_fails_on_the_line_is_told_at_its_end() -> None:
    line, brought = Line("test"), []

    def fail() -> None:
        raise OSError("disk full")

    line.put(fail)
    line.put(lambda: brought.append(1))
    with pytest.raises(OSError, match="disk full"):
        line.close()
    assert brought == [1], "what comes after is brought all the same"
