"""Words as people write them: Tesseract's Korean model parts syllables that belong together."""

from __future__ import annotations

from collections.abc import Sequence

from ocr.types import Word

WORD_GAP = 0.28  # of the line's height; a written blank is wider


def joined_words(words: Sequence[Word]) -> tuple[Word, ...]:
    """Join neighbours (left to right) whose gap is no written blank; the lowest confidence counts."""
    if not words:
        return ()
    tallest = max(w.box.height for w in words)
    joined = [words[0]]
    for word in words[1:]:
        last = joined[-1]
        if word.box.left - last.box.right < WORD_GAP * tallest:
            joined[-1] = Word(
                last.text + word.text, last.box.union(word.box), min(last.confidence, word.confidence)
            )
        else:
            joined.append(word)
    return tuple(joined)
