"""counseling.join_pieces: what a counselor's browser recorded becomes a recording.

counseling.unfinished: a recording whose browser went away and did not come back has ended with its last piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.settings import settings
from queues import files, talk_pieces, talks
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import CounselingSession, TalkState
from queues.talk_pieces import Take
from stt.audio.pieces import put_together
from stt.errors import SoundError

ACTOR = "bot:counseling.join_pieces"
_SWEEPER = "bot:counseling.unfinished"


@bot(talk_pieces.JOIN, title="창구 녹음 합치기")
def run(item: Work) -> Outcome:
    """Put the pieces of a talk together and enter the recording."""
    return Outcome({"joined": int(join_pieces(int(item.payload["talk_id"])))})


def join_pieces(talk_id: int) -> bool:
    """Safe to repeat: a talk gets one recording. False where there is nothing that may be heard, or can be."""
    with record() as session:
        talk = session.get_one(CounselingSession, talk_id)
        if talk.state != TalkState.RECEIVED or not talks.readable(talk):
            return False
        ended_at, takes = talk.ended_at, talk_pieces.takes(session, talk_id)
    sha256, size = _together(takes)
    with record() as session:
        talk = talks.hold(session, talk_id)
        if talk.state != TalkState.RECEIVED or not talks.readable(talk):
            return False
        talks.add_recording(
            session, talk_id, source="desk", reference=f"talk:{talk_id}", sha256=sha256, size=size,
            name=f"desk-{talk_id}.webm", ended_at=ended_at, actor=ACTOR,
        )  # fmt: skip
    return True


def _together(takes: list[Take]) -> tuple[str, int]:
    """The joined file in the store, and its size. What cannot be joined is kept as it came: listening says why."""
    with ExitStack() as held:
        paths = [held.enter_context(_opened(take)) for take in takes]
        whole = paths[0].with_name(f"{paths[0].name}.whole")
        try:
            put_together(paths, whole)
            return files.put(whole), whole.stat().st_size
        except SoundError:
            return files.put(paths[0]), paths[0].stat().st_size
        finally:
            whole.unlink(missing_ok=True)


@contextmanager
def _opened(take: Take) -> Iterator[Path]:
    """All pieces of a take as one file, which is gone at the end of the block."""
    with files.as_path(take.files[0], ".take") as path:
        with path.open("ab") as file:
            for sha256 in take.files[1:]:
                file.write(files.read(sha256))
        yield path


@bot("counseling.unfinished", title="끝내지 않은 창구 녹음", patient=True)
def sweep(_: Work) -> Outcome:
    """End what nobody records any more."""
    ended = end_left_behind(datetime.now(UTC) - timedelta(minutes=settings().recording_patience_minutes))
    return Outcome({"ended": ended}, idle=not ended)


def end_left_behind(before: datetime) -> int:
    """End every recording of which nothing has come since then; returns how many."""
    with record() as session:
        found = [
            (talk.id, last)
            for talk in talk_pieces.unfinished(session)
            if (last := talk_pieces.last_at(session, talk.id) or talk.created_at) < before
        ]
        for talk_id, last in found:
            talk_pieces.finish(session, talk_id, last, _SWEEPER)
        return len(found)
