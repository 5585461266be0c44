"""counseling.listen: a recording is heard, window by window, and becomes a transcript.

Every window is committed as it is heard: a killed worker goes on at the next one, and before each it is asked
whether the person still agrees. The transcript is kept once, with personal data taken out beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bots.counseling.listening import Stopped, begin, fail, keep_words, must_go_on, note_sound, shown_name
from bots.counseling.wordless import wordless
from config.recorders import recorders
from config.settings import settings
from queues import files, recordings, talks
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BusinessError
from queues.models import Recording
from queues.retry import RetryPolicy, through_outages

if TYPE_CHECKING:
    from stt.audio.windows import Window
    from stt.engines.engine import Engine, Heard
    from stt.transcribe import Talk

ACTOR = f"bot:{talks.LISTEN}"
_SKIP_FROM_TRY = 3
"""A window at which the engine fails in so many runs is left out, and the transcript says so."""
_UNREADABLE = "unreadable_window"
_NO_SETTING = (
    "음성 인식 모델이 정해져 있지 않습니다. BACKOFFICE_STT_MODEL에 모델 이름이나 파일을 정한 뒤 다시 시도하십시오. "
    "설치된 모델은 ./backoffice stt models 로 봅니다. 시연용 합성 음성에는 demo를 적습니다."
)

Progress = Callable[[int, int], None]


@bot(
    talks.LISTEN,
    title="녹음 인식",
    retry=RetryPolicy(tries=6, first=5.0),
    concurrency=1,
    patient=True,
)
def run(item: Work) -> Outcome:
    """Listen to one talk."""
    with wordless():
        return Outcome(counts=listen(int(item.payload["talk_id"]), item.progress, tries=item.tries))


def listen(talk_id: int, progress: Progress | None = None, *, tries: int = 1) -> dict[str, int]:
    """Listen to a talk that is ready, or go on where it was left; {"heard": 1}, {"failed": 1} or {} (nothing to do).

    Raises BusinessError where no engine can listen: the talk waits as it is.
    """
    from stt.errors import SoundError

    engine = _engine()
    recording = begin(talk_id, ACTOR)
    if recording is None:
        return {}
    try:
        with files.as_path(recording.sha256) as path:
            _listen(talk_id, recording, path, engine, progress, tries)
    except SoundError as error:
        fail(talk_id, recording.id, error, ACTOR)
        return {"failed": 1}
    except Stopped:
        return {}
    return {"heard": 1}


def _listen(
    talk_id: int, recording: Recording, path: Path, engine: Engine, progress: Progress | None, tries: int
) -> None:
    from stt import transcribe

    with transcribe.opened(path, engine, name=shown_name(recording)) as talk:
        note_sound(talk_id, recording.id, talk.hearing.sound)
        heard = _windows(talk_id, recording.id, talk, engine, progress, tries)
        told = transcribe.join(talk, heard, engine, voices=_voices(recording) if talk.hearing.apart else None)
    keep_words(talk_id, recording.id, told, ACTOR)


def _voices(recording: Recording) -> dict[str, str] | None:
    """Who speaks on which of two channels, where the recorder says so; None: as telephone recorders usually do."""
    recorder = recorders().named(recording.source.partition(":")[2])
    return {str(n): who for n, who in enumerate(recorder.channels)} if recorder is not None else None


def _windows(
    talk_id: int, recording_id: int, talk: Talk, engine: Engine, progress: Progress | None, tries: int
) -> dict[tuple[int, int], Heard]:
    """All windows, by channel and number: those that were heard before, and the others now."""
    from stt.engines.heard_json import heard_from_json, heard_to_json
    from stt.transcribe import run_digest

    run_name, total = run_digest(engine, talk), len(talk.windows)
    with record() as session:
        before = recordings.windows(session, recording_id, run_name)
        heard = {(w.channel, w.number): heard_from_json(recordings.opened(w)) for w in before}
    for window in talk.windows:
        if (window.channel, window.number) not in heard:
            began = time.monotonic()
            one = _hear(engine, talk, window, tries)
            heard[window.channel, window.number] = one
            told = recordings.Heard(
                channel=window.channel,
                number=window.number,
                start_ms=round(window.start * 1000),
                end_ms=round(window.end * 1000),
                told=heard_to_json(one),
                took_ms=round((time.monotonic() - began) * 1000),
            )
            _keep(talk_id, recording_id, run_name, told, len(heard), total)
        if progress is not None:
            progress(len(heard), total)
    return heard


def _hear(engine: Engine, talk: Talk, window: Window, tries: int) -> Heard:
    from stt.engines.engine import Heard
    from stt.engines.problems import EngineError
    from stt.transcribe import hear_window

    try:
        return hear_window(engine, talk, window)
    except EngineError as error:
        raise _nobody_listens(error) from None
    except Exception:
        if tries < _SKIP_FROM_TRY:
            raise
        return Heard((), flags=(_UNREADABLE,))


def _keep(
    talk_id: int, recording_id: int, run_name: str, told: recordings.Heard, done: int, total: int
) -> None:
    """Commit a window and the talk's progress. Raises `Stopped`."""

    def write() -> None:
        with record() as session:
            talk = talks.hold(session, talk_id)
            must_go_on(talk)
            recordings.keep_window(session, recording_id, run_name, told)
            talk.progress = min(999, done * 1000 // max(1, total))
            session.add(talk)

    through_outages(write)


def _engine() -> Engine:
    from stt.engines.loading import engine
    from stt.engines.problems import EngineError

    if not settings().stt_model:
        raise BusinessError("stt_no_setting", _NO_SETTING)
    try:
        return engine()
    except EngineError as error:
        raise _nobody_listens(error) from None


def _nobody_listens(error: Exception) -> BusinessError:
    """The person who sees to the machine is told the file and the command."""
    from stt.engines.problems import EngineError

    assert isinstance(error, EngineError)
    looked = f" 찾은 곳: {', '.join(map(str, error.places))}." if error.places else ""
    command = f" 명령: {error.command}" if error.command else ""
    return BusinessError(f"stt_{error.code}", f"{error.advice} ({error.detail}){looked}{command}")
