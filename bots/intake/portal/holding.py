"""One run at a time at a portal, over all workers: sites end a session when its member signs in elsewhere."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from queues import leases

_SECONDS, _RENEW = 45.0, 10.0


@contextlib.contextmanager
def hold(name: str, holder: str) -> Iterator[threading.Event | None]:
    """The right to be at a portal, for the block; None when another has it. The event: it was lost."""
    if not leases.take(name, holder, _SECONDS):
        yield None
        return
    lost, done = threading.Event(), threading.Event()

    def renew() -> None:
        until = time.monotonic() + _SECONDS
        while not done.wait(_RENEW):
            try:
                if not leases.take(name, holder, _SECONDS):
                    break
                until = time.monotonic() + _SECONDS
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
