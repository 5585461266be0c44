"""Messages are kept before they leave and as they come."""

from __future__ import annotations

from queues import bank_messages, database
from queues.bank_messages import Entry
from queues.retry import through_outages


def keep(direction: str, content: bytes, *, payment_id: int | None = None, note: str = "") -> int:
    """Keep one message, committed; its id. Waits through a short outage of the database."""

    def write() -> int:
        with database.session() as session:
            (made,) = bank_messages.record(
                session, [Entry(direction, content, payment_id=payment_id, note=note)]
            )
        return made

    return through_outages(write)


def keep_stray(content: bytes, note: str) -> None:
    """Keep something that came and could not be used."""
    keep("in", content, note=note)
