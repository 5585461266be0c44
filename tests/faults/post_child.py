"""A process that runs the post bot and may be killed at any moment, again and again.

`python -m tests.faults.post_child` is told in a line of JSON what to run and at which step to die, and has
the run done by a child of its own, which talks to nobody before. `Runs` is the other side.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from tests.conftest import ROOT

STEPS = (
    "begin:before", "begin:after", "prepare_upload:after", "uploading_now:after", "upload:after",
    "uploaded:after", "paying:before", "paying:after", "pay:after", "paid:after", "numbers:after",
    "taken_over:before", "taken_over:after",
)  # fmt: skip
"""Named steps of a run in their order: the record's and the site's, before or after each is done."""


@dataclass
class Ended:
    """How a run ended: it was killed, or what it counted, or its error's code or class."""

    killed: bool
    counts: dict[str, int] | None = None
    error: str = ""


class Runs:
    """Runs of the bot in processes of their own, in the environment as it is now. Use it in a with block."""

    def __enter__(self) -> Runs:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.post_child"],
            cwd=ROOT,
            env=dict(os.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def start(self, item_id: int, batch_id: int, *, die_at: str = "", attempt: int = 1) -> int:
        """Begin a run; the id of its process."""
        assert self._process.stdin is not None
        told = {"item_id": item_id, "batch_id": batch_id, "die_at": die_at, "attempt": attempt}
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return int(self._line()["pid"])

    def end(self) -> Ended:
        """Wait for the end of the run."""
        told = self._line()
        return Ended(told["killed"], told["counts"], told["error"])

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying(function: Callable[..., Any], when: str) -> Callable[..., Any]:
    """The function, and the end of the process before or after it."""

    def whole(*given: Any, **named: Any) -> Any:
        if when == "before":
            _die()
        done = function(*given, **named)
        _die()
        return done

    async def waited(*given: Any, **named: Any) -> Any:
        if when == "before":
            _die()
        done = await function(*given, **named)
        _die()
        return done

    return waited if function.__code__.co_flags & 0x80 else whole


def _run(told: dict[str, Any], answer: int) -> None:
    from bots.notices.post import bot
    from bots.notices.post.record import BatchRecord
    from bots.notices.post.site import Site
    from queues.bots import Work
    from queues.errors import BusinessError

    if told["die_at"]:
        step, when = told["die_at"].split(":")
        owner = BatchRecord if hasattr(BatchRecord, step) else Site
        setattr(owner, step, _dying(getattr(owner, step), when))
    counts, error = None, ""
    try:
        payload = {"batch_id": told["batch_id"]}
        outcome = bot.run(
            Work(
                id=told["item_id"],
                bot="notices.post",
                reference=f"post_batch:{told['batch_id']}",
                payload=payload,
                attempt=told["attempt"],
                tries=1,
            )
        )
        counts = outcome.counts
    except BusinessError as raised:
        error = raised.code
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
        if os.environ.get("TEST_TRACES"):
            traceback.print_exc()
    os.write(answer, json.dumps({"counts": counts, "error": error}).encode())


def main() -> None:
    import bots.notices.post.bot  # noqa: F401  before the fork, so that a run begins at once

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
        found = json.loads(said) if said and not killed else {"counts": None, "error": ""}
        print(json.dumps({"killed": killed, **found}), flush=True)


if __name__ == "__main__":
    main()
