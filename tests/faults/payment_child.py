"""A process that runs the bots of payments and may be killed or stopped at any moment, again and again.

`python -m tests.faults.payment_child` is told in a line of JSON what to run and where to die, and has it done by a
child of its own, which talks to nobody before. `Runs` is the other side.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from types import TracebackType
from typing import Any

from tests.conftest import ROOT

SENDING = (
    "sending:Transfers.prepare:after:1", "line.line:Line._write:after:4", "sending:Transfers.heard:before:5",
    "sending:Transfers._settle:after:1",
)  # fmt: skip
"""Steps of a run over a batch: module, what is called, before or after it, the how manieth time."""
MORE_OF_SENDING = (
    "runs:begin:before:1", "runs:begin:after:1", "sending:next_heads:after:1", "sending:Transfers._commit_block:after:1",
    "sending:Transfers.prepare:after:2", "line.line:Line._write:before:2", "line.line:Line._write:after:1",
    "sending:Transfers.heard:before:1", "sending:Transfers._settle:before:1", "runs:finish:before:1",
    "runs:finish:after:1",
)  # fmt: skip
CHECKING = (
    "checking:Holders.prepare:after:1",
    "checking:Holders._settle:before:1",
    "checking:Holders._settle:after:1",
)
ASKING = (
    "inquiring:Results.prepare:after:1",
    "inquiring:Results._settle:before:1",
    "inquiring:Results._settle:after:1",
)


class Runs:
    """Runs in processes of their own, in the environment as it is now. Use it in a with block."""

    def __enter__(self) -> Runs:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.payment_child"],
            cwd=ROOT, env=dict(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def start(self, what: str, number: int, *, at: str, signal_: int = signal.SIGKILL) -> int:
        """Begin; at the step `at` the process sends itself the signal. The id of the process.

        what  "send" or "check" with a batch's id, "ask" with any number
        """
        assert self._process.stdin is not None
        told = {"what": what, "number": number, "at": at, "signal": int(signal_)}
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return int(self._line()["pid"])

    def end(self) -> bool:
        """Wait for the end of the run; whether it was killed."""
        return bool(self._line()["killed"])

    def killed(self, what: str, number: int, at: str) -> bool:
        self.start(what, number, at=at)
        return self.end()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


def _struck(function: Callable[..., Any], when: str, nth: int, number: int) -> Callable[..., Any]:
    """The function, and the signal before or after it is called for the nth time."""
    calls = 0

    def strike(now: str) -> None:
        nonlocal calls
        calls += now == "before"
        if now == when and calls == nth:
            os.kill(os.getpid(), number)

    def struck(*given: Any, **named: Any) -> Any:
        strike("before")
        done = function(*given, **named)
        strike("after")
        return done

    async def struck_while_waiting(*given: Any, **named: Any) -> Any:
        strike("before")
        done = await function(*given, **named)
        strike("after")
        return done

    return struck_while_waiting if asyncio.iscoroutinefunction(function) else struck


def _run(told: dict[str, Any]) -> None:
    from bots.payments import check, inquire, send
    from queues.bots import Work

    module, path, when, nth = told["at"].split(":")
    owner: Any = import_module(f"bots.payments.{module}")
    *classes, name = path.split(".")
    for part in classes:
        owner = getattr(owner, part)
    setattr(owner, name, _struck(getattr(owner, name), when, int(nth), told["signal"]))
    number = told["number"]
    work = Work(
        id=0, bot=f"payments.{told['what']}", reference=f"payment_batch:{number}", payload={"batch_id": number},
        attempt=1, tries=1,
    )  # fmt: skip
    {"send": send.run, "check": check.run, "ask": inquire.run}[told["what"]](work)


def main() -> None:
    import bots.payments  # noqa: F401  before the fork, so that a run begins at once

    for line in sys.stdin:
        told = json.loads(line)
        pid = os.fork()
        if pid == 0:
            try:
                _run(told)
            except Exception:
                traceback.print_exc()
            finally:
                os._exit(0)
        print(json.dumps({"pid": pid}), flush=True)
        _, status = os.waitpid(pid, 0)
        print(json.dumps({"killed": os.WIFSIGNALED(status)}), flush=True)


if __name__ == "__main__":
    main()
