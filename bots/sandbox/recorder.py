"""A recorder of calls, and the one on the desk: it puts sound, what it knows of the call, and now and then a transcript
into a folder."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bots.sandbox.delivered import transcript
from bots.sandbox.voices.talk import SpokenTalk, Talk, say, talks, write_wav

# How recorders keep sound: the ending, and what ffmpeg is told.
_FORMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "mu-law": (".wav", ("-ar", "8000", "-c:a", "pcm_mulaw")),
    "wav": (".wav", ("-c:a", "pcm_s16le")),
    "mp3": (".mp3", ("-c:a", "libmp3lame", "-b:a", "64k")),
    "m4a": (".m4a", ("-c:a", "aac", "-b:a", "64k")),
    "ogg": (".ogg", ("-c:a", "libopus", "-b:a", "48k")),
}
_ORDER = ("wav", "mp3", "wav", "mu-law", "mp3", "m4a", "ogg")
_ENCODING_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose talk it is, as far as the recorder or the counselor's program knows."""

    receipt_no: str
    name: str
    birth: str
    phone: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was put there for one talk. `said`: (speaker, start, end, text) in the order of time."""

    talk: Talk
    caller: Caller
    audio: Path
    transcript: Path | None
    held_at: datetime
    duration: float
    said: tuple[tuple[str, float, float, str], ...]


@dataclass
class Recorder:
    """folder: where the files go; counselor: whose calls they are, by user name or officer's number."""

    folder: Path
    counselor: str
    dropped: list[Dropped] = field(default_factory=list)

    def drop_all(self, callers: Sequence[Caller], first: datetime) -> list[Dropped]:
        """The demo's talks, an hour apart; the callers are taken in turn."""
        return [
            self.drop(talk, callers[number % len(callers)], first + timedelta(hours=number))
            for number, talk in enumerate(talks())
        ]

    def drop(self, talk: Talk, caller: Caller, held_at: datetime) -> Dropped:
        """One talk. The sound comes last and whole. Raises NoVoiceError without espeak-ng, OSError without ffmpeg."""
        self.folder.mkdir(parents=True, exist_ok=True)
        spoken = say(talk)
        form = _ORDER[len(self.dropped) % len(_ORDER)]
        phone = "".join(filter(str.isdigit, caller.phone))
        stem = f"{held_at:%Y%m%d-%H%M%S}_{1200 + len(self.dropped)}_in_{phone}"
        audio = self.folder / (stem + _FORMS[form][0])
        written = self._transcript(talk, spoken, stem)
        told = _metadata(talk, caller, self.counselor, held_at, spoken.duration, written)
        (self.folder / f"{stem}.json").write_text(
            json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        _encode(spoken, audio, form)
        said = tuple((turn.line.speaker, turn.start, turn.end, turn.line.text) for turn in spoken.turns)
        one = Dropped(talk, caller, audio, written, held_at, spoken.duration, said)
        self.dropped.append(one)
        return one

    def truth(self) -> list[dict[str, Any]]:
        """What ought to come of the files, one for each talk."""
        return [
            {
                "file": one.audio.name,
                "talk": one.talk.key,
                "receipt_no": one.caller.receipt_no,
                "name": one.caller.name,
                "recognised": one.talk.delivered is None,
                "channels": one.talk.channels,
                "facts": [{"what": fact.what, "words": list(fact.words)} for fact in one.talk.facts],
                "said": [text for _, _, _, text in one.said],
            }
            for one in self.dropped
        ]

    def _transcript(self, talk: Talk, spoken: SpokenTalk, stem: str) -> Path | None:
        if talk.delivered is None:
            return None
        # Beside metadata in JSON a transcript in JSON needs another name, which the metadata tells.
        path = self.folder / (f"{stem}_stt.json" if talk.delivered == "json" else f"{stem}.{talk.delivered}")
        path.write_text(transcript(talk.delivered, spoken.turns), encoding="utf-8")
        return path


def _metadata(
    talk: Talk, caller: Caller, counselor: str, held_at: datetime, seconds: float, written: Path | None
) -> dict[str, str]:
    told = {
        "agent": counselor,
        "start_time": f"{held_at:%Y-%m-%d %H:%M:%S}",
        "duration": f"{seconds:.0f}",
        "receipt_no": caller.receipt_no,
        "customer_name": caller.name,
        "birth_date": caller.birth,
        "caller": caller.phone,
        "consent": "Y",
        "consent_how": "ars" if talk.way == "phone" else "form",
        "channel": talk.way,
    }
    return told | ({"transcript_file": written.name} if written else {})


def _encode(spoken: SpokenTalk, audio: Path, form: str) -> None:
    plain = audio.with_name(f".{audio.stem}.pcm.wav")
    made = audio.with_name(f".{audio.name}")
    write_wav(plain, spoken.samples)
    try:
        subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(plain), *_FORMS[form][1], str(made)],
            check=True,
            capture_output=True,
            timeout=_ENCODING_SECONDS,
        )
        made.replace(audio)
    finally:
        plain.unlink(missing_ok=True)
        made.unlink(missing_ok=True)
