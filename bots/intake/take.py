"""From a file in a spool to a delivery in the record, exactly once.

The bytes go to the file store first, then the delivery, its audit event and the work of reading it commit
together, and only then is the file moved aside. Whatever is interrupted is found again at the next look: the
unique (source, source_ref) of a delivery makes a second try find the first.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

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
    delivery_id = _enter(file, source, digest, file.path.relative_to(folder).as_posix())
    move_aside(file, folder, delivery_id)
    return delivery_id


def _enter(file: SpoolFile, source: str, digest: str, name: str) -> int:
    reference = f"{name}:{file.modified_ns}:{digest[:16]}"
    with record() as session:
        row = {
            "source": source,
            "source_ref": reference,
            "received_at": file.received_at,
            "caller_number": file.caller,
            "sender_name": file.sender,
            "receive_status": file.status,
            "original_sha256": digest,
            "original_name": file.path.name,
        }
        new = session.connection().execute(
            insert(Delivery).values(**row).on_conflict_do_nothing().returning(Delivery.id)  # type: ignore[arg-type]
        ).scalar_one_or_none()
        if new is None:
            query = select(Delivery.id).where(Delivery.source == source, Delivery.source_ref == reference)
            return session.exec(query).one()
        work.add(session, "intake.read", f"delivery:{new}", payload={"delivery_id": new})
        audit.record(session, ACTOR, "delivery.taken", "delivery", new, source=source)
        session.commit()
        return int(new)
