"""Words as people write them: Tesseract's Korean model parts syllables that belong together."""

from __future__ import annotations

from collections.abc import Sequence

from ocr.types import Word

HANGUL_GAP = 0.28  # of the line's height; a written blank is wider
OTHER_GAP = 0.14


def joined_words(words: Sequence[Word]) -> tuple[Word, ...]:
    """Join neighbours (left to right) whose gap is no written blank; the lowest confidence counts."""
    if not words:
        return ()
    tallest = max(w.box.height for w in words)
    joined = [words[0]]
    for word in words[1:]:
        last = joined[-1]
        korean = _is_hangul(last.text[-1]) and _is_hangul(word.text[0])
        if word.box.left - last.box.right < (HANGUL_GAP if korean else OTHER_GAP) * tallest:
            joined[-1] = Word(
                last.text + word.text, last.box.union(word.box), min(last.confidence, word.confidence)
            )
        else:
            joined.append(word)
    return tuple(joined)


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣"
