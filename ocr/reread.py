"""A second and third reading: by the line recogniser, and by tesseract at another scale, softened.

Where readings differ the surer one stands and the other is kept beside it, so that whoever knows what
may stand there (a check digit, a list of banks) can choose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr import mosaic
from ocr.linereader import LineReading
from ocr.lines import opinions, own_words, with_pen
from ocr.raster import Gray
from ocr.types import Word
from ocr.words import joined_words

SURE = 0.78
SURE_OF_NUMBER = 0.905
SOFT = 2.2
GLYPH = 38
OWN_SURE = 0.9
TESSERACT_UNSURE = 0.8
HANGUL_SURE = 0.5  # of a syllable, for the line recogniser to be believed against Latin letters
_NUMBER = re.compile(r"\d[\d\s.,\-~]{4,}")
# What does not stand in a number: letters beside its hyphens (receipt numbers have capitals there),
# small letters and brackets beside digits.
_MIXED = re.compile(
    r"[가-힣a-z]\d*-\d|\d-\d*[가-힣a-z]\d|-[A-Z]?[^0-9A-Z\-][A-Z]?-|[\[\]{}|!%]\d|\d[a-z\[\]{}|!]"
)
_LATIN = re.compile(r"[A-Za-z].*[A-Za-z]|^[a-z]{1,3}$")
_SIGNS = re.compile(r"[^0-9A-Za-z가-힣]")


@dataclass(frozen=True, slots=True)
class LineWords:
    """The words of a line (boxes in the crop's pixels) and what else it may say, with confidences."""

    words: tuple[Word, ...]
    alternatives: tuple[tuple[str, float], ...] = ()


def reread(crops: Sequence[Gray], first: Sequence[tuple[Word, ...]]) -> list[LineWords]:
    """Each line as the engines together have it: tesseract, the line recogniser, and where the two
    leave a doubt tesseract once more, all doubtful lines of the page in one run."""
    lines = [joined_words(words) for words in first]
    others = opinions(crops)
    doubtful = [i for i, words in enumerate(lines) if _deserves(words, others[i])]
    again: dict[int, tuple[Word, ...]] = {}
    if doubtful:
        seconds = mosaic.read_crops([_softened(crops[i]) for i in doubtful], glyph=GLYPH)
        again = {i: joined_words(words) for i, words in zip(doubtful, seconds, strict=True)}
    return [agreed([words, again.get(i, ())], others[i], crops[i].shape[0]) for i, words in enumerate(lines)]


def agreed(readings: Sequence[tuple[Word, ...]], other: LineReading | None, height: int) -> LineWords:
    """The reading that two engines share, else the surest; what differs from it becomes an alternative.

    `readings` are tesseract's, `other` the line recogniser's. Of two of tesseract's that agree with
    nobody else the surer one stands: they are of one mind and count once.
    """
    told = sorted((r for r in readings if r), key=_standing, reverse=True)
    own = None if other is None or not other.text.strip() else other
    if own is not None:
        for reading in told:
            if same_text(text_of(reading), own.text):
                surer = tuple(
                    replace(w, confidence=1 - (1 - w.confidence) * (1 - own.confidence)) for w in reading
                )
                return _kept(surer, told, None, own)
    if not told:
        return _kept(own_words(own, height), told, None, own) if own is not None else LineWords(())
    if own is not None and _own_is_better(told[0], own):
        return _kept(own_words(own, height), told, None, own)
    return _kept(_in_hangul(told[0], own), told, own, own)


def _in_hangul(words: tuple[Word, ...], own: LineReading | None) -> tuple[Word, ...]:
    """Words that tesseract, unsure, has in Latin letters where the line recogniser sees Hangul, in Hangul.

    Syllables of poor print often look to it like `Bole` or `HBS`.
    """
    if own is None or not own.spans:
        return words
    return tuple(_hangul_for(w, own) if _LATIN.search(w.text) and w.confidence < SURE else w for w in words)


def _hangul_for(word: Word, own: LineReading) -> Word:
    seen = [
        (character, sure)
        for character, sure, (left, right) in zip(own.text, own.char_confidences, own.spans, strict=False)
        if word.box.left <= (left + right) / 2 < word.box.right and not character.isspace()
    ]
    syllables = [sure for character, sure in seen if "가" <= character <= "힣"]
    if len(syllables) < max(2, 0.7 * len(seen)) or sum(syllables) / len(syllables) < HANGUL_SURE:
        return word
    return replace(word, text="".join(c for c, _ in seen), confidence=min(sure for _, sure in seen))


def _own_is_better(words: tuple[Word, ...], own: LineReading) -> bool:
    """Numbers go to the surer engine; of other text the line recogniser has seen less than tesseract."""
    if _NUMBER.search(own.text) and _clean(own.text.split()):
        return own.confidence > _standing(words)
    return own.confidence >= OWN_SURE and certainty(words) < TESSERACT_UNSURE


def _kept(
    chosen: tuple[Word, ...],
    told: Sequence[tuple[Word, ...]],
    differing: LineReading | None,
    pen: LineReading | None,
) -> LineWords:
    beside = [(text_of(r), round(certainty(r), 3)) for r in told]
    if differing is not None:
        beside.append((differing.text, round(differing.confidence, 3)))
    seen = [text_of(chosen)]
    alternatives = []
    for text, confidence in beside:
        if not any(same_text(text, s) for s in seen):
            alternatives.append((text, confidence))
            seen.append(text)
    return LineWords(with_pen(chosen, pen), tuple(alternatives))


def text_of(words: Sequence[Word]) -> str:
    """The line's text."""
    return " ".join(w.text for w in words)


def same_text(one: str, other: str) -> bool:
    """Whether two readings agree in letters and digits."""
    return _SIGNS.sub("", one) == _SIGNS.sub("", other)


def certainty(words: Sequence[Word]) -> float:
    """Confidence of a line: its weakest word counts half, the mean by length the other half."""
    if not words:
        return 0.0
    length = sum(len(w.text) for w in words)
    mean = sum(w.confidence * len(w.text) for w in words) / length
    return (mean + min(w.confidence for w in words)) / 2


def _standing(words: Sequence[Word]) -> float:
    """Certainty, halved where a number has in it what no number has (`이10-8888-7810`, `[23-02`)."""
    return certainty(words) * (1.0 if _clean([w.text for w in words]) else 0.5)


def _clean(words: Sequence[str]) -> bool:
    return not any(_MIXED.search(w) and sum(c.isdigit() for c in w) >= 4 for w in words)


def _deserves(words: tuple[Word, ...], other: LineReading | None) -> bool:
    """Whether a line is worth another reading: unsure, and not confirmed by the line recogniser."""
    if not words:
        return True
    if other is not None and same_text(text_of(words), other.text):
        return False
    if _standing(words) < certainty(words):
        return True
    limit = SURE_OF_NUMBER if _NUMBER.search(text_of(words)) else SURE
    return min(w.confidence for w in words) < limit


def _softened(crop: Gray) -> Gray:
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), SOFT), dtype=np.uint8)
