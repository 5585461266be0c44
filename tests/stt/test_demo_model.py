"""The recogniser that is shipped is one, understands the demo's voices, and says what it is."""

import json
import re

import numpy as np
import pytest

from bots.sandbox.voices.espeak import SAMPLE_RATE, Voice, speak
from bots.sandbox.voices.line import noise, telephone, with_noise
from stt.engines.engine import Engine
from stt.engines.loading import engine
from stt.engines.models import DEMO
from stt.training.measure import compared, plain, total

LINES = (
    ("다음 주 수요일 오후 두 시에 오시면 됩니다.", Voice("f2", 192, 52)),
    ("서류는 금요일까지 이메일로 보내겠습니다.", Voice("m3", 188, 44)),
    ("한 달에 육십만 원씩 여섯 달 동안 받으실 수 있어요.", Voice("f2", 190, 50)),
    ("지난달에 계약이 끝나서 지금은 쉬고 있습니다.", Voice("m3", 192, 46)),
)


@pytest.fixture(scope="module")
def demo() -> Engine:
    return engine("demo", "whisper")


def test_it_is_small_and_says_what_it_is() -> None:
    assert sum(path.stat().st_size for path in DEMO.parent.iterdir() if path.is_file()) <= 24_000_000
    card = json.loads(DEMO.with_suffix(".json").read_text("utf-8"))
    assert "합성" in card["label"]
    readme = (DEMO.parent / "README.md").read_text("utf-8")
    assert "not people" in readme
    assert len(re.findall(r"0?\.\d{2,3}", readme)) >= 3, "its errors for three kinds of text"


def test_it_hears_what_the_demos_voices_say(demo: Engine) -> None:
    pairs = []
    for number, (text, voice) in enumerate(LINES):
        samples = speak(text, voice).samples
        if number % 2:
            samples = telephone(with_noise(samples, np.random.default_rng(number), 30))
        heard = demo.hear(samples)
        pairs.append((text, " ".join(segment.text for segment in heard.segments)))
        assert all(0 <= word.confidence <= 1 for segment in heard.segments for word in segment.words)
    assert total(pairs).rate <= 0.3, pairs
    assert min(compared(*pair).rate for pair in pairs) <= 0.15, pairs


def test_noise_is_said_to_be_none_or_no_speech(demo: Engine) -> None:
    for level in (0.001, 0.02):
        heard = demo.hear(noise(3 * SAMPLE_RATE, np.random.default_rng(3)) * np.float32(level))
        said = [segment for segment in heard.segments if plain(segment.text)]
        assert all(segment.no_speech > 0.5 for segment in said), said
