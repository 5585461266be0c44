"""One worker at a time about one file.

A session-level advisory lock, not a lease: a worker that was stopped in the middle of an upload must not be
overtaken, however long it stands, for it would go on uploading when it is let go. When its process or its
connection ends, the lock does too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bots.payments.iso.channel import NotYet
from queues import database

_MATTER = crc32(b"payment file") % 2**31
_TAKE = text("SELECT pg_try_advisory_lock(cast(:matter as int), cast(:number as int))")
_GIVE_BACK = text("SELECT pg_advisory_unlock(cast(:matter as int), cast(:number as int))")
_STILL = text("SELECT 1")


@contextmanager
def alone(file_id: int) -> Iterator[Callable[[], None]]:
    """For the block nobody else deals with this file. Raises `NotYet` while another does.

    Gives a function that raises `NotYet` once the lock may be lost: to be called right before anything leaves.
    """
    names = {"matter": _MATTER, "number": file_id % 2**31}
    with database.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as held:
        if not held.execute(_TAKE, names).scalar_one():
            raise NotYet("다른 작업자가 이 이체 파일을 다루고 있습니다.", "file_busy", pause=5.0)

        def still() -> None:
            try:
                held.execute(_STILL)
            except SQLAlchemyError:
                raise NotYet("데이터베이스와의 연결이 끊겨 올리지 않았습니다.", "file_lock_lost") from None

        try:
            yield still
        finally:
            try:
                held.execute(_GIVE_BACK, names)
            except SQLAlchemyError:
                held.invalidate()
