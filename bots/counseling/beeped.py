"""counseling.beep: the recording with personal data beeped over, for everybody but the talk's counselor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bots.counseling.listening import shown_name
from bots.counseling.wordless import wordless
from bots.counseling.words import NotGoneThrough
from config.settings import settings
from queues import audit, files, talks, transcripts
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BusinessError
from queues.models import CounselingSession, Recording, Transcript, Utterance

ACTOR = f"bot:{transcripts.BEEP}"
TOLERANCE = 1.0
"""Seconds by which the times of a delivered transcript may be off."""
_UNSURE = frozenset({"times_do_not_fit", "unreadable_window", "unheard_speech"})
"""Flags of transcripts that do not say when, or whether at all, everything personal was said."""
_HEARD_BADLY = frozenset({"low_confidence", "other_language"})
_ADVICE = (
    "녹취의 시각이 녹음과 맞지 않거나 듣지 못한 부분이 있어, 개인정보가 들리지 않게 가린 녹음을 만들 수 없습니다({}). "
    "녹음은 이 상담의 상담사가 듣고, 다른 사람은 녹취를 보십시오."
)


@bot(transcripts.BEEP, title="녹음 개인정보 가림", concurrency=1)
def run(item: Work) -> Outcome:
    """Make the beeped audio of one transcript."""
    with wordless():
        return Outcome(counts=beep_over(int(item.payload["transcript_id"])))


def beep_over(transcript_id: int) -> dict[str, int]:
    """{"beeped": 1}, or {} when it is there, or nobody may hear it. Raises BusinessError for a file gone bad."""
    with record() as session:
        row = session.get_one(Transcript, transcript_id)
        talk = session.get_one(CounselingSession, row.session_id)
        recording = session.get_one(Recording, row.recording_id)
        if row.beeped_sha256 or not talks.readable(talk):
            return {}
        said = transcripts.utterances(session, transcript_id)
        if any(one.redacted_enc is None for one in said):
            raise NotGoneThrough(f"transcript {transcript_id} is still being gone through; tried again")
        if doubtful := _UNSURE & set(row.flags):
            raise BusinessError("beep_times", _ADVICE.format(", ".join(sorted(doubtful))))
        spans = list(_spans(said, row.source))
    digest = _make(recording, spans)
    with record() as session:
        now = transcripts.utterances(session, transcript_id, hold=True)
        # Versions say nothing of what was redacted anew: the places themselves have to be the same still.
        if any(one.redacted_enc is None for one in now) or list(_spans(now, row.source)) != spans:
            raise NotGoneThrough(f"transcript {transcript_id} was put right meanwhile; tried again")
        row = session.get_one(Transcript, transcript_id, with_for_update=True)
        if not talks.readable(session.get_one(CounselingSession, row.session_id, populate_existing=True)):
            return {}
        row.beeped_sha256 = digest
        session.add(row)
        audit.record(session, ACTOR, "talk.beeped", "talk", row.session_id, spans=len(spans))
    return {"beeped": 1}


def _spans(said: Sequence[Utterance], source: str) -> Iterator[tuple[float, float]]:
    """Seconds over which to beep: the words' own; of an utterance whose words have no times, all of it.

    What was heard badly is beeped as a whole: its words are not those that were said, and what is personal in them
    nobody has found. Times that came with a delivered transcript are taken to be off by a second.
    """
    around = TOLERANCE if source == "delivered" else 0.0
    for one in said:
        whole = one.start_ms / 1000, one.end_ms / 1000
        if _HEARD_BADLY & set(one.flags) and one.right_enc is None:
            yield whole
            continue
        for hidden in one.hidden:
            start, end = float(hidden["start"]), float(hidden["end"])
            if end <= start:
                start, end = whole
            yield max(0.0, start - around), end + around


def _make(recording: Recording, spans: Sequence[tuple[float, float]]) -> str:
    from stt.audio.beep import beep
    from stt.errors import SoundError

    folder = settings().var_dir / "open"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with files.as_path(recording.sha256) as path, TemporaryDirectory(prefix="beep-", dir=folder) as place:
        try:
            made = beep(path, spans, Path(place) / "beeped.mp3", name=shown_name(recording))
        except SoundError as error:
            raise BusinessError(f"recording_{error.code}", error.advice) from None
        return files.put(made)
