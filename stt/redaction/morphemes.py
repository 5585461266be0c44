"""Morphemes of a text, by kiwipiepy (its model ships with the package)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Morpheme:
    """tag: of the Sejong set ("NNP" proper noun, "NNG" common noun); unknown: the dictionary does not have it."""

    form: str
    tag: str
    start: int
    end: int
    unknown: bool = False


@lru_cache(maxsize=1)
def _kiwi() -> Any:
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1)


@lru_cache(maxsize=4096)
def morphemes(text: str) -> tuple[Morpheme, ...]:
    """In their order. The first call of a process takes a second or two."""
    return tuple(Morpheme(t.form, t.tag, t.start, t.start + t.len, t.oov) for t in _kiwi().tokenize(text))
