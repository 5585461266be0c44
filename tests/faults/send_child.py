"""A process that carries dispatches and may be killed or stopped at any moment, again and again.

`python -m tests.faults.send_child` is told in a line of JSON what to carry and where to die, and has it done by a
child of its own, which talks to nobody before. `Runs` is the other side.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import TracebackType
from typing import Any

from tests.conftest import ROOT

HTTP_STEPS = (
    "once:_begin:before", "once:_begin:after", "service:OverHttp.hand_over:before",
    "service:OverHttp.hand_over:after", "once:_end:before", "once:_end:after",
)  # fmt: skip
"""Steps of what leaves over HTTP in their order: before or after each is done."""
ASKED = ("once:_settle_doubt:before", "service:OverHttp.look_up:after")
MAIL_SAFE = ("once:_begin:after", "smtp:_greet:after", "smtp:_name_people:after")
"""Steps of a mail after which it certainly was not handed over."""
MAIL_DOUBTED = ("smtp:_end:before", "smtp:_end:after", "once:_end:before")


@dataclass
class Ended:
    """How a run ended: killed, or the state it came to, or the code of what it has to wait for."""

    killed: bool
    state: str = ""
    waits: str = ""
    error: str = ""


class Runs:
    """Runs in processes of their own, in the environment as it is now. Use it in a with block."""

    def __enter__(self) -> Runs:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.send_child"],
            cwd=ROOT, env=dict(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def start(self, dispatch_id: int, *, at: str = "", signal_: int = signal.SIGKILL) -> int:
        """Begin to carry it; at the step `at` the process sends itself the signal. The id of the process."""
        assert self._process.stdin is not None
        told = {"dispatch_id": dispatch_id, "at": at, "signal": int(signal_)}
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return int(self._line()["pid"])

    def end(self) -> Ended:
        """Wait for the end of the run."""
        return Ended(**self._line())

    def carry(self, dispatch_id: int, seconds: float = 20.0) -> Ended:
        """Carry it as a worker does that is not killed any more, until it waits for nothing."""
        until = time.monotonic() + seconds
        while True:
            self.start(dispatch_id)
            ended = self.end()
            if not ended.waits or time.monotonic() > until:
                return ended
            time.sleep(0.1)

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


def _struck(function: Callable[..., Any], when: str, number: int) -> Callable[..., Any]:
    """The function, and the signal before or after it."""

    def struck(*given: Any, **named: Any) -> Any:
        if when == "before":
            os.kill(os.getpid(), number)
        done = function(*given, **named)
        if when == "after":
            os.kill(os.getpid(), number)
        return done

    return struck


def _run(told: dict[str, Any], answer: int) -> None:
    from bots.notices.send.once import carry
    from bots.notices.send.way import Doubtful, NotYet

    if told["at"]:
        module, path, when = told["at"].split(":")
        owner: Any = import_module(f"bots.notices.send.{module}")
        *classes, name = path.split(".")
        for part in classes:
            owner = getattr(owner, part)
        setattr(owner, name, _struck(getattr(owner, name), when, told["signal"]))
    said = {"state": "", "waits": "", "error": ""}
    try:
        said["state"] = carry(told["dispatch_id"])
    except (NotYet, Doubtful) as waiting:
        said["waits"] = waiting.code
    except Exception as raised:
        said["error"] = f"{type(raised).__name__}: {raised}"
    os.write(answer, json.dumps(said).encode())


def main() -> None:
    import bots.notices.send.bot  # noqa: F401  before the fork, so that a run begins at once

    for line in sys.stdin:
        told = json.loads(line)
        reading, answer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            try:
                _run(told, answer)
            finally:
                os._exit(0)
        os.close(answer)
        print(json.dumps({"pid": pid}), flush=True)
        with os.fdopen(reading, "rb") as read:
            said = read.read()
        _, status = os.waitpid(pid, 0)
        killed = os.WIFSIGNALED(status)
        found = json.loads(said) if said and not killed else {}
        print(json.dumps({"killed": killed, **found}), flush=True)


if __name__ == "__main__":
    main()
