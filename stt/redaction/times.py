"""When the characters of an utterance were said: from its words' times, else the whole of it."""

from __future__ import annotations

from stt.transcript import Utterance, Word

MARGIN = 0.08
"""Seconds more on either side: words' times are not exact to the syllable."""


def word_places(utterance: Utterance) -> list[tuple[int, int, Word]] | None:
    """Where each word stands in the text, blanks aside; None when words and text are not the same."""
    places: list[tuple[int, int, Word]] = []
    text, at = utterance.text, 0
    for word in utterance.words:
        start = None
        for character in word.text:
            if character.isspace():
                continue
            while at < len(text) and text[at].isspace():
                at += 1
            if at >= len(text) or text[at] != character:
                return None
            start = at if start is None else start
            at += 1
        if start is not None:
            places.append((start, at, word))
    return None if text[at:].strip() or not places else places


def said_at(utterance: Utterance, start: int, end: int) -> tuple[float, float]:
    """Seconds in which the characters [start, end) were said, words taken whole.

    Without words, or with words that are not those of the text (it was corrected), the whole utterance:
    a beep too long is better than a number heard.
    """
    places = word_places(utterance)
    if places is None:
        return utterance.start, utterance.end
    touched = [word for a, b, word in places if a < end and b > start]
    if not touched:
        return utterance.start, utterance.end
    return (
        max(utterance.start, min(word.start for word in touched) - MARGIN),
        min(utterance.end, max(word.end for word in touched) + MARGIN),
    )
