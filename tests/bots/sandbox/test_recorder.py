"""Synthetic voices, the demo's talks, and the recorder that delivers them."""

import json
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from bots.sandbox.delivered import transcript
from bots.sandbox.recorder import Caller, Recorder
from bots.sandbox.voices.espeak import SAMPLE_RATE, Voice, resampled, speak
from bots.sandbox.voices.line import telephone, with_noise
from bots.sandbox.voices.talk import SpokenTalk, Talk, say, talks
from stt import delivered

CALLER = Caller("2026-NES-0000001", "홍길동", "1985-03-12", "010-1234-5678")


@pytest.fixture(scope="module")
def written() -> dict[str, Talk]:
    return {talk.key: talk for talk in talks()}


@pytest.fixture(scope="module")
def short(written: dict[str, Talk]) -> dict[str, Talk]:
    """The beginnings of the talks: they are said in a moment."""
    return {key: replace(talk, lines=talk.lines[:5]) for key, talk in written.items()}


@pytest.fixture(scope="module")
def spoken(short: dict[str, Talk]) -> SpokenTalk:
    return say(short["4_parental_leave"])


def test_each_syllable_has_its_moment() -> None:
    text = "옷을 먹는 값이 없네요. 육십만 원이에요?"
    spoken = speak(text, Voice("f2", 190, 50))
    assert len(spoken.syllables) == sum("가" <= letter <= "힣" for letter in text)
    assert list(spoken.syllables) == sorted(spoken.syllables)
    assert 0 <= spoken.syllables[0] < spoken.syllables[-1] < len(spoken.samples) / SAMPLE_RATE


def test_the_same_words_take_about_the_same_time() -> None:
    """espeak-ng varies a little from call to call."""
    voice = Voice("m3", 195, 44)
    first, second = speak("안녕하세요.", voice), speak("안녕하세요.", voice)
    assert len(first.samples) == pytest.approx(len(second.samples), rel=0.1)
    assert first.syllables == pytest.approx(second.syllables, abs=0.1)


def test_a_telephone_carries_only_its_band() -> None:
    rng = np.random.default_rng(1)
    spectrum = np.abs(np.fft.rfft(telephone(rng.uniform(-0.5, 0.5, SAMPLE_RATE).astype(np.float32))))
    assert spectrum[5000:].mean() < 0.1 * spectrum[500:3000].mean()
    assert spectrum[:100].mean() < 0.1 * spectrum[500:3000].mean()


def test_another_sample_rate_keeps_the_sound() -> None:
    tone = np.sin(np.arange(16_000) * 2 * np.pi * 440 / 16_000).astype(np.float32)
    again = resampled(resampled(tone, 16_000, 8_000), 8_000, 16_000)
    assert len(again) == len(tone)
    assert np.abs(again - tone)[200:-200].max() < 1e-3


def test_noise_lies_below_the_voice() -> None:
    tone = np.sin(np.arange(16_000) / 10).astype(np.float32)
    added = with_noise(tone, np.random.default_rng(1), 20) - tone
    assert 0.03 < float(np.sqrt((added**2).mean())) < 0.08


def test_talks_are_varied_and_long_enough(written: dict[str, Talk]) -> None:
    assert len(written) >= 6
    assert {talk.delivered for talk in written.values()} == {None, "vtt", "srt", "json"}
    assert len({talk.program for talk in written.values()}) >= 4
    assert any(talk.channels == 1 for talk in written.values())
    said = [line.text for talk in written.values() for line in talk.lines]
    assert len({text for text in said if len(text) > 8}) > 0.98 * sum(len(text) > 8 for text in said)
    assert all(len(talk.lines) >= 30 for talk in written.values())
    for talk in written.values():
        whole = " ".join(line.text for line in talk.lines)
        assert all(any(word in whole for word in fact.words) for fact in talk.facts if fact.words)


def test_turns_lie_where_they_are_heard(spoken: SpokenTalk) -> None:
    for turn in spoken.turns:
        here, there = (0, 1) if turn.line.speaker == "counselor" else (1, 0)
        first, last = int(turn.start * SAMPLE_RATE), int(turn.end * SAMPLE_RATE)
        loud = np.abs(spoken.samples[:, first:last]).mean(1)
        assert loud[here] > 5 * loud[there]


@pytest.mark.parametrize("form", ["vtt", "srt", "json"])
def test_delivered_transcripts_are_read_as_they_were_said(form: str, spoken: SpokenTalk) -> None:
    read = delivered.read(transcript(form, spoken.turns).encode(), form, spoken.duration)
    assert [u.text for u in read.utterances] == [turn.line.text for turn in spoken.turns]
    assert {u.speaker for u in read.utterances} == {"counselor", "person"}
    assert "times_do_not_fit" not in read.flags


def test_a_recorder_leaves_sound_metadata_and_transcripts(tmp_path: Path, short: dict[str, Talk]) -> None:
    recorder = Recorder(tmp_path, "kim")
    first = recorder.drop(short["3_training"], CALLER, datetime(2026, 11, 23, 9))
    second = recorder.drop(short["6_overpaid"], CALLER, datetime(2026, 11, 23, 10))
    told = json.loads(second.audio.with_suffix(".json").read_text("utf-8"))
    assert told["agent"] == "kim"
    assert told["consent"] == "Y"
    assert second.transcript is not None
    assert told["transcript_file"] == second.transcript.name
    assert first.transcript is None
    for one, channels in ((first, "1"), (second, "2")):
        shown = subprocess.run(
            ["ffprobe", "-v", "error", "-show_entries", "stream=channels:format=duration", "-of", "csv=p=0",
             str(one.audio)], capture_output=True, text=True, check=True, timeout=20,
        ).stdout.split()  # fmt: skip
        assert shown[0] == channels
        assert float(shown[1]) == pytest.approx(one.duration, abs=0.3)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    assert [fact["file"] for fact in recorder.truth()] == [first.audio.name, second.audio.name]
