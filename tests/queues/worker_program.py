"""A real worker process with bots made for the tests: `python -m tests.queues.worker_program`."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from bots import worker
from queues import database, work
from queues.bots import Outcome, Work, bot
from queues.errors import BusinessError
from queues.retry import RetryPolicy

TRACES = Path(os.environ.get("TEST_TRACES", "/nonexistent"))


def trace(word: str) -> None:
    """Leave a line that the test reads."""
    with TRACES.open("a") as file:
        file.write(f"{word}\n")


def wait_for_release(_seconds: float) -> None:
    """Until the test has done to this process what it wants, however slow the machine is."""
    while not TRACES.with_name("go").exists():
        time.sleep(0.05)


@bot("test.steps", title="두 단계", concurrency=4)
def steps(item: Work) -> Outcome:
    item.step("first", trace, f"first {item.reference}")
    seconds = float(item.payload.get("seconds", 0))
    item.step("second", wait_for_release if item.payload.get("held") else time.sleep, seconds)
    trace(f"done {item.reference}")
    return Outcome({"steps": 2})


@bot("test.poison", title="독", concurrency=1)
def poison(item: Work) -> None:
    trace(f"poisoned {item.reference}")
    os.kill(os.getpid(), signal.SIGKILL)


@bot("test.business", title="업무 오류")
def business(item: Work) -> None:
    raise BusinessError("unreadable", "문서를 읽을 수 없습니다", review=item.payload.get("review", True))


@bot("test.flaky", title="시스템 오류", retry=RetryPolicy(tries=3, first=0.1, factor=2))
def flaky(item: Work) -> None:
    trace(f"try {item.tries} {item.reference}")
    if item.tries <= item.payload["failures"]:
        raise ConnectionError("the portal is down")


@bot("test.writes", title="기록", concurrency=4, retry=RetryPolicy(tries=6, first=0.3, factor=1.5))
def writes(item: Work) -> None:
    time.sleep(0.05)
    with database.session() as session:
        work.add(session, "test.steps", f"after:{item.reference}")


def _watch_connections() -> None:
    """Leave a trace of every connection that Python code makes to a network address."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            trace(f"connect {arguments[1][0]}")
        if event == "socket.getaddrinfo":
            trace(f"lookup {arguments[0]}")

    sys.addaudithook(hook)


if __name__ == "__main__":
    if "TEST_TRACES" in os.environ:
        _watch_connections()
    worker.main()
