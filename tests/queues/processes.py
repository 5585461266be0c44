"""Starting and watching real worker processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from config.settings import CONFIG_DIR
from tests.conftest import ROOT

NO_SCHEDULE = "\n".join(
    f"{bot}: {{never: true}}" for bot in yaml.safe_load((CONFIG_DIR / "bots.yaml").read_text("utf-8"))
)
QUICK = {
    "BACKOFFICE_HEARTBEAT_SECONDS": "0.2",
    "BACKOFFICE_DEAD_AFTER_SECONDS": "1.2",
    "BACKOFFICE_REAPER_SECONDS": "0.2",
    "BACKOFFICE_LEASE_SECONDS": "1.0",
    "BACKOFFICE_SEAL_SECONDS": "0.3",
    "BACKOFFICE_POLL_SECONDS": "0.15",
    "BACKOFFICE_STOP_SECONDS": "3",
}


def start_worker(folder: Path, *, ready: bool = True, **more: str) -> subprocess.Popen[str]:
    """A worker, ready unless `ready` is False; its traces are in `folder`/traces, its log in `folder`/log."""
    (folder / "bots.yaml").write_text(NO_SCHEDULE)
    environment = os.environ | QUICK | more
    environment |= {"TEST_TRACES": str(folder / "traces"), "BACKOFFICE_CONFIG_DIR": str(folder)}
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.queues.worker_program"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    if not ready:
        return process
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "ready" in line, (folder / "log").read_text()[-3000:]
    return process


@contextmanager
def worker(folder: Path, *, ready: bool = True, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A worker for the length of the block; killed at its end if it still runs."""
    process = start_worker(folder, ready=ready, **more)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def traces(folder: Path) -> list[str]:
    file = folder / "traces"
    return file.read_text().splitlines() if file.exists() else []


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Raise AssertionError when the condition has not come true in time."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
