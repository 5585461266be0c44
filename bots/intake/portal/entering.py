"""From a file of the portal to a delivery in the record, exactly once by the portal's number.

Our own record decides what has been fetched, never the site's mark: a person who marks a fax by hand must not
make it disappear.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bots.intake.portal.listing import Listed
from bots.intake.portal.standing import ACTOR
from config.portals import Portal
from queues import files
from queues.database import session as record
from queues.deliveries import Arrived, enter
from queues.models import Delivery
from queues.retry import through_outages

_SAME_SECONDS = 90.0  # a list may show minutes only


@dataclass(frozen=True, slots=True)
class Known:
    """What the record has under a reference of the portal."""

    delivery_id: int
    received_at: datetime
    sha256: str


def known(portal: Portal, rows: list[Listed]) -> dict[str, Known]:
    """What the record has, by reference: a fax's number, or its number and time."""
    wanted = [reference for row in rows for reference in (row.number, other_reference(row))]
    query = select(Delivery.id, Delivery.source_ref, Delivery.received_at, Delivery.original_sha256).where(
        Delivery.source == portal.source, col(Delivery.source_ref).in_(wanted)
    )

    def ask() -> dict[str, Known]:
        with record() as session:
            return {ref: Known(id_, when, sha) for id_, ref, when, sha in session.exec(query)}

    return through_outages(ask, seconds=60)


def is_in_record(row: Listed, found: dict[str, Known]) -> bool:
    """Whether this very fax is in the record. A number that the portal gave to two faxes tells by its time."""
    first = found.get(row.number)
    if first is None:
        return False
    return is_same_time(first, row) or other_reference(row) in found


def is_same_time(first: Known, row: Listed) -> bool:
    return abs((first.received_at - row.received_at).total_seconds()) <= _SAME_SECONDS


def other_reference(row: Listed) -> str:
    """For a fax whose number another one has had before."""
    return f"{row.number}@{row.received_at:%Y%m%d%H%M}"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def take(portal: Portal, row: Listed, content: bytes, first: Known | None, status: str = "") -> int:
    """Enter a fax; returns the delivery's id. `first`: what the record has under its number."""
    sha256 = files.put(content)
    if first is not None and first.sha256 == sha256:
        return first.delivery_id  # the list tells another time of the same fax
    arrived = Arrived(
        source=portal.source,
        reference=other_reference(row) if first is not None else row.number,
        received_at=row.received_at,
        sha256=sha256,
        name=f"{row.number}{_suffix(content)}",
        caller=row.caller,
        sender=row.sender,
        status=status,
    )
    return through_outages(lambda: enter(arrived, actor=ACTOR), seconds=60)


def _suffix(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        return ".pdf"
    if content[:4] in (b"II*\0", b"MM\0*"):
        return ".tif"
    return ".jpg" if content.startswith(b"\xff\xd8\xff") else ".png" if content.startswith(b"\x89PNG") else ""
