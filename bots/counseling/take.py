"""counseling.take: looks into the recorders' folders and takes what has arrived, exactly once.

The bytes go to the file store first, then the talk, its recording, the audit event and the work of linking it commit
together, and only then are the files moved aside. Whatever is interrupted is found again at the next look.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from bots.counseling.late import name_key, take_late
from bots.counseling.recorder import (
    RecordedFile,
    arrived,
    as_named,
    consent_of,
    is_still,
    legible,
    move_aside,
)
from bots.intake.scan import check_room
from config.settings import settings
from queues import files, recordings, talks
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import StoreFull

ACTOR = "bot:counseling.take"


@bot("counseling.take", title="녹음 수신", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """One look into every recorder's folder. A folder that is missing is an error, not an empty one."""
    del item
    folders = list(dict.fromkeys(settings().recorder_dirs))
    if not folders:
        return Outcome(idle=True)
    check_room(settings().var_dir, settings().min_free_bytes)
    with nameless():
        taken = sum(take_folder(folder) for folder in folders)
    return Outcome(counts={"taken": taken}, idle=taken == 0)


@contextmanager
def nameless() -> Iterator[None]:
    """What the system says of a file is told on without its name: recorders put telephone numbers into names."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            raise
        raise OSError(error.errno, error.strerror) from None
    except ValueError as error:
        raise ValueError(f"a recording that cannot be taken: {type(error).__name__}") from None


def take_folder(folder: Path) -> int:
    """Take everything that may be taken from one folder; returns how many recordings.

    A file that cannot be read holds up no other; its error is raised at the end.
    """
    now = settings()
    found = arrived(
        folder,
        settle_seconds=now.recorder_settle_seconds,
        patience_seconds=now.recorder_patience_seconds,
        zone=ZoneInfo(now.timezone),
    )
    taken = 0
    failed: Exception | None = None
    for file in found:
        try:
            taken += take(file, folder) is not None
        except StoreFull:
            raise
        except (OSError, ValueError) as error:
            failed = failed or error
    take_late(folder)
    if failed is not None:
        raise failed
    return taken


def take(file: RecordedFile, folder: Path) -> int | None:
    """Take one recording; returns the talk's id, or None when it changed under our hands.

    Raises OSError or `StoreFull` when the store cannot take it: it stays where it is.
    """
    try:
        digest = files.put(file.path)
        transcript = files.put(file.beside.transcript) if file.beside.transcript else ""
    except FileNotFoundError:
        return None
    if not is_still(file):
        return None  # still growing after all
    key = name_key(file.path, folder)
    if file.by_table and _is_told_of_another(file, key, digest):
        file = as_named(file)
    reference = f"{key}:{digest[:16]}"
    if file.size == 0:
        reference += f":{file.modified_ns}"  # files without any bytes are not the same for that
    consent, how = consent_of(file.told, file.recorder)
    with record() as session:
        received = talks.receive(
            session,
            talks.Arrived(
                source=f"recorder:{file.recorder.name}",
                reference=reference,
                sha256=digest,
                size=file.size,
                name=legible(file.path.name),
                held_at=file.started,
                ended_at=file.ended,
                way=file.way,
                facts=file.told,
                consent=consent,
                consent_how=how,
                transcript_sha256=transcript,
                transcript_format=file.beside.transcript_format,
            ),
            ACTOR,
        )
    move_aside(file, folder, received.talk.id)
    return None if received.again else received.talk.id


def _is_told_of_another(file: RecordedFile, key: str, sha256: str) -> bool:
    """Whether the table's line was that of an earlier recording of the same name: names come again, and the line of
    this one may not have been written yet."""
    with record() as session:
        before = recordings.by_name(session, f"recorder:{file.recorder.name}", key)
    if before is None or before.sha256 == sha256:
        return False
    return recordings.facts(before).get("started", "") == file.told.get("started", "")
