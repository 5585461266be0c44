"""What a recording is, before anybody listens: container, channels, length, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.settings import settings
from stt import errors
from stt.audio import ffmpeg
from stt.errors import SoundError

MOST_CHANNELS = 8
_LOOK_SECONDS = 30.0
_MEASURE_SECONDS = 300.0
_PICTURES = ("mjpeg", "png", "bmp", "gif", "webp")
_SURE = 26
"""ffprobe's score above which a container was recognised by more than a guess at a few frames or the file's name."""
_ENDINGS = {
    "wav": (".wav", ".wave"),
    "mp3": (".mp3",),
    "mov": (".m4a", ".mp4", ".3gp", ".aac", ".mov"),
    "ogg": (".ogg", ".oga", ".opus"),
    "matroska": (".webm", ".mka", ".weba"),
    "flac": (".flac",),
    "aac": (".aac",),
    "au": (".au", ".snd"),
    "aiff": (".aif", ".aiff"),
    "amr": (".amr",),
    "asf": (".wma", ".asf"),
    "caf": (".caf",),
    "w64": (".w64", ".wav"),
    "mulaw": tuple(e for e, form in ffmpeg._HEADERLESS.items() if form == "mulaw"),
    "alaw": tuple(e for e, form in ffmpeg._HEADERLESS.items() if form == "alaw"),
}
_HEADS = (
    b"RIFF",
    b"ID3",
    b"OggS",
    b"fLaC",
    b"\x1aE\xdf\xa3",
    b".snd",
    b"FORM",
    b"#!AMR",
    b"caff",
    b"0&\xb2u",
)


@dataclass(frozen=True, slots=True)
class Sound:
    """What an audio file is.

    container    "wav", "mp3", "mov" (M4A), "ogg", "matroska" (webm), ...; codec as ffprobe names it
    sample_rate  of the file, Hz; duration in seconds, measured and not believed
    form         of a file without a head ("mulaw"), else ""
    flags        "truncated": its head promises more than is there; "wrong_extension"
    """

    container: str
    codec: str
    channels: int
    sample_rate: int
    duration: float
    size: int
    form: str = ""
    flags: tuple[str, ...] = ()


def probe(path: Path, name: str = "") -> Sound:
    """Look at a file from outside. `name`: as it was called, where `path` has lost that.

    Raises `SoundError`: empty, too_large, not_audio, video, no_sound, broken, too_many_channels, too_long, timeout.
    """
    size = path.stat().st_size
    if size == 0:
        raise SoundError(errors.EMPTY)
    if size > settings().max_audio_bytes:
        raise SoundError(errors.TOO_LARGE, f"{size} bytes")
    called = name or path.name
    told, form = _told(path, called)
    stream = _audio(told)
    rate, channels = _number(stream, "sample_rate"), _number(stream, "channels")
    if not rate or not channels:
        raise SoundError(errors.BROKEN, "no sample rate")
    if channels > MOST_CHANNELS:
        raise SoundError(errors.TOO_MANY_CHANNELS, f"{channels} channels")
    duration = _measure(path, form)
    promised = _promised(path, told, stream)
    container = str(told["format"].get("format_name", "")).split(",")[0]
    flags = []
    if promised > duration + max(0.5, promised * 0.01):
        flags.append("truncated")
    if (ending := Path(called).suffix.lower()) and ending not in _ENDINGS.get(container, (ending,)):
        flags.append("wrong_extension")
    return Sound(
        container, str(stream.get("codec_name", "")), channels, rate, duration, size, form, tuple(flags)
    )


def _told(path: Path, called: str) -> tuple[dict[str, Any], str]:
    told = ffmpeg.told(path, "", _LOOK_SECONDS)
    with path.open("rb") as file:
        head = file.read(16)
    known = head.startswith(_HEADS) or head[4:8] == b"ftyp"
    if told is not None and (known or _number(told.get("format", {}), "probe_score") >= _SURE):
        return told, ""
    if (form := ffmpeg.headerless(called)) and (told := ffmpeg.told(path, form, _LOOK_SECONDS)) is not None:
        return told, form
    raise SoundError(errors.BROKEN if known else errors.NOT_AUDIO)


def _audio(told: dict[str, Any]) -> dict[str, Any]:
    streams = [s for s in told.get("streams", []) if isinstance(s, dict)]
    if any(_moving(s) for s in streams):
        raise SoundError(errors.VIDEO)
    heard = [s for s in streams if s.get("codec_type") == "audio"]
    if not heard:
        raise SoundError(errors.NO_SOUND)
    return heard[0]


def _moving(stream: dict[str, Any]) -> bool:
    """Whether a stream is a film, and not the picture on a record's sleeve."""
    sleeve = (
        bool((stream.get("disposition") or {}).get("attached_pic")) or stream.get("codec_name") in _PICTURES
    )
    return stream.get("codec_type") == "video" and not sleeve


def _measure(path: Path, form: str) -> float:
    """Seconds of sound that are really there: packets are counted, nothing is decoded."""
    most = settings().max_talk_seconds
    asked = ["-v", "quiet", "-nostdin", *ffmpeg.source(path, form), "-map", "0:a:0", "-c", "copy"]
    asked += ["-t", str(most + 60), "-f", "null", "-progress", "pipe:1", "-"]
    _, printed = ffmpeg.run("ffmpeg", asked, seconds=_MEASURE_SECONDS)
    last = [line[12:] for line in printed.splitlines() if line.startswith("out_time_us=")]
    duration = max((int(t) for t in last if t.lstrip("-").isdigit()), default=0) / 1_000_000
    if duration <= 0:
        raise SoundError(errors.BROKEN, "no sound in it")
    if duration > most:
        raise SoundError(errors.TOO_LONG, f"longer than {most:.0f} s")
    return duration


def _promised(path: Path, told: dict[str, Any], stream: dict[str, Any]) -> float:
    """How long the head says that it is, in seconds; 0 when it says nothing, or is known to guess."""
    if stream.get("codec_name") in {"mp3", "aac", "amr_nb", "amr_wb"} and "mov" not in str(told["format"]):
        return 0.0
    said = [told["format"].get("duration"), stream.get("duration")]
    longest = max((float(s) for s in said if s not in (None, "N/A")), default=0.0)
    return max(longest, _wav_promised(path, stream))


def _wav_promised(path: Path, stream: dict[str, Any]) -> float:
    """A WAV's own count of bytes: ffprobe counts what is there."""
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    at = head.find(b"data", 12)
    rate = _number(stream, "bit_rate")
    if head[:4] != b"RIFF" or at < 0 or not rate:
        return 0.0
    count = int.from_bytes(head[at + 4 : at + 8], "little")
    # 0 and the largest number are written by recorders that stream.
    return 0.0 if count in (0, 0xFFFFFFFF) or count > 0xFFFFF000 or count == 0x7FFFFFFF else count * 8 / rate


def _number(of: dict[str, Any], name: str) -> int:
    told = str(of.get(name, ""))
    return int(told) if told.isdigit() else 0
