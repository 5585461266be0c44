"""One line decoded, with what is known of each of its characters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.linereader.alphabet import BLANK, alphabet, encode
from ocr.linereader.decode import (
    Frames,
    Path,
    best_path,
    constrained_path,
    log_probability,
    pattern_probability,
)
from ocr.linereader.normalise import FRAME, SIDE
from ocr.linereader.patterns import automaton

_IMPOSSIBLE = -10.0  # log-probability


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of one character, with its probability."""

    character: str
    probability: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What the network saw of one line.

    frames       log-probabilities of the classes
    pens         logit of handwriting, a frame
    left, scale  column x of the normalised line is column left + (x - SIDE) / scale of the crop
    """

    frames: Frames
    pens: NDArray[np.float32]
    left: int
    scale: float

    @property
    def hand(self) -> float:
        """Logit of handwriting of the whole line."""
        return float(self.pens.mean())


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded line: one of `confidences`, `others`, `spans` and `pens` (logits) a character of `text`."""

    text: str
    whole: float  # log-probability of the text, given the pattern if there is one
    fit: float  # log-probability of the pattern
    confidences: list[float]
    others: list[Alternative]
    spans: list[tuple[int, int]]
    pens: list[float]


def decoded(s: Seen, pattern: str | None) -> Decoded:
    """The best text, held to a kind of `PATTERNS` if given."""
    way, fit, allowed, a = best_path(s.frames), 0.0, None, None
    if pattern is not None:
        # Characters that no frame holds possible need no search: of 1,400 syllables some dozens stay.
        a = automaton(pattern).among(s.frames.max(axis=0) > _IMPOSSIBLE)
        held = constrained_path(s.frames, a)
        if held is None:
            return Decoded("", -30.0, -30.0, [], [], [], [])
        way, allowed = held, a.classes
    whole = log_probability(s.frames, way.classes)
    if a is not None:
        fit = max(pattern_probability(s.frames, a), whole)
        whole = whole - fit
    confidences, others = _characters(s.frames, way, allowed)
    text, keep = _tidy("".join(alphabet()[c - 1] for c in way.classes))
    return Decoded(
        text,
        min(0.0, whole),
        min(0.0, fit),
        [confidences[i] for i in keep],
        [others[i] for i in keep],
        [_columns(way.spans[i], s) for i in keep],
        [float(s.pens[way.spans[i][0] : way.spans[i][1] + 1].mean()) for i in keep],
    )


def _characters(
    frames: Frames, way: Path, allowed: NDArray[np.int64] | None
) -> tuple[list[float], list[Alternative]]:
    """Of each character: probability at its strongest frame, less the doubt of the gaps beside it; next best."""
    classes = np.concatenate(([BLANK], allowed)) if allowed is not None else np.arange(frames.shape[1])
    share = np.exp(frames[:, classes].astype(np.float64))
    share /= share.sum(axis=1, keepdims=True)
    place = {int(c): i for i, c in enumerate(classes)} if allowed is not None else None
    confidences, others = [], []
    ends = [-1, *(b for _, b in way.spans)]
    begins = [*(a for a, _ in way.spans), len(frames)]
    own = [BLANK, *(place[c] if place is not None else c for c in way.classes), BLANK]
    aside = np.flatnonzero(classes == encode(" ")[0])
    gaps = [
        _surprise(share[ends[i] + 1 : begins[i]], [BLANK, own[i], own[i + 1], *aside])
        for i in range(len(way.classes) + 1)
    ]
    for i, (first, last) in enumerate(way.spans):
        k = own[i + 1]
        peak = first + int(share[first : last + 1, k].argmax())
        row = share[peak].copy()
        p = float(row[k])
        row[k] = row[0] = 0.0
        second = int(row.argmax())
        confidences.append(p * (1 - gaps[i]) * (1 - gaps[i + 1]))
        others.append(Alternative(alphabet()[int(classes[second]) - 1] if second else "", float(row[second])))
    return confidences, others


def _surprise(gap: NDArray[np.float64], expected: list[int]) -> float:
    """The greatest probability, between two characters, of one that is neither of them nor a blank."""
    if not len(gap):
        return 0.0
    rest = gap.copy()
    rest[:, expected] = 0.0
    return float(rest.max())


def _tidy(text: str) -> tuple[str, list[int]]:
    """Blanks single and none at the ends, with the indices of what is kept."""
    keep = [i for i, c in enumerate(text) if c != " " or (i > 0 and text[i - 1] != " ")]
    while keep and text[keep[-1]] == " ":
        keep.pop()
    while keep and text[keep[0]] == " ":
        keep.pop(0)
    return "".join(text[i] for i in keep), keep


def _columns(span: tuple[int, int], s: Seen) -> tuple[int, int]:
    first = (span[0] * FRAME - SIDE) / s.scale
    last = ((span[1] + 1) * FRAME - SIDE) / s.scale
    return max(0, s.left + round(first)), max(1, s.left + round(last))
