"""A file of the bank, opened in a child process with limits of memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import Any

from bots.iso20022.problem import NotUnderstood
from config.settings import CONFIG_DIR, settings
from queues import files

MEMORY_BYTES = 1024**3
SECONDS = 300


@contextmanager
def opened(sha256: str) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """A stored file: its type ("pain.002.001.12") and what is in it, as `pain002.entries` and `camt.entries` say.

    Raises `NotUnderstood`, at the beginning or when the iterator comes to what is wrong: whoever acts on what
    came before undoes it then. `queues.errors.NotStored` where there is no such file.
    """
    with files.as_path(sha256, ".xml") as path:
        command = [
            sys.executable, "-m", "bots.iso20022.child",
            str(path), str(MEMORY_BYTES), str(SECONDS), settings().timezone,
        ]  # fmt: skip
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=CONFIG_DIR.parent,
        ) as child:  # fmt: skip
            watch = threading.Timer(SECONDS + 30.0, child.kill)
            watch.start()
            try:
                with closing(_found(child, sha256)) as found:
                    yield str(next(found)["type"]), found
            finally:
                watch.cancel()
                child.kill()


def _found(child: subprocess.Popen[bytes], sha256: str) -> Generator[dict[str, Any], None, None]:
    assert child.stdout is not None
    for line in child.stdout:
        found: dict[str, Any] = json.loads(line)
        if found["kind"] == "end":
            return
        if found["kind"] == "problem":
            raise NotUnderstood(found["code"], f"{sha256[:12]}, line {found['line']}")
        yield found
    raise NotUnderstood("crashed", sha256[:12])
