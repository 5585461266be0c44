"""What another system is told is told, and taken back, one at a time about one matter."""

from __future__ import annotations

from zlib import crc32

from sqlalchemy import text
from sqlmodel import Session


def one_at_a_time(session: Session, matter: str, number: int) -> None:
    """Wait until no other transaction deals with this matter; others then wait for this one.

    A call that asks for something must not be overtaken by the call that takes it back.
    """
    lock = text("select pg_advisory_xact_lock(cast(:matter as int), cast(:number as int))")
    names = {"matter": crc32(matter.encode()) % 2**31, "number": number % 2**31}
    session.connection().execute(lock, names)
