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
        alone = noise(20 * SECOND, np.random.default_rng(5), kind) * loudness  # type: ignore[arg-type]
        assert speech(alone) == ()


def test_blocks_are_heard_like_the_whole() -> None:
    made = talk(5, "room", 20, True).samples
    blocks = [made[at : at + 512 * 100] for at in range(0, made.size, 512 * 100)]
    assert np.allclose(np.concatenate(list(chances(blocks))), next(chances([made])), atol=1e-5)
    assert activity(blocks).spans == speech(made)


def test_the_other_channels_voice_is_left_out(tmp_path: Path) -> None:
    """A recorder's two channels, the one faintly in the other; where both speak, both are kept."""
    rng = np.random.default_rng(2)
    counselor = telephone(speak("실업인정은 다음 주 화요일 두 시에 오시면 됩니다", Voice("f2")).samples) * 0.5
    person = telephone(speak("네 알겠습니다 신분증을 가져가면 됩니까", Voice("m3", 150, 40)).samples) * 0.4
    gap = np.zeros(2 * SECOND, np.float32)
    # The counselor alone, the person alone, both at once.
    left = np.concatenate((counselor, gap, person * 0, gap, counselor))
    right = np.concatenate((counselor * 0, gap, person, gap, person))
    size = max(left.size, right.size)
    left, right = (np.pad(c, (0, size - c.size)) for c in (left, right))

    def carried(of: np.ndarray) -> np.ndarray:
        return np.pad(of, (200, 0))[:size] * 0.12

    faint = noise(size, rng, "room") * 0.001
    path = write_wav(tmp_path / "talk.wav", left + carried(right) + faint, right + carried(left) + faint)
    alone, answered = counselor.size / SECOND, (counselor.size + gap.size) / SECOND
    with hearing(path) as heard:
        assert heard.apart
        assert heard.spoken(0, 0, alone) > alone * 0.95
        assert heard.spoken(1, 0, alone) < 0.3, "the counselor is not the person"
        length = person.size / SECOND
        assert heard.spoken(1, answered, answered + length) > length * 0.9
        assert heard.spoken(0, answered, answered + length) < 0.3
        both = answered + length + 2.0
        assert heard.spoken(0, both, both + alone) > alone * 0.9
        assert heard.spoken(1, both, both + length) > length * 0.9
