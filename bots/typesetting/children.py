"""The children in which letters are made: a template that never ends, or eats memory, costs a child only."""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, cast

from bots.typesetting import problem
from bots.typesetting.problem import LetterError
from config.settings import settings
from ocr.frames import FrameError, read_frame, write_frame

MEMORY_BYTES = 1536 * 1024**2  # of addresses; a child at work holds about 120 MB of memory
FULL_BYTES = 350 * 1024**2  # resident; a child that holds more after a letter is replaced
SECONDS = 30.0
IDLE_SECONDS = 60.0
LETTERS_A_CHILD = 1000
_SECRET = re.compile(r"(?i)(_KEY$|KEY_ID|TOKEN|SECRET|PASSW|CREDENTIAL|DATABASE_URL|STORE_URL)")
_ROOT = Path(__file__).resolve().parents[2]


class Children:
    """As many children as `processes` at the most, started when they are needed."""

    def __init__(self, processes: int, memory_bytes: int = MEMORY_BYTES, seconds: float = SECONDS) -> None:
        self.processes = processes
        self._idle: queue.LifoQueue[Child] = queue.LifoQueue()
        self._all = [Child(memory_bytes, seconds) for _ in range(processes)]
        for child in reversed(self._all):
            self._idle.put(child)

    @contextlib.contextmanager
    def one(self) -> Iterator[Child]:
        """A child that nobody else asks; waits for one to become free."""
        child = self._idle.get()
        try:
            yield child
        finally:
            self._idle.put(child)

    def close(self) -> None:
        """End them."""
        for child in self._all:
            child.kill()


class Child:
    """One child process. It ends when nobody has asked it for a while, and starts again when asked."""

    def __init__(self, memory_bytes: int, seconds: float) -> None:
        self.memory_bytes, self.seconds = memory_bytes, seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0
        self._rest: threading.Timer | None = None
        self._lock = threading.Lock()

    def ask(self, request: dict[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Send a request and wait for the answer. Raises `LetterError`, also when the child had to be killed."""
        with self._lock:
            if self._rest:
                self._rest.cancel()
            process = self._living()
            self._asked += 1
            late = threading.Event()
            timer = threading.Timer(self.seconds, _overrun, (process, late))
            timer.daemon = True
            timer.start()
            try:
                write_frame(cast(BinaryIO, process.stdin), {**request, "seconds": self.seconds}, body)
                answer = read_frame(cast(BinaryIO, process.stdout))
            except (OSError, FrameError, ValueError):
                answer = None
            finally:
                timer.cancel()
            if answer is None:
                self._kill()
                raise _ended(process.returncode, late.is_set(), self.seconds)
            if answer[0].get("resident_bytes", 0) > FULL_BYTES or self._asked >= LETTERS_A_CHILD:
                self._kill()
            else:
                self._rest = threading.Timer(IDLE_SECONDS, self.kill)
                self._rest.daemon = True
                self._rest.start()
        if "problem" in answer[0]:
            raise LetterError(answer[0]["problem"], answer[0]["text"])
        return answer

    def kill(self) -> None:
        """End it; nothing is lost."""
        with self._lock:
            self._kill()

    def _living(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._kill()
            self._process, self._asked = _started(self.memory_bytes), 0
        return self._process

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            _kill_group(process)
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    cast(BinaryIO, pipe).close()


@cache
def children() -> Children:
    """Those of this process."""
    made = Children(settings().letter_processes)
    atexit.register(made.close)
    return made


def _started(memory_bytes: int) -> subprocess.Popen[bytes]:
    environment = {
        **{name: value for name, value in os.environ.items() if not _SECRET.search(name)},
        "PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", "")))),
        "MALLOC_ARENA_MAX": "2",
    }
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "bots.typesetting.child", str(memory_bytes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=_ROOT,
        start_new_session=True,
    )


def _overrun(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _kill_group(process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)


def _ended(returncode: int | None, late: bool, seconds: float) -> LetterError:
    if late or returncode == -signal.SIGXCPU:
        return LetterError(
            problem.TIMEOUT,
            f"편지를 만드는 데 {seconds:.0f}초가 넘게 걸려 멈추었습니다. 서식을 확인하십시오.",
        )
    return LetterError(
        problem.CRASHED, f"편지를 만들던 프로세스가 끝났습니다 ({returncode}). 다시 만드십시오."
    )
