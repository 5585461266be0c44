"""A recording in words: opened, cut into windows, each heard on its own, and joined.

Each window may be heard at another time, by another process: whoever keeps what was heard goes on at the next
one, and the transcript is the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stt.audio.hearing import Hearing, hearing
from stt.audio.windows import Window
from stt.engines.engine import Engine, Heard, Segment
from stt.engines.models import DEMO_NAME
from stt.guards import OTHER_LANGUAGE, bare, guarded
from stt.joins import joined, placed
from stt.prompt import prompt as vocabulary_prompt
from stt.transcript import Transcript, Utterance
from stt.utterances import numbered, utterances
from stt.voices import speaker_of, turns
from stt.windowed import heard_to_the_end

NOTHING_SAID = "nothing_said"
INVENTED_DROPPED = "invented_dropped"
MOSTLY_UNCLEAR = "mostly_unclear"
UNCLEAR = 0.45
"""A model that understands nothing is still about .3 sure of its words."""
SAME_CHANNELS = "same_channels"
DEMO_MODEL = "demo_model"
"""Heard by the model that understands the demo's synthetic voices and not people."""
HEARING = 3
"""Raised when the same model would hear something else: checkpoints of before are then not taken up."""

Progress = Callable[[Window, Heard], None]


@dataclass(frozen=True)
class Talk:
    """An opened recording: where somebody speaks on each channel, and the windows that are to be heard."""

    path: Path
    hearing: Hearing
    windows: tuple[Window, ...]

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.hearing.duration


@contextmanager
def opened(path: Path, engine: Engine, *, name: str = "") -> Iterator[Talk]:
    """Decode a recording and cut it as the engine likes it. The same file gives the same windows.

    name  what the file was called, where `path` has lost that. Raises `SoundError`.
    """
    with hearing(path, name=name) as heard:
        yield cut(path, heard, engine)


def cut(path: Path, heard: Hearing, engine: Engine) -> Talk:
    """A recording that is open already, cut as the engine likes it."""
    return Talk(path, heard, heard.windows(longest=engine.longest, apart=engine.apart))


def hear_window(engine: Engine, talk: Talk, window: Window, prompt: str | None = None) -> Heard:
    """One window, heard and guarded; times in seconds from its beginning.

    prompt  words that are likely; None: the center's vocabulary. Raises `EngineError` only for the engine itself.
    """
    samples = talk.hearing.samples(window)
    told = vocabulary_prompt() if prompt is None else prompt

    def spoken(start: float, end: float) -> float:
        return talk.hearing.spoken(window.channel, window.start + start, window.start + end)

    return guarded(heard_to_the_end(engine, samples, told, spoken), samples, told, spoken)


def run_digest(engine: Engine, talk: Talk) -> str:
    """What a listening depends on: engine, weights, options, and the cut into windows."""
    told = [HEARING, engine.name, engine.model_sha256, vocabulary_prompt()]
    told += [[window.channel, window.start, window.end] for window in talk.windows]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def join(
    talk: Talk,
    heard: Mapping[tuple[int, int], Heard],
    engine: Engine,
    *,
    flags: Sequence[str] = (),
    voices: Mapping[str, str] | None = None,
) -> Transcript:
    """The transcript of all windows, by (channel, number); a window that is not there leaves the talk's flag.

    voices  who speaks on which channel, where that is known better than by the way of telephone recorders
    """
    alone = talk.hearing.sound.channels == 1 or SAME_CHANNELS in talk.hearing.flags
    spoken_by = turns(talk.path) if alone else ()
    channels = [
        utterances(
            _segments(talk, channel, heard),
            active.spans,
            channel=channel,
            speaker=speaker_of(channel, talk.hearing.sound.channels, apart=talk.hearing.apart, voices=voices),
            turns=spoken_by,
        )
        for channel, active in talk.hearing.activities.items()
    ]
    found = numbered(channels)
    return Transcript(
        utterances=found,
        language=_language(found, heard),
        duration=talk.duration,
        engine=engine.name,
        model=engine.model,
        model_sha256=engine.model_sha256,
        flags=tuple(
            dict.fromkeys([*flags, *talk.hearing.flags, *_flags(talk, found, heard), *_model_flags(engine)])
        ),
    )


def transcribe(path: Path, engine: Engine, *, name: str = "", progress: Progress | None = None) -> Transcript:
    """A whole file at once. Raises `SoundError` for the file, `EngineError` for the engine."""
    with opened(path, engine, name=name) as talk:
        return listen(talk, engine, progress)


def listen(talk: Talk, engine: Engine, progress: Progress | None = None) -> Transcript:
    """Every window of an open recording, one after the other, and what they come to."""
    heard: dict[tuple[int, int], Heard] = {}
    for window in talk.windows:
        heard[window.channel, window.number] = one = hear_window(engine, talk, window)
        if progress:
            progress(window, one)
    return join(talk, heard, engine)


def _segments(talk: Talk, channel: int, heard: Mapping[tuple[int, int], Heard]) -> list[Segment]:
    """A channel's segments in seconds of the file; what two windows share is there once."""
    cut = [window for window in talk.windows if window.channel == channel]
    pieces = [(window, heard.get((channel, window.number), Heard(())).segments) for window in cut]
    return joined((window, [placed(segment, window) for segment in segments]) for window, segments in pieces)


def _language(found: Sequence[Utterance], heard: Mapping[tuple[int, int], Heard]) -> str:
    """The language of most of what was said."""
    said: dict[str, int] = {}
    for window in heard.values():
        said[window.language] = said.get(window.language, 0) + sum(len(s.text) for s in window.segments)
    return max(said, key=lambda language: said[language]) if found and said else "ko"


def _model_flags(engine: Engine) -> list[str]:
    return [DEMO_MODEL] if engine.model == DEMO_NAME else []


def _flags(talk: Talk, found: Sequence[Utterance], heard: Mapping[tuple[int, int], Heard]) -> Iterator[str]:
    if not found:
        yield NOTHING_SAID
    if any((window.channel, window.number) not in heard for window in talk.windows):
        yield "unreadable_window"
    for window in heard.values():
        yield from window.flags
    if any(window.dropped for window in heard.values()):
        yield INVENTED_DROPPED
    if _share(found, lambda one: one.confidence < UNCLEAR) > 0.5:
        yield MOSTLY_UNCLEAR
    if _share(found, lambda one: OTHER_LANGUAGE in one.flags) > 0.5:
        yield OTHER_LANGUAGE


def _share(found: Sequence[Utterance], wanted: Callable[[Utterance], bool]) -> float:
    """The share of what was said, by letters, that is so."""
    letters = [(len(bare(one.text)), wanted(one)) for one in found]
    return sum(count for count, so in letters if so) / max(1, sum(count for count, _ in letters))
