"""A few payments of a batch to be looked at closely before it is agreed to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session


def samples(session: Session, batch_id: int, count: int = 10, *, salt: str = "") -> Sequence[int]:
    """Ids of some payments, taken blindly: the same ones for everybody who looks at the same content.

    salt  the content's hash, so that nobody knows before the line is opened which ones are going to be looked at
    """
    return session.execute(_SAMPLES, {"batch": batch_id, "count": count, "salt": salt}).scalars().all()


_SAMPLES = text("""
    SELECT id FROM payment WHERE batch_id = :batch AND state <> 'cancelled'
    ORDER BY md5(:salt || '-' || id), id LIMIT :count
""")
