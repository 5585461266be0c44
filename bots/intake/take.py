"""From a file in a spool to a delivery in the record, exactly once.

The bytes go to the file store first, then the delivery, its audit event and the work of reading it commit
together, and only then is the file moved aside. Whatever is interrupted is found again at the next look: the
unique (source, source_ref) of a delivery makes a second try find the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from bots.intake.spool import SpoolFile, move_aside
from queues import audit, files, work
from queues.database import session as record
from queues.models import Delivery

ACTOR = "bot:intake.spool"


def take(file: SpoolFile, folder: Path, source: str) -> int | None:
    """Take one file; returns the delivery's id, or None when it changed under our hands.

    Raises OSError when the store cannot take it (a full disk): the file stays where it is.
    """
    try:
        digest = files.put(file.path)
        stat = file.path.stat()
    except FileNotFoundError:
        return None
    if (stat.st_size, stat.st_mtime_ns) != (file.size, file.modified_ns):
        return None  # still growing after all
    name = file.path.relative_to(folder).as_posix()
    delivery_id = enter(
        Arrived(
            source=source,
            reference=f"{name}:{file.modified_ns}:{digest[:16]}",
            received_at=file.received_at,
            sha256=digest,
            name=file.path.name,
            caller=file.caller,
            sender=file.sender,
            status=file.status,
        )
    )
    move_aside(file, folder, delivery_id)
    return delivery_id


@dataclass(frozen=True, slots=True)
class Arrived:
    """What arrived, its bytes being in the file store already.

    reference    unique within its source, for ever: the same again is the same delivery
    received_at  when the center received it; starts the processing period
    status       the server's word on the reception, "" when it went well or nobody says
    """

    source: str
    reference: str
    received_at: datetime
    sha256: str
    name: str
    caller: str = ""
    sender: str = ""
    status: str = ""


def enter(arrived: Arrived) -> int:
    """Enter a delivery and the work of reading it; returns its id. Entering it again changes nothing."""
    with record() as session:
        row = {
            "source": arrived.source,
            "source_ref": arrived.reference,
            "received_at": arrived.received_at,
            "caller_number": arrived.caller,
            "sender_name": arrived.sender,
            "receive_status": arrived.status,
            "original_sha256": arrived.sha256,
            "original_name": arrived.name,
        }
        statement = insert(Delivery).values(**row).on_conflict_do_nothing().returning(col(Delivery.id))
        new = session.execute(statement).scalar_one_or_none()
        if new is None:
            known = select(Delivery.id).where(
                Delivery.source == arrived.source, Delivery.source_ref == arrived.reference
            )
            return session.exec(known).one()
        work.add(session, "intake.read", f"delivery:{new}", payload={"delivery_id": new})
        audit.record(session, ACTOR, "delivery.taken", "delivery", new, source=arrived.source)
        return int(new)
