"""Server processes of an earlier life, and the tie that ends a server with its parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """Called in the child: the kernel sends it SIGINT when the thread that made it ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)


def clear_leftovers(data: Path, seconds: float = 15.0) -> None:
    """End every `postgres` that still works in this data folder, and its stale lock file.

    To be called only by who holds the owner's lock: then nobody else's server can be there.
    After a kill -9 the children of the server live on for a moment, and a new one would refuse.
    """
    until = time.monotonic() + seconds
    first = True
    while left := _servers(data):
        number = signal.SIGINT if first else signal.SIGQUIT
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number if time.monotonic() < until else signal.SIGKILL)
        first = False
        time.sleep(0.2)
        if time.monotonic() > until + 5:
            return
    with contextlib.suppress(OSError):
        (data / "postmaster.pid").unlink()


def _servers(data: Path) -> list[int]:
    """Process ids whose program is `postgres` and whose working folder is `data`."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            program = (entry / "exe").readlink().name.removesuffix(" (deleted)")
            if program == "postgres" and (entry / "cwd").readlink() == data.resolve():
                found.append(int(entry.name))
    return found
