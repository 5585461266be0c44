"""Decoding: free, held to a pattern, and what a text's probability is."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.linereader.alphabet import alphabet, class_of, encode, knows
from ocr.linereader.decode import (
    Frames,
    best_path,
    constrained_path,
    log_probability,
    pattern_probability,
)
from ocr.linereader.patterns import PATTERNS, automaton

CLASSES = len(alphabet()) + 1


def frames_of(text: str, others: dict[int, tuple[str, float]] | None = None, noise: float = 1e-4) -> Frames:
    """Three frames a character: character, character, blank; `others` adds a rival at a place."""
    rows = np.full((3 * len(text) + 1, CLASSES), noise / CLASSES)
    rows[0, 0] = 1
    for i, c in enumerate(text):
        rows[3 * i + 1 : 3 * i + 3, class_of()[c]] = 1
        rows[3 * i + 3, 0] = 1
        if others and i in others:
            rival, share = others[i]
            rows[3 * i + 1 : 3 * i + 3, class_of()[rival]] = share
    return np.log(rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)


def text_of(classes: tuple[int, ...]) -> str:
    return "".join(alphabet()[c - 1] for c in classes)


def test_alphabet_is_a_set_of_what_papers_hold() -> None:
    assert len(set(alphabet())) == len(alphabet())
    assert knows("국민취업지원제도 010-1234-5678 (주)한빛, 2026년")
    assert sum("가" <= c <= "힣" for c in alphabet()) == 1400


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=alphabet(), min_size=1, max_size=12))
def test_free_reading_gives_back_a_clear_text(text: str) -> None:
    way = best_path(frames_of(text))
    assert text_of(way.classes) == text
    assert log_probability(frames_of(text), way.classes) > -0.1


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("rrn", "960121-1021413"),
        ("rrn", "960121-1******"),
        ("phone", "010-1234-5678"),
        ("phone", "02-312-4567"),
        ("phone", "031) 555-0101"),
        ("phone", "1350"),
        ("business_no", "104-86-56659"),
        ("receipt_no", "2026-UB-0012345"),
        ("account", "110-22-334455"),
        ("account", "11022334455"),
        ("date", "2026년 3월 1일"),
        ("date", "2026.03.01"),
        ("name", "김가나"),
        ("name", "김 가 나"),
        ("amount", "1,234,500원"),
    ],
)
def test_patterns_take_what_stands_on_papers(kind: str, text: str) -> None:
    way = constrained_path(frames_of(text), automaton(kind))
    if text == "1350":  # four digits alone are no telephone number
        assert way is None or text_of(way.classes) != text
    else:
        assert way is not None and text_of(way.classes) == text


def test_a_pattern_overrules_a_letter_that_looks_like_a_digit() -> None:
    frames = frames_of("O10-I234-5678", {0: ("0", 0.4), 4: ("1", 0.3)})
    assert text_of(best_path(frames).classes) == "O10-I234-5678"
    way = constrained_path(frames, automaton("phone"))
    assert way is not None and text_of(way.classes) == "010-1234-5678"


def test_a_pattern_keeps_equal_neighbours_apart() -> None:
    way = constrained_path(frames_of("111-11-11111"), automaton("business_no"))
    assert way is not None and text_of(way.classes) == "111-11-11111"


def test_a_line_too_short_for_a_pattern_has_no_reading() -> None:
    assert constrained_path(frames_of("1"), automaton("rrn")) is None


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_held_reading_is_the_best_of_all_paths(seed: int) -> None:
    """Against every path there is, on a pattern of three digits cut down to the digits 0 to 2."""
    r = np.random.default_rng(seed)
    rows = np.full((5, CLASSES), 1e-12)
    rows[:, [0, *encode("012")]] = r.dirichlet(np.ones(4), 5)
    frames = np.log(rows).astype(np.float32)
    best = max(
        (frames[np.arange(5), path].sum(), path)
        for path in itertools.product([0, *encode("012")], repeat=5)
        if re.fullmatch("[0-2]{2}", text_of(tuple(c for c, _ in itertools.groupby(path) if c)))
    )
    PATTERNS["two"] = ("DD",)
    try:
        way = constrained_path(frames, automaton("two"))
        assert way is not None
        assert way.log == pytest.approx(best[0], abs=1e-3)
        total = pattern_probability(frames, automaton("two"))
    finally:
        automaton.cache_clear()
        del PATTERNS["two"]
    texts = [tuple(encode(a + b)) for a in "012" for b in "012"]
    assert total == pytest.approx(np.logaddexp.reduce([log_probability(frames, t) for t in texts]), abs=1e-3)
