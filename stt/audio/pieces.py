"""What a browser recorded, put together: one file that can be played from any place in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stt import errors
from stt.audio import ffmpeg
from stt.audio.probe import Sound, probe
from stt.errors import SoundError

_FORMS = {"opus": "webm", "vorbis": "webm", "aac": "mp4"}
_PER_CHANNEL = 48_000


def put_together(takes: Sequence[Path], into: Path) -> Sound:
    """Write the takes of a talk (each the joined pieces of one recording) one after the other `into` one file.

    A single take is copied as it was coded, with an index and its length, which a browser does not write; several
    are coded anew. Takes in which nothing can be found are left out. Raises `SoundError` when that is all of them.
    """
    heard = [(path, sound) for path in takes if (sound := _sound(path)) is not None]
    if not heard:
        raise SoundError(errors.BROKEN, "no take can be opened")
    seconds = sum(sound.duration for _, sound in heard)
    single = heard[0][1] if len(heard) == 1 else None
    form = _FORMS.get(single.codec) if single else None
    asked = _copied(heard[0][0], form) if form else _coded_anew(heard)
    most = sum(sound.size for _, sound in heard) * 2 + round(seconds * _PER_CHANNEL) + 1024 * 1024
    line = ["-hide_banner", "-nostdin", "-v", "quiet", "-y", *asked, "-map_metadata", "-1", f"file:{into}"]
    status, _ = ffmpeg.run("ffmpeg", line, seconds=max(60.0, seconds / 4), write_bytes=most)
    if status != 0:
        into.unlink(missing_ok=True)
        raise SoundError(errors.BROKEN, "the takes cannot be put together")
    return probe(into, f"recording.{form or 'webm'}")


def _sound(path: Path) -> Sound | None:
    try:
        return probe(path, "recording.webm")
    except SoundError as error:
        if error.code in {errors.BROKEN, errors.EMPTY, errors.NOT_AUDIO, errors.NO_SOUND}:
            return None
        raise


def _copied(path: Path, form: str) -> list[str]:
    begin = ["-movflags", "+faststart"] if form == "mp4" else ["-cues_to_front", "1"]
    return [*ffmpeg.source(path), "-map", "0:a:0", "-c", "copy", *begin, "-f", form]


def _coded_anew(heard: Sequence[tuple[Path, Sound]]) -> list[str]:
    # A take of one microphone among takes of two: on both channels it would be said by both.
    channels = min(2, *(sound.channels for _, sound in heard))
    layout = "stereo" if channels == 2 else "mono"
    inputs = [part for path, _ in heard for part in ffmpeg.source(path)]
    alike = [
        f"[{n}:a:0]aresample=48000:async=1:first_pts=0,aformat=channel_layouts={layout}[a{n}]"
        for n in range(len(heard))
    ]
    joined = "".join(f"[a{n}]" for n in range(len(heard))) + f"concat=n={len(heard)}:v=0:a=1[all]"
    coding = ["-c:a", "libopus", "-b:a", str(_PER_CHANNEL * channels), "-cues_to_front", "1", "-f", "webm"]
    return [*inputs, "-filter_complex", ";".join([*alike, joined]), "-map", "[all]", *coding]
