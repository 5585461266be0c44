"""A process that carries batches by files, or takes answers in, and is killed where it is told.

`python -m tests.faults.iso_child` reads lines of JSON {"batch_id" or null (collect), "at": "module:name:before"} and
does each in a child of its own. `FileRuns` is the other side.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from types import TracebackType
from typing import Any

from tests.conftest import ROOT
from tests.faults.send_child import _struck

SEND_STEPS = (
    "leaving:_commit:after", "leaving:next_file:after", "over_https:OverHttps.upload:before",
    "over_https:OverHttps.upload:after", "carry:_taken:after",
)  # fmt: skip
"""Of the way of a file out, in their order."""
DOUBT_STEPS = ("over_https:OverHttps.find:before", "over_https:OverHttps.find:after")
COLLECT_STEPS = ("over_https:OverHttps.fetch:after", "answers:apply:after", "collect:_answered:after")


class FileRuns:
    """Runs in processes of their own, in the environment as it is now. Use it in a with block."""

    def __enter__(self) -> FileRuns:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.iso_child"],
            cwd=ROOT, env=dict(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def run(self, batch_id: int | None, at: str = "") -> dict[str, Any]:
        """{"killed", "state", "waits", "error"}"""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"batch_id": batch_id, "at": at}) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


def _run(told: dict[str, Any], answer: int) -> None:
    from bots.payments import runs
    from bots.payments.iso import collect, send
    from bots.payments.iso.channel import ChannelError
    from bots.payments.iso.connect import channel

    if told["at"]:
        module, path, when = told["at"].split(":")
        owner: Any = import_module(f"bots.payments.iso.{module}")
        *classes, name = path.split(".")
        for part in classes:
            owner = getattr(owner, part)
        setattr(owner, name, _struck(getattr(owner, name), when, 9))
    said = {"state": "", "waits": "", "error": ""}
    try:
        if told["batch_id"] is None:
            collect.collect(channel())
        else:
            said["state"] = send.send(runs.begin(told["batch_id"], send.ACTOR, send.CHANNEL), channel())
    except ChannelError as waiting:
        said["waits"] = waiting.code
    except Exception as raised:
        said["error"] = f"{type(raised).__name__}: {raised}"
    os.write(answer, json.dumps(said).encode())


def main() -> None:
    import bots.iso20022.pain001
    import bots.payments.iso.collect
    import bots.payments.iso.send  # noqa: F401  before the fork, so that a run begins at once

    for line in sys.stdin:
        reading, answer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            try:
                _run(json.loads(line), answer)
            finally:
                os._exit(0)
        os.close(answer)
        with os.fdopen(reading, "rb") as read:
            said = read.read()
        _, status = os.waitpid(pid, 0)
        print(
            json.dumps({"killed": os.WIFSIGNALED(status), **(json.loads(said) if said else {})}), flush=True
        )


if __name__ == "__main__":
    main()
