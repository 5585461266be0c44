"""Morphemes of a text, by kiwipiepy (its model ships with the package)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from stt.korean import kiwi


@dataclass(frozen=True, slots=True)
class Morpheme:
    """tag: of the Sejong set ("NNP" proper noun, "NNG" common noun); unknown: the dictionary does not have it."""

    form: str
    tag: str
    start: int
    end: int
    unknown: bool = False


@lru_cache(maxsize=4096)
def morphemes(text: str) -> tuple[Morpheme, ...]:
    """In their order. The first call of a process takes a second or two.

    Words longer than anybody's are passed over, and long texts taken in parts: the analysis of thousands of
    syllables at once takes minutes.
    """
    return tuple(
        Morpheme(t.form, t.tag, at + t.start, at + t.start + t.len, t.oov)
        for at, part in _parts(text)
        for t in kiwi().tokenize(part)
    )


def _parts(text: str) -> Iterator[tuple[int, str]]:
    begin = end = 0
    for word in re.finditer(r"\S+", text):
        too_long = word.end() - word.start() > _LONGEST_WORD
        if too_long or word.end() - begin > _LONGEST_PART:
            yield begin, text[begin:end]
            begin = word.end() if too_long else word.start()
        end = word.end()
    yield begin, text[begin:end]


_LONGEST_WORD, _LONGEST_PART = 80, 600
