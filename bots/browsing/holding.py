"""One run at a time at a site, over all workers: sites end a session when its member signs in elsewhere."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from queues import leases

_SECONDS = 45.0


@contextlib.contextmanager
def hold(name: str, holder: str, seconds: float = _SECONDS) -> Iterator[threading.Event | None]:
    """The right to be at a site, for the block; None when another has it. The event: it was lost.

    seconds  after which another may have it, when this process has ended without a word
    """
    if not leases.take(name, holder, seconds):
        yield None
        return
    lost, done = threading.Event(), threading.Event()

    def renew() -> None:
        until = time.monotonic() + seconds
        while not done.wait(seconds / 4.5):
            try:
                if not leases.take(name, holder, seconds):
                    break
                until = time.monotonic() + seconds
            except SQLAlchemyError:
                if time.monotonic() > until:
                    break
        if not done.is_set():
            lost.set()

    thread = threading.Thread(target=renew, name=name, daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        done.set()
        thread.join()
        with contextlib.suppress(SQLAlchemyError):
            leases.give_back(name, holder)
