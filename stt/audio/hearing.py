"""A recording, opened for listening: its channels, where somebody speaks on them, and the windows to be heard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stt.audio.crosstalk import one_room, same, without_crosstalk
from stt.audio.decode import Decoded, decoded
from stt.audio.probe import Sound
from stt.audio.speech import Activity, activity
from stt.audio.windows import APART, LONGEST, Window, windows
from stt.engines.engine import Samples


@dataclass(frozen=True)
class Hearing:
    """A recording that can be listened to, window by window.

    activities  of the channels on which somebody speaks, by channel
    apart       each of two channels has a voice of its own: the counselor's is 0, the person's 1
    flags       "truncated", "wrong_extension", "same_channels" (both hear everybody: one microphone, or a stereo
                recorder on the desk), "one_channel" (two channels, and somebody speaks on one only), "nothing_said"
    """

    audio: Decoded
    activities: dict[int, Activity]
    apart: bool
    flags: tuple[str, ...] = ()

    @property
    def sound(self) -> Sound:
        return self.audio.sound

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.audio.duration

    def windows(self, *, longest: float = LONGEST, apart: float = APART) -> tuple[Window, ...]:
        """All windows of all channels, in the order of time: what is worth hearing, each numbered in its channel."""
        cut = [w for c, act in self.activities.items() for w in windows(act, c, longest=longest, apart=apart)]
        return tuple(sorted(cut, key=lambda w: (w.start, w.channel, w.number)))

    def samples(self, window: Window) -> Samples:
        """What an engine is given: mono float32, 16 kHz."""
        return self.audio.samples(window.channel, window.start, window.end)

    def spoken(self, channel: int, start: float, end: float) -> float:
        """Seconds between the two (from the beginning of the recording) in which somebody speaks on the channel."""
        found = self.activities.get(channel)
        return found.spoken(start, end) if found else 0.0


@contextmanager
def hearing(path: Path, *, name: str = "", sound: Sound | None = None) -> Iterator[Hearing]:
    """Open a recording: decode it once, find where somebody speaks. The same file gives the same.

    `name`: as the file was called, where `path` has lost that. Raises `SoundError`.
    """
    with decoded(path, sound, name=name) as audio:
        yield heard(audio)


def heard(audio: Decoded) -> Hearing:
    """Where somebody speaks in a decoded recording."""
    flags = list(audio.sound.flags)
    two = audio.sound.channels == 2
    alike = two and same(audio)
    found = {c: activity(audio.blocks(c)) for c in range(1 if alike else audio.sound.channels)}
    if two and not alike and one_room(audio, found):
        alike, found = True, _loudest(found)
    if alike:
        flags.append("same_channels")
    found = without_crosstalk(audio, found)
    speaking = {c: act for c, act in found.items() if act.spans}
    if not speaking:
        flags.append("nothing_said")
    elif two and not alike and len(speaking) == 1:
        flags.append("one_channel")
    return Hearing(audio, speaking, two and len(speaking) == 2, tuple(flags))


def _loudest(found: dict[int, Activity]) -> dict[int, Activity]:
    """The channel on which speech is loudest, alone."""
    channel = max(found, key=lambda c: (np.median(found[c].levels[found[c].chances > 0.5]), -c))
    return {channel: found[channel]}
