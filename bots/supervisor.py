"""The programs of one machine run together: each a child process, restarted when it dies, stopped in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_CALM_SECONDS = 30.0
_LONGEST_WAIT = 30.0


@dataclass
class Program:
    """A module run as `python -m MODULE ARGS`, its output in `log`."""

    name: str
    module: str
    log: Path
    arguments: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    next_start: float = 0.0

    def start(self) -> None:
        """Start it; what it prints goes to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                cwd=Path(__file__).resolve().parent.parent,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops them in order
            )
        self.started = time.monotonic()

    def check(self) -> bool:
        """Start it again if it died, later each time; returns whether it runs."""
        if self.process is not None and self.process.poll() is None:
            return True
        now = time.monotonic()
        if self.process is not None:
            self.deaths = 1 if now - self.started > _CALM_SECONDS else self.deaths + 1
            self.next_start = now + min(_LONGEST_WAIT, 2.0 ** (self.deaths - 1))
            self.process = None
        if now >= self.next_start:
            self.start()
        return False

    def stop(self, seconds: float) -> None:
        """Ask it to end, and make it end after `seconds`."""
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def last_words(self, lines: int = 5) -> str:
        """The end of its log, for an error message."""
        try:
            return "\n".join(self.log.read_text("utf-8", errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""


class Supervisor:
    """Keeps programs running; stops them in the reverse order. A context manager."""

    def __init__(self, programs: Sequence[Program], stop_seconds: float = 30.0) -> None:
        self.programs = list(programs)
        self.stop_seconds = stop_seconds

    def __enter__(self) -> Supervisor:
        for program in self.programs:
            program.start()
        return self

    def check(self) -> list[Program]:
        """Restart what died; returns the programs that do not run now."""
        return [program for program in self.programs if not program.check()]

    def __exit__(self, *_: object) -> None:
        for program in reversed(self.programs):
            program.stop(self.stop_seconds)
