"""Signed talks as pairs of sound and words, for training the recogniser further (`./backoffice stt finetune`).

What is written is unredacted: it is for the center's own machine, and every talk in it is noted in the log of accesses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bots.counseling.listening import shown_name
from queues import files, training_words
from queues.access import log_console
from queues.database import session as record
from queues.models import CounselingSession, Recording, Transcript, Utterance
from queues.talk_states import readable

AROUND = 0.15
"""Seconds before and after the words that belong to a window."""
SHORTEST, LONGEST = 0.6, 28.0


class NotEmpty(ValueError):
    """The folder holds something already: pairs of two exports must not be mixed."""


@dataclass(frozen=True, slots=True)
class Exported:
    """talks and windows that were written; skipped: windows too short or too long; unreadable: recordings."""

    talks: int
    windows: int
    skipped: int
    unreadable: int


def export(folder: Path, reason: str) -> Exported:
    """Write the pairs of every signed talk that was put right into an empty folder, readable by its owner alone.

    Raises `NotEmpty`; ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("an export needs a reason")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise NotEmpty(f"{folder} is not empty: name a new folder")
    folder.chmod(0o700)
    before = os.umask(0o077)
    try:
        return _export(folder, reason)
    finally:
        os.umask(before)


def _export(folder: Path, reason: str) -> Exported:
    from stt.errors import SoundError

    with record() as session:
        found = list(training_words.signed_talks(session))
    talks = windows = skipped = unreadable = 0
    for transcript in found:
        with record() as session:
            if not readable(session.get_one(CounselingSession, transcript.session_id)):
                continue  # taken back since the export began
            recording = session.get_one(Recording, transcript.recording_id)
            rows = training_words.to_learn(session, transcript.id)
            log_console(session, subject=f"talk:{transcript.session_id}", action="download", reason=reason)
        try:
            written, left = _write(folder, windows, transcript, recording, rows)
        except SoundError:
            unreadable += 1
            continue
        talks, windows, skipped = talks + 1, windows + written, skipped + left
    return Exported(talks, windows, skipped, unreadable)


def _write(
    folder: Path, number: int, transcript: Transcript, recording: Recording, rows: list[tuple[Utterance, str]]
) -> tuple[int, int]:
    """(windows written, left out) of one talk."""
    from stt.audio.decode import decoded
    from stt.training.pairs import write_pair

    written = left = 0
    name = shown_name(recording)
    with files.as_path(recording.sha256) as path, decoded(path, name=name) as audio:
        for row, text in rows:
            start, end = row.start_ms / 1000 - AROUND, row.end_ms / 1000 + AROUND
            if (
                not SHORTEST <= end - start <= LONGEST
                or not text.strip()
                or row.channel >= audio.sound.channels
            ):
                left += 1
                continue
            written += 1
            samples = audio.samples(row.channel, start, end)
            write_pair(folder, number + written, samples, text, talk=str(transcript.session_id))
    return written, left


def described(done: Exported) -> Iterator[str]:
    """What was written, for the person at the terminal."""
    yield f"상담 {done.talks}건에서 {done.windows}개 구간을 내보냈습니다 · {done.windows} windows of {done.talks} talks"
    if done.skipped:
        yield f"너무 짧거나 긴 {done.skipped}개 구간은 뺐습니다 · {done.skipped} left out: too short or too long"
    if done.unreadable:
        yield f"열지 못한 녹음 {done.unreadable}건은 뺐습니다 · {done.unreadable} recordings could not be opened"
