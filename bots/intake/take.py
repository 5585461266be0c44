"""From a file in a spool to a delivery in the record, exactly once.

The bytes go to the file store first, then the delivery, its audit event and the work of reading it commit
together, and only then is the file moved aside. Whatever is interrupted is found again at the next look: the
unique (source, source_ref) of a delivery makes a second try find the first.
"""

from __future__ import annotations

from pathlib import Path

from bots.intake.spool import SpoolFile, move_aside
from queues import files
from queues.deliveries import Arrived, enter

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
        ),
        actor=ACTOR,
    )
    move_aside(file, folder, delivery_id)
    return delivery_id
