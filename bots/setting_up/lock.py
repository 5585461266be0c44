"""Two starts at once: one sets up, the other waits and then finds everything there."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from bots.setting_up import places, say
from bots.setting_up.problem import SetUpError


@contextmanager
def alone() -> Iterator[int]:
    """Holds the environment's lock and yields its descriptor.

    The system lets go of the lock when the last process that holds the descriptor has ended: handed
    to pip, it keeps others out while a pip still installs whose parent was killed.
    """
    try:
        places.VENV.mkdir(parents=True, exist_ok=True)
        handle = os.open(places.VENV / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError as e:
        raise SetUpError(
            f"The environment cannot be written at {places.VENV} by this user.",
            "Run the command as the owner of the folder, or name another place:",
            "    BACKOFFICE_VENV=$HOME/.local/share/backoffice/venv ./backoffice ...",
        ) from e
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say.step("Another start is setting up; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)
