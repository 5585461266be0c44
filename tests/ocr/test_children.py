"""Children with limits: what hangs, swells or dies takes no worker with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ocr import problems
from ocr.children import PageReaders
from ocr.frames import FrameError, read_frame, write_frame
from ocr.problems import UnreadableError
from tests.ocr import paper


@pytest.fixture(scope="module")
def readers() -> Iterator[PageReaders]:
    with PageReaders(processes=1) as pool:
        yield pool


def test_a_page_and_its_picture(readers: PageReaders, tmp_path: Path) -> None:
    path = paper.as_fax(paper.form(), tmp_path / "fax.tif")
    assert readers.inspect(path).page_count == 1
    (read,) = readers.read_pages(path, [1])
    assert "01012345678" in paper.digits(read.text)
    image = Image.open(BytesIO(readers.render(path, 1, read)))
    assert image.size == (read.width, read.height)


def test_what_is_wrong_with_a_page_is_its_problem(readers: PageReaders, tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"II*\0" + os.urandom(500))
    assert readers.submit_page(tmp_path / "a.tif", 1).result().problem == problems.MALFORMED
    assert readers.submit_page(tmp_path / "nothing", 1).result().problem == problems.MALFORMED
    with pytest.raises(UnreadableError):
        readers.inspect(tmp_path / "a.tif")


def test_a_page_too_large_to_draw(readers: PageReaders, tmp_path: Path) -> None:
    path = paper.write_pdf(
        tmp_path / "wall.pdf",
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900000 3] >>",
        ],
    )
    assert readers.submit_page(path, 1).result().problem in (
        problems.TOO_LARGE,
        problems.TINY,
        problems.MALFORMED,
    )


def test_time_is_limited_and_the_next_file_is_read(tmp_path: Path) -> None:
    path = paper.as_fax(paper.form(), tmp_path / "fax.tif")
    with PageReaders(processes=1, page_seconds=0.05) as hurried:
        started = time.monotonic()
        assert hurried.submit_page(path, 1).result().problem == problems.TIMEOUT
        assert time.monotonic() - started < 5
        hurried.page_seconds = 60
        assert hurried.submit_page(path, 1).result().problem is None


def test_a_file_has_a_limit_of_its_own(tmp_path: Path) -> None:
    path = paper.as_fax(paper.form(150), tmp_path / "fax.tif", dpi=150)
    with PageReaders(processes=1, file_seconds=0.0) as pool:
        assert {page.problem for page in pool.read_pages(path, [1, 1])} == {problems.TIMEOUT}


def test_a_long_file_does_not_hold_up_a_short_one(tmp_path: Path) -> None:
    lines = ["Name : HONG GILDONG 960121-1021413"] * 3
    long, short = (paper.text_pdf(tmp_path / f"{name}.pdf", lines) for name in ("long", "short"))
    done: list[str] = []

    def read(pool: PageReaders, path: Path, pages: list[int]) -> None:
        for page, _ in pool.read_and_render(path, pages):
            assert page.problem is None
            done.append(path.stem)

    with PageReaders(processes=1) as pool, ThreadPoolExecutor(2) as threads:
        first = threads.submit(read, pool, long, [1] * 16)
        while not done:
            time.sleep(0.01)
        threads.submit(read, pool, short, [1]).result()
        first.result()
    assert done.count("long") == 16
    assert done.index("short") < 10


def test_a_file_need_not_answer_for_the_time_of_others(tmp_path: Path) -> None:
    path = paper.text_pdf(tmp_path / "a.pdf", ["Name : HONG GILDONG 960121-1021413"] * 3)
    with PageReaders(processes=1, file_seconds=4.0) as pool:
        pool.inspect(path)
        reading = pool.read_and_render(path, [1, 1])
        assert next(reading)[0].problem is None
        time.sleep(4.5)  # as if other files had their turn
        assert next(reading)[0].problem is None


def test_memory_is_limited(tmp_path: Path) -> None:
    Image.new("L", (10_900, 10_900), 255).save(tmp_path / "big.png")
    with PageReaders(processes=1, memory_bytes=700 * 1024**2) as pool:
        read = pool.submit_page(tmp_path / "big.png", 1).result()
        assert read.problem in (problems.MEMORY, problems.CRASHED)
        small = paper.text_pdf(tmp_path / "small.pdf", ["Name : HONG GILDONG 960121-1021413"] * 3)
        assert pool.submit_page(small, 1).result().problem is None


def test_a_killed_child_is_replaced(readers: PageReaders, tmp_path: Path) -> None:
    path = paper.text_pdf(tmp_path / "a.pdf", ["Name : HONG GILDONG 960121-1021413"] * 3)
    assert readers.submit_page(path, 1).result().problem is None
    child = next(p for p in psutil.Process().children() if "ocr.child" in p.cmdline())
    child.send_signal(signal.SIGKILL)
    child.wait(5)
    assert readers.submit_page(path, 1).result().problem is None


def test_no_child_outlives_its_parent(tmp_path: Path) -> None:
    path = paper.as_fax(paper.form(), tmp_path / "fax.tif")
    program = (
        "import sys, time; from ocr.children import PageReaders; pool = PageReaders(1);"
        f"pool.submit_page({str(path)!r}, 1); time.sleep(0.5);"
        "print(pool._children[0].process.pid, flush=True); time.sleep(60)"
    )
    root = str(Path(__file__).parents[2])
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=root) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 10
    while _group(child) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _group(child) == []


def _group(leader: int) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.none()), max_size=5), st.binary())
def test_frames_come_back(value: dict[str, object], body: bytes) -> None:
    file = BytesIO()
    write_frame(file, value, body)
    write_frame(file, {})
    file.seek(0)
    assert read_frame(file) == (value, body)
    assert read_frame(file) == ({}, b"")
    assert read_frame(file) is None


@given(st.integers(1, 40))
def test_broken_frames_are_told(cut: int) -> None:
    file = BytesIO()
    write_frame(file, {"problem": "timeout"}, b"0123456789")
    whole = file.getvalue()
    with pytest.raises(FrameError):
        read_frame(BytesIO(whole[: min(cut, len(whole) - 1)]))


def test_children_are_told_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (
        "BACKOFFICE_KEY",
        "BACKOFFICE_CASE_TOKEN",
        "BACKOFFICE_DATABASE_URL",
        "AWS_SECRET_ACCESS_KEY",
    ):
        monkeypatch.setenv(name, "not-for-children")
    monkeypatch.setenv("BACKOFFICE_MAX_PAGES", "7")
    with PageReaders(processes=1, page_seconds=20) as readers:
        with pytest.raises(UnreadableError):
            readers.inspect(tmp_path / "absent")
        (child,) = readers._children
        assert child.process is not None
        told = Path(f"/proc/{child.process.pid}/environ").read_bytes()
    assert b"not-for-children" not in told
    assert b"BACKOFFICE_MAX_PAGES=7" in told
