"""Engines behind one protocol: models found by name or path, loaded in the released format, and what is missing."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from config.settings import settings
from stt.engines.alignment import monotone_path
from stt.engines.converting import convert
from stt.engines.device import device_for, faster_precision, whisper_precision
from stt.engines.engine import SAMPLE_RATE, Engine, Heard, Segment
from stt.engines.faster_whisper import FasterWhisperEngine
from stt.engines.loading import engine
from stt.engines.models import DEMO, FASTER, WHISPER, find, installed
from stt.engines.problems import EngineError, MissingModelError
from stt.engines.split_words import split_words
from stt.engines.whisper import WhisperEngine
from stt.transcript import Word
from stt.windowed import heard_to_the_end
from tests.stt.weights import random_whisper

NOISE = (np.random.default_rng(3).normal(size=2 * SAMPLE_RATE) * 0.1).astype(np.float32)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_whisper(tmp_path_factory.mktemp("weights") / "small.pt", n_audio_ctx=150, n_text_ctx=20)


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of models, and no other place where some could lie."""
    monkeypatch.setenv("BACKOFFICE_STT_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.cache_clear()


def test_a_missing_model_names_files_and_command(models: Path) -> None:
    with pytest.raises(MissingModelError) as caught:
        find("turbo", WHISPER)
    assert str(models / "large-v3-turbo.pt") in str(caught.value)
    assert "./backoffice stt models --fetch turbo" in str(caught.value)
    with pytest.raises(MissingModelError) as caught:
        find("small", FASTER)
    assert str(models / "faster-whisper-small") in str(caught.value)
    assert "--convert small" in str(caught.value)
    with pytest.raises(MissingModelError) as caught:
        find(str(models / "own.pt"), WHISPER)
    assert caught.value.places == (models / "own.pt",)


def test_without_a_setting_nothing_listens(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKOFFICE_STT_MODEL", raising=False)
    settings.cache_clear()
    with pytest.raises(EngineError) as caught:
        engine()
    assert caught.value.code == "model_not_chosen"
    assert "BACKOFFICE_STT_MODEL" in caught.value.advice


def test_a_model_is_found_by_name_and_by_path(models: Path, weights: Path) -> None:
    (models / "ours.pt").symlink_to(weights)
    (models / "ours.json").write_text(
        json.dumps({"label": "센터 모델", "prompt": False, "longest_window": 12})
    )
    by_name, by_path = find("ours", WHISPER), find(str(weights), WHISPER)
    assert by_name.card.longest_window == 12
    assert by_name.sha256 == by_path.sha256
    assert by_path.card.prompt
    assert "ours" in [model.name for model in installed(WHISPER)]


def test_a_folder_without_a_tokenizer_is_no_model(models: Path) -> None:
    folder = models / "faster-whisper-small"
    folder.mkdir()
    for name in ("model.bin", "config.json"):
        (folder / name).write_bytes(b"x")
    with pytest.raises(MissingModelError):
        find("small", FASTER)


@pytest.mark.parametrize("content", [b"", b"not weights", b"PK\x03\x04broken"])
def test_a_file_that_is_no_model_says_so(models: Path, content: bytes) -> None:
    (models / "bad.pt").write_bytes(content)
    with pytest.raises(EngineError) as caught:
        engine("bad", WHISPER)
    assert caught.value.code == "broken_model"
    assert "bad.pt" in str(caught.value)


def test_a_card_that_is_none_says_so(models: Path, weights: Path) -> None:
    (models / "ours.pt").symlink_to(weights)
    (models / "ours.json").write_text('{"longest_window": 90}')
    with pytest.raises(EngineError, match=r"ours\.json"):
        find("ours", WHISPER)


def test_device_and_precision() -> None:
    assert device_for("auto", 0) == "cpu"
    assert device_for("auto", 1) == "cuda"
    with pytest.raises(EngineError, match="BACKOFFICE_STT_DEVICE"):
        device_for("cuda", 0)
    assert [whisper_precision("auto", device) for device in ("cpu", "cuda")] == ["float32", "float16"]
    assert [faster_precision("auto", device) for device in ("cpu", "cuda")] == ["int8", "float16"]
    with pytest.raises(EngineError, match="faster-whisper"):
        whisper_precision("int8", "cpu")


def test_openai_whisper_hears_the_same_each_time(models: Path, weights: Path) -> None:
    heard = engine(str(weights), WHISPER)
    first = heard.hear(NOISE, "실업급여, 구직급여")
    _checked(heard, first.segments)
    assert heard.hear(NOISE, "실업급여, 구직급여") == first
    assert heard.hear(NOISE[:100]).segments == ()
    with pytest.raises(ValueError, match="at most"):
        heard.hear(np.zeros(4 * SAMPLE_RATE, np.float32))


def test_both_engines_hear_the_same_words_at_the_same_times(models: Path) -> None:
    """The demo's own model, converted: the same tokens, chances and times, with another library's arithmetic."""
    from bots.sandbox.voices.espeak import Voice, speak

    weights, card = models / "ours.pt", models / "ours.json"
    weights.symlink_to(DEMO)
    card.write_text(
        json.dumps(json.loads(DEMO.with_suffix(".json").read_text("utf-8")) | {"beams": 1}), "utf-8"
    )
    assert convert("ours") == models / "faster-whisper-ours"
    slow, fast = (
        WhisperEngine(find("ours", WHISPER), "cpu"),
        FasterWhisperEngine(find("ours", FASTER), "cpu", "float32"),
    )
    assert fast.card == slow.card
    spoken = speak("네, 다음 주 화요일 두 시에 오세요.", Voice("f2")).samples
    ours, theirs = slow.hear(spoken).segments[0], fast.hear(spoken).segments[0]
    assert ours.text == theirs.text
    assert ours.mean_logprob == pytest.approx(theirs.mean_logprob, abs=0.02)
    for one, other in zip(ours.words, theirs.words, strict=True):
        assert (one.text, one.start) == (other.text, pytest.approx(other.start, abs=0.1))
        assert one.confidence == pytest.approx(other.confidence, abs=0.05)
    with pytest.raises(ValueError, match="at most"):
        fast.hear(np.zeros(31 * SAMPLE_RATE, np.float32))


def test_other_tokenizer_same_tokens() -> None:
    from whisper.tokenizer import get_tokenizer

    from stt.engines.tokens import tokenizer, vocabulary

    ours, theirs = tokenizer(99), get_tokenizer(True, num_languages=99)
    for text in (" 다음 주 화요일 두 시까지요? 3,200,000원!", "ㅋㅋ  두 칸  ~\n", " It's 10 o'clock"):
        assert ours.encode(text, add_special_tokens=False).ids == theirs.encode(text)
        assert ours.decode(theirs.encode(text)) == text
    assert ours.token_to_id("<|notimestamps|>") == theirs.no_timestamps
    assert len(vocabulary(99)) == 51865


@given(arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.integers(-9, 9)))
def test_words_are_followed_as_the_library_does(cost: np.ndarray) -> None:
    from whisper.timing import dtw_cpu

    rows, columns = monotone_path(cost)
    assert np.array_equal(np.stack([rows, columns]), _plain_path(dtw_cpu, cost))


@given(
    st.lists(st.integers(0, 50256) | st.sampled_from([220, 13, 3, 158, 229]), max_size=20),
    st.text(max_size=20),
)
def test_no_token_is_lost_whatever_a_model_makes(junk: list[int], text: str) -> None:
    from whisper.tokenizer import get_tokenizer

    tokenizer = get_tokenizer(True)
    for tokens in (junk, tokenizer.encode(" " + text)):
        pieces = split_words(tokens)
        whole = b"".join(tokenizer.encoding.decode_single_token_bytes(token) for token in tokens)
        assert all(a.first < a.stop <= b.first for a, b in pairwise(pieces))
        assert all(0 <= piece.first < piece.stop <= len(tokens) for piece in pieces)
        assert len("".join(p.text for p in pieces).encode()) <= len(whole)
    assert "".join("".join(p.text for p in pieces).split()) == "".join(text.split())
    assert all(piece.whole for piece in pieces)


class Halting:
    """An engine that stops after so many seconds of what it is given, as small models do."""

    name, model, model_sha256, longest, apart = "halting", "", "", 30.0, 2.0

    def hear(self, samples: np.ndarray, prompt: str = "") -> Heard:
        end = min(1.2, len(samples) / SAMPLE_RATE)
        said = f"{samples[SAMPLE_RATE // 5]:.0f}"
        return Heard((Segment(said, 0.0, end, (Word(said, 0.0, end, 1.0),)),))


def test_what_is_left_behind_the_last_word_is_heard_again() -> None:
    """Each second has a sound of its own, with a short pause behind it, where it is cut."""
    at = np.arange(5 * SAMPLE_RATE) / SAMPLE_RATE
    samples = np.where(at % 1 > 0.9, 0.0, np.floor(at)).astype(np.float32) + 1
    samples[at % 1 > 0.9] = 0.0
    heard = heard_to_the_end(Halting(), samples, "", lambda start, end: max(0.0, min(end, 3.5) - start))
    assert [segment.text for segment in heard.segments] == ["1", "2", "3"]
    assert [segment.start for segment in heard.segments] == pytest.approx([0, 0.95, 1.95], abs=0.1)
    assert all(segment.words[0].confidence <= 0.5 for segment in heard.segments)


def _plain_path(compiled: Any, cost: np.ndarray) -> np.ndarray:
    """The library's function without the seconds that compiling it takes."""
    from whisper import timing

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timing, "backtrace", timing.backtrace.py_func)
        return np.array(compiled.py_func(cost))


def _checked(heard: Engine, segments: tuple) -> None:  # type: ignore[type-arg]
    assert len(heard.model_sha256) == 64
    for segment in segments:
        assert segment.text
        assert "<|" not in segment.text
        assert all(0 <= word.start <= word.end <= 2.0 and 0 <= word.confidence <= 1 for word in segment.words)
        assert "".join(word.text for word in segment.words) == segment.text.replace(" ", "")
