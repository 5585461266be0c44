"""Metadata and transcripts that come after their recording was taken: they still find it, by its name.

What belongs to no known recording, or comes when the talk is settled, stays where it lies.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bots.counseling.recorder import TAKEN, consent_of, left_over, legible, moment_of, put_aside
from bots.counseling.sidecars import Beside, beside, is_index
from config.recorders import Recorder, recorders
from config.settings import settings
from queues import days, files, recordings, talks
from queues.crypto import blind_index
from queues.database import session as record
from queues.models import Recording

ACTOR = "bot:counseling.take"
_NONE = ".none"
_SOUNDS = (
    ".wav", ".mp3", ".m4a", ".ogg", ".opus", ".oga", ".webm", ".flac", ".aac", ".amr", ".au", ".wma", ".mp4", ".3gp",
    ".mov", ".avi", ".mkv", ".ulaw", ".alaw", ".ul", ".al", ".gsm",
)  # fmt: skip
LATE_AT_MOST = timedelta(hours=1)
"""What comes later than that after a recording was taken may be of another one that bears the same name."""
LONGEST_AGO = timedelta(days=2)
"""A call that is taken as long after it began is told of by hand."""


def name_key(path: Path, folder: Path) -> str:
    """By what a recording is found when something that belongs to it comes later: a keyed hash of its name without
    its ending, since names of files hold telephone numbers."""
    relative = path.relative_to(folder)
    return blind_index("recording", legible(relative.with_suffix("").as_posix()).casefold())[:16].hex()


def take_late(folder: Path) -> int:
    """Tell talks that are still being linked what came late; returns how many files were of use."""
    used = 0
    for path in left_over(folder):
        try:
            if time.time() - path.stat().st_mtime >= settings().recorder_settle_seconds:
                used += _take(path, folder)
        except FileNotFoundError:
            continue  # another worker has just moved it
    return used


def _take(path: Path, folder: Path) -> bool:
    if path.suffix.lower() == ".csv" and is_index(path):
        return False
    for sound in _might_be_of(path):
        recorder = recorders().of(sound.name)
        if recorder is not None and _tell(path, sound, recorder, folder):
            return True
    return False


def _might_be_of(path: Path) -> Iterator[Path]:
    """`a.wav.json` is of `a.wav`, `a.json` of some `a.*`."""
    inner = path.with_suffix("")
    if inner.suffix.lower() in _SOUNDS:
        yield inner
    yield path.with_suffix(_NONE)


def _tell(path: Path, sound: Path, recorder: Recorder, folder: Path) -> bool:
    with record() as session:
        known = recordings.by_name(session, f"recorder:{recorder.name}", name_key(sound, folder))
    if known is None:
        return False
    lies = beside(sound)
    told = dict(lies.facts or {})
    if not _is_of(path, told, known):
        return False
    transcript = files.put(lies.transcript) if lies.transcript else ""
    with record() as session:
        talk = talks.hold(session, known.session_id)
        row = session.get_one(Recording, known.id)
        started = moment_of(told.get("started", ""), ZoneInfo(settings().timezone))
        consent, how = consent_of(told, recorder)
        arrived = talks.Arrived(
            source=row.source,
            reference=row.source_ref,
            sha256=row.sha256,
            size=row.size,
            held_at=started or talk.held_at,
            facts=recorder.told_by_name(legible(sound.stem)) | told if told else {},
            consent=consent,
            consent_how=how,
            transcript_sha256=transcript,
            transcript_format=lies.transcript_format,
        )
        if not talks.tell(session, talk, row, arrived, ACTOR):
            return False
    day = folder / TAKEN / f"{days.day_of(talk.held_at):%Y-%m-%d}"
    for one in _files(lies, path):
        put_aside(one, day, talk.id)
    return True


def _is_of(path: Path, told: Mapping[str, str], recording: Recording) -> bool:
    """Whether a file belongs to this recording, and not to another of the same name that is still to come."""
    came = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    started = moment_of(told.get("started", ""), ZoneInfo(settings().timezone))
    taken = recording.received_at
    if abs(came - taken) > LATE_AT_MOST:
        return False
    return started is None or timedelta(0) <= taken - started <= LONGEST_AGO


def _files(lies: Beside, path: Path) -> set[Path]:
    return {one for one in (lies.metadata, lies.transcript, path) if one is not None}
