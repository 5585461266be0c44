"""What everything but the recogniser costs for a long recording: `python -m tests.benchmarks.talk_overhead`.

Two hours (`--minutes`) of a telephone recorder's file: two channels, 8 kHz mu-law, synthetic voices with noise. The
recogniser is taken out: in its place scripted talks give as many words as fit into a window. Everything else is what
really runs: looked at, decoded, voice activity, windows, joined, redacted, noted. Seconds of processor time, children
included, and the largest memory that was resident, children counted on their own.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import numpy as np

from stt.audio.decode import decoded
from stt.audio.hearing import heard
from stt.audio.probe import probe
from stt.engines.engine import SAMPLE_RATE, Heard, Samples, Segment
from stt.joins import spread
from stt.note.draft import Meeting
from stt.note.drafting import draft
from stt.redaction import redact
from stt.transcribe import cut, join
from stt.transcript import Transcript
from tests.benchmarks.voice_activity import talk
from tests.counseling_talks import talks
from tests.stt.sounds import write_wav

SIGNS_A_SECOND = 5.5

T = TypeVar("T")


class Scripted:
    """In the recogniser's place: the words of the scripted talks, one after the other."""

    name, model, model_sha256 = "scripted", "none", ""
    longest, apart = 28.0, 2.0

    def __init__(self) -> None:
        said = [one.text for talk in talks() for one in talk.utterances]
        self.words: Iterator[str] = itertools.cycle([word for text in said for word in text.split()])

    def hear(self, samples: Samples, prompt: str = "") -> Heard:
        seconds = samples.size / SAMPLE_RATE
        texts: list[str] = []
        while sum(map(len, texts)) < seconds * SIGNS_A_SECOND:
            texts.append(next(self.words))
        segment = Segment(" ".join(texts), 0.0, seconds)
        return Heard((Segment(segment.text, 0.0, seconds, spread(segment)),))


def recording(folder: Path, minutes: float) -> Path:
    """The file of a telephone recorder, so long."""
    rng = np.random.default_rng(3)
    channels = [talk(seed, "room", 25, True).samples for seed in (1, 2)]
    length = max(c.size for c in channels)
    turns = [np.pad(c, (int(rng.integers(0, 3)) * SAMPLE_RATE, length - c.size)) for c in channels]
    write_wav(folder / "turn.wav", *turns)
    seconds = str(minutes * 60)
    whole = folder / "talk.wav"
    asked = ["-v", "error", "-nostdin", "-stream_loop", "-1", "-i", str(folder / "turn.wav"), "-t", seconds]
    subprocess.run(["ffmpeg", *asked, "-ar", "8000", "-c:a", "pcm_mulaw", str(whole)], check=True)
    return whole


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=120.0)
    minutes = arguments.parse_args().minutes
    redact([])  # what is loaded once in a process is not counted
    with tempfile.TemporaryDirectory() as folder:
        path = recording(Path(folder), minutes)
        spent = {}

        def timed(name: str, work: Callable[[], T]) -> T:
            began = _processor()
            made = work()
            spent[name] = _processor() - began
            return made

        began = time.monotonic()
        sound = timed("looked at", lambda: probe(path))
        opening = decoded(path, sound)
        audio = timed("decoded", opening.__enter__)
        hearing = timed("voice activity", lambda: heard(audio))
        engine = Scripted()
        open_talk = timed("windows", lambda: cut(path, hearing, engine))
        words = {(w.channel, w.number): engine.hear(hearing.samples(w)) for w in open_talk.windows}
        transcript = timed("joined", lambda: join(open_talk, words, engine))
        hidden = timed("redacted", lambda: redact(transcript.utterances))
        shown = Transcript(hidden.utterances, duration=transcript.duration)
        timed(
            "noted",
            lambda: draft(shown, Meeting(datetime(2026, 11, 20, 10, 0), "phone", transcript.duration)),
        )
        opening.__exit__(None, None, None)
        total = sum(spent.values())
        for name, seconds in spent.items():
            print(f"{name:15} {seconds:7.1f} s  {seconds / minutes / 60:7.2%} of the recording")
        print(
            f"{'all':15} {total:7.1f} s  {total / minutes / 60:7.2%}; {time.monotonic() - began:.0f} s on the clock"
        )
        print(f"{len(open_talk.windows)} windows, {len(transcript.utterances)} utterances")
        largest = [
            resource.getrusage(who).ru_maxrss / 1024
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        ]
        print(f"resident at most {largest[0]:.0f} MiB, a child {largest[1]:.0f} MiB")


def _processor() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


if __name__ == "__main__":
    main()
