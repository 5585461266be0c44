"""A pool of child processes that open files from outside, each with limits of memory and time.

A bomb kills a child, not the worker: the child and all it started are killed as a process group, and
another takes its place.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, cast

from ocr import problems
from ocr.frames import FrameError, read_frame, write_frame
from ocr.problems import UnreadableError
from ocr.source import SourceInfo
from ocr.types import PageRead

MEMORY_BYTES = 2 * 1024**3  # of addresses; libraries and the line recogniser take 0.7 GiB of them
FULL_BYTES = 900 * 1024**2  # resident; a child that holds more after a page is replaced
PAGE_SECONDS = 120.0
FILE_SECONDS = 1800.0
PAGES_A_CHILD = 200
# A child opens what strangers sent: it is told of no key, password or database.
_SECRET = re.compile(r"(?i)(_KEY$|KEY_ID|TOKEN|SECRET|PASSW|CREDENTIAL|DATABASE_URL|STORE_URL)")


class PageReaders:
    """Reads pages in `processes` children (default: one per core); a context manager.

    memory_bytes  of address space each child and each tesseract may take
    page_seconds  wall clock and processor time one request may take
    file_seconds  wall clock all pages of one file may take with all children to itself: the time its pages
                  wait for those of other files does not count
    """

    def __init__(
        self,
        processes: int | None = None,
        memory_bytes: int = MEMORY_BYTES,
        page_seconds: float = PAGE_SECONDS,
        file_seconds: float = FILE_SECONDS,
    ) -> None:
        self.processes = processes or os.cpu_count() or 1
        self.memory_bytes = memory_bytes
        self.page_seconds = page_seconds
        self.file_seconds = file_seconds
        self._idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        self._children = [_Child(memory_bytes) for _ in range(self.processes)]
        for child in self._children:
            self._idle.put(child)
        self._prepared: list[Future[None]] = []
        self._threads = ThreadPoolExecutor(self.processes, thread_name_prefix="page-reader")

    def prepare(self) -> list[Future[None]]:
        """Start the idle children and have them load what reading needs: the first page need not wait."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._prepared.append(self._threads.submit(self._prepare, self._idle.get_nowait()))
        return self._prepared

    def inspect(self, path: Path | str) -> SourceInfo:
        """What the file is. Raises `UnreadableError`."""
        found, _ = self._threads.submit(self._ask, {"do": "inspect", "path": _absolute(path)}, None).result()
        return SourceInfo(found["kind"], found["page_count"])

    def submit_page(self, path: Path | str, number: int) -> Future[PageRead]:
        """Read page `number` (1-based); what is wrong with the page comes back as its `problem`."""
        return self._threads.submit(self._read, _absolute(path), number, None)

    def read_pages(self, path: Path | str, numbers: Iterable[int]) -> Iterator[PageRead]:
        """Read pages as children become free, in the order they are done."""
        left = _SecondsLeft(self.file_seconds * self.processes)
        futures = [self._threads.submit(self._read, _absolute(path), number, left) for number in numbers]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()

    def read_and_render(
        self, path: Path | str, numbers: Iterable[int]
    ) -> Iterator[tuple[PageRead, bytes | None]]:
        """Read pages and make their previews (PNG, None of a page with a problem), as they are done.

        A preview shows the upright page at 150 dpi (see `ocr.preview`); boxes scale with it.
        """
        left = _SecondsLeft(self.file_seconds * self.processes)
        waiting = iter(numbers)
        running: set[Future[tuple[PageRead, bytes | None]]] = set()
        try:
            while True:
                # No more at once than there are children: a long file must not hold up the others.
                for number in itertools.islice(waiting, self.processes - len(running)):
                    running.add(self._threads.submit(self._read_and_render, _absolute(path), number, left))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            for future in running:
                future.cancel()

    def render(self, path: Path | str, number: int, read: PageRead) -> bytes:
        """PNG of the cleaned upright page, in the coordinates of `read`. Raises `UnreadableError`."""
        request = {"do": "render", "path": _absolute(path), "number": number, "page": read.to_dict()}
        return self._threads.submit(self._ask, request, None).result()[1]

    def put_together(self, paths: Iterable[Path | str], to: Path) -> int:
        """Write all pages of several files, in their order, as one PDF to `to`; returns how many pages.

        Raises `UnreadableError` when one of them cannot be opened. Leaves parts beside `to` only while it works.
        """
        parts: list[Path] = []
        try:
            for number, path in enumerate(paths):
                parts.append(to.with_name(f"{to.name}.{number}.part"))
                request = {"do": "enclose", "path": _absolute(path), "to": _absolute(parts[-1])}
                self._threads.submit(self._ask, request, None).result()
            whole: dict[str, Any] = {"do": "join", "path": "", "to": _absolute(to)}
            whole["paths"] = [_absolute(part) for part in parts]
            found, _ = self._threads.submit(self._ask, whole, None).result()
            return int(found["page_count"])
        finally:
            for part in parts:
                part.unlink(missing_ok=True)

    def close(self) -> None:
        """Kill all children and end."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.kill()
        self._threads.shutdown(wait=True)
        for child in self._children:
            child.kill()

    def __enter__(self) -> PageReaders:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _prepare(self, child: _Child) -> None:
        try:
            with contextlib.suppress(UnreadableError):  # the first page will tell, to somebody who listens
                child.ask({"do": "prepare", "path": "", "seconds": self.page_seconds}, self.page_seconds)
        finally:
            self._idle.put(child)

    def _read_and_render(self, path: str, number: int, left: _SecondsLeft) -> tuple[PageRead, bytes | None]:
        try:
            found, image = self._ask({"do": "read", "path": path, "number": number, "preview": True}, left)
        except UnreadableError as error:
            return PageRead(number=number, width=0, height=0, problem=error.code), None
        return PageRead.from_dict(found["page"]), image or None

    def _read(self, path: str, number: int, left: _SecondsLeft | None) -> PageRead:
        try:
            found, _ = self._ask({"do": "read", "path": path, "number": number}, left)
        except UnreadableError as error:
            return PageRead(number=number, width=0, height=0, problem=error.code)
        return PageRead.from_dict(found["page"])

    def _ask(self, request: dict[str, Any], left: _SecondsLeft | None) -> tuple[dict[str, Any], bytes]:
        child = self._idle.get()
        began = time.monotonic()
        try:
            seconds = self.page_seconds if left is None else min(self.page_seconds, left.seconds)
            if seconds <= 0:
                raise UnreadableError(
                    problems.TIMEOUT, f"the file took longer than {self.file_seconds:.0f} s"
                )
            return child.ask({**request, "seconds": seconds}, seconds)
        finally:
            self._idle.put(child)
            if left is not None:
                left.spend(time.monotonic() - began)


class _SecondsLeft:
    """How long children may still work on a file."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()

    def spend(self, seconds: float) -> None:
        """Take off what a page took."""
        with self._lock:
            self.seconds -= seconds


class _Child:
    """One child process, started when first asked and again after it was killed."""

    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        self.process: subprocess.Popen[bytes] | None = None
        self.asked = 0

    def ask(self, request: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
        """Send a request and wait. Raises `UnreadableError`, also when the child had to be killed."""
        if self.process is None or self.process.poll() is not None or self.asked >= PAGES_A_CHILD:
            self._start()
        process = self.process
        assert process is not None
        self.asked += 1
        late = threading.Event()
        timer = threading.Timer(seconds, self._overrun, (process, late))
        timer.start()
        try:
            write_frame(cast(BinaryIO, process.stdin), request)
            answer = read_frame(cast(BinaryIO, process.stdout))
        except (OSError, FrameError, ValueError):
            answer = None
        finally:
            timer.cancel()
        if answer is None:
            self.kill()
            raise _ended(process.returncode, late.is_set(), seconds)
        if answer[0].get("resident_bytes", 0) > FULL_BYTES:
            self.kill()
        if "problem" in answer[0]:
            raise UnreadableError(answer[0]["problem"], answer[0]["detail"])
        return answer

    def kill(self) -> None:
        """End the child and everything it started."""
        process, self.process = self.process, None
        if process is not None:
            _kill_group(process)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()

    def _start(self) -> None:
        self.kill()
        root = str(Path(__file__).resolve().parent.parent)
        environment = {
            **{name: value for name, value in os.environ.items() if not _SECRET.search(name)},
            "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", "")))),
            "OMP_NUM_THREADS": "1",
            "OMP_THREAD_LIMIT": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "OPENCV_FOR_THREADS_NUM": "1",
            "MALLOC_ARENA_MAX": "2",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ocr.child", str(self.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=root,
            start_new_session=True,
        )
        self.asked = 0

    @staticmethod
    def _overrun(process: subprocess.Popen[bytes], late: threading.Event) -> None:
        late.set()
        _kill_group(process)


def _absolute(path: Path | str) -> str:
    return str(Path(path).absolute())


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    # The child leads its group; the group outlives it while tesseract runs, so it is always signalled.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)


def _ended(returncode: int | None, late: bool, seconds: float) -> UnreadableError:
    if late or returncode == -signal.SIGXCPU:
        return UnreadableError(problems.TIMEOUT, f"took longer than {seconds:.0f} s")
    return UnreadableError(problems.CRASHED, f"the reading process ended with {returncode}")
