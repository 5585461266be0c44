"""What is said is found, silence and noise are not taken for speech, and the other channel's voice is left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bots.sandbox.voices.espeak import Voice, speak
from bots.sandbox.voices.line import noise, telephone
from stt.audio.hearing import hearing
from stt.audio.silero import chances
from stt.audio.speech import activity, speech
from tests.benchmarks.voice_activity import measure, talk
from tests.stt.sounds import write_wav

SECOND = 16_000


@pytest.mark.parametrize(("seed", "kind", "by_telephone"), [(3, "room", True), (4, "white", False)])
def test_speech_is_kept_and_silence_dropped(seed: int, kind: str, by_telephone: bool) -> None:
    made = talk(seed, kind, 20, by_telephone)
    said, kept, silent, dropped = measure(made, speech(made.samples))
    assert kept / said >= 0.99 and dropped / silent >= 0.9


@pytest.mark.parametrize("loudness", [0.0, 0.003, 0.05])
def test_nothing_but_noise_is_nothing(loudness: float) -> None:
    for kind in ("white", "room", "hum"):
        alone = noise(20 * SECOND, np.random.default_rng(5), kind) * loudness
        assert speech(alone) == ()


def test_blocks_are_heard_like_the_whole() -> None:
    made = talk(5, "room", 20, True).samples
    blocks = [made[at : at + 512 * 100] for at in range(0, made.size, 512 * 100)]
    assert np.allclose(np.concatenate(list(chances(blocks))), next(chances([made])), atol=1e-5)
    assert activity(blocks).spans == speech(made)


Paths = tuple[np.ndarray, np.ndarray]


def _line() -> Paths:
    """What a telephone recorder does: each voice on its channel, and faintly, later, on the other."""
    near, far = np.zeros(300), np.zeros(300)
    near[0], far[200] = 1.0, 0.12
    return near, far


def _room() -> Paths:
    """Two microphones on a desk: the voice 40 cm before the one is 140 cm from the other, and the room sounds."""
    rng = np.random.default_rng(3)
    at = np.arange(6400) / SECOND
    paths = []
    for metres in (0.4, 1.4):
        tail = rng.standard_normal(at.size) * np.exp(-6.9 * at / 0.4)
        path = tail / np.sqrt(np.square(tail).sum()) * 0.25
        path[: round(metres / 343 * SECOND)] = 0.0
        path[round(metres / 343 * SECOND)] = 0.4 / metres
        paths.append(path)
    return paths[0], paths[1]


def test_a_stereo_recorder_on_the_desk_tells_nobody_apart(tmp_path: Path) -> None:
    said = [
        speak("실업인정은 다음 주 화요일 두 시에 오시면 됩니다", Voice("f2")).samples,
        speak("네 알겠습니다 신분증을 가져가면 됩니까", Voice("m3", 150, 40)).samples,
    ]
    talk = np.concatenate((said[0], np.zeros(SECOND, np.float32), said[1] * 0))
    other = np.concatenate((said[0] * 0, np.zeros(SECOND, np.float32), said[1]))
    rng = np.random.default_rng(8)
    channels = []
    for loudness in ((0.5, 0.4), (0.4, 0.5)):
        channel = np.zeros(talk.size)
        for voice, loud in zip((talk, other), loudness, strict=True):
            path = rng.standard_normal(6400) * np.exp(-6.9 * np.arange(6400) / 6400) * 0.004
            path[int(rng.integers(20, 60))] = loud
            channel += _through(voice, path)
        channels.append((channel + noise(talk.size, rng, "room") * 0.001).astype(np.float32))
    with hearing(write_wav(tmp_path / "desk.wav", *channels)) as heard:
        assert not heard.apart and "same_channels" in heard.flags and len(heard.activities) == 1
        (only,) = heard.activities.values()
        assert only.spoken(0, heard.duration) > 0.85 * (heard.duration - 1.5)


def _through(sound: np.ndarray, path: np.ndarray) -> np.ndarray:
    size = 1 << (sound.size + path.size).bit_length()
    return np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(path, size), size)[: sound.size]


@pytest.mark.parametrize("paths", [_line(), _room()], ids=["line", "room"])
def test_the_other_channels_voice_is_left_out(tmp_path: Path, paths: Paths) -> None:
    """Each voice is heard on both channels; where both speak at once, both are kept."""
    rng = np.random.default_rng(2)
    counselor = telephone(speak("실업인정은 다음 주 화요일 두 시에 오시면 됩니다", Voice("f2")).samples) * 0.5
    person = telephone(speak("네 알겠습니다 신분증을 가져가면 됩니까", Voice("m3", 150, 40)).samples) * 0.4
    gap = np.zeros(2 * SECOND, np.float32)
    # The counselor alone, the person alone, both at once.
    first = np.concatenate((counselor, gap, person * 0, gap, counselor))
    second = np.concatenate((counselor * 0, gap, person, gap, person))
    size = max(first.size, second.size) + SECOND
    first, second = (np.pad(c, (0, size - c.size)) for c in (first, second))
    near, far = paths
    faint = noise(size, rng, "room") * 0.001
    left = _through(first, near) + _through(second, far) + faint
    right = _through(second, near) + _through(first, far) + faint[::-1]
    path = write_wav(tmp_path / "talk.wav", left.astype(np.float32), right.astype(np.float32))
    alone, answered = counselor.size / SECOND, (counselor.size + gap.size) / SECOND
    length = person.size / SECOND
    both = answered + length + 2.0
    with hearing(path) as heard:
        assert heard.apart
        assert heard.spoken(0, 0, alone) > alone * 0.95
        assert heard.spoken(1, 0, alone) < 0.3, "the counselor is not the person"
        assert heard.spoken(1, answered, answered + length) > length * 0.9
        assert heard.spoken(0, answered, answered + length) < 0.3
        assert heard.spoken(0, both, both + alone) > alone * 0.9
        assert heard.spoken(1, both, both + length) > length * 0.9
