"""One worker at a time about one thing that goes outside.

A session-level advisory lock, not a lease: a worker that was stopped in the middle must not be overtaken, however
long it stands, for it would go on when it is let go. When its process or its connection ends, the lock does too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from queues import database

_TAKE = text("SELECT pg_try_advisory_lock(cast(:matter as int), cast(:number as int))")
_GIVE_BACK = text("SELECT pg_advisory_unlock(cast(:matter as int), cast(:number as int))")
_STILL = text("SELECT 1")


@contextmanager
def alone(matter: str, number: int, *, busy: Exception, lost: Exception) -> Iterator[Callable[[], None]]:
    """For the block nobody else deals with this one ("dispatch", 17). Raises `busy` while another does.

    Gives a function that raises `lost` once the lock may be gone: to be called right before anything leaves.
    """
    names = {"matter": crc32(matter.encode()) % 2**31, "number": number % 2**31}
    with database.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as held:
        if not held.execute(_TAKE, names).scalar_one():
            raise busy

        def still() -> None:
            try:
                held.execute(_STILL)
            except SQLAlchemyError:
                raise lost from None

        try:
            yield still
        finally:
            try:
                held.execute(_GIVE_BACK, names)
            except SQLAlchemyError:
                held.invalidate()
