"""A note's lines fitted into the fields of another system: what does not fit is left out whole, and that is said.

Half a line may say the opposite of the whole. So a line stands or is left out; only one that is longer than the whole
field is cut, and only where a sentence ends. Every part of the note has its turn before any has a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[^\d\s][.!?])\s+")
"""The end of a sentence; "2026. 12. 3." is none."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of the note. `lines`: as they stand, without line breaks."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """`text`: for the other system; `cut`: something was left out."""

    text: str
    cut: bool


def fit(parts: Sequence[Part], most: int, size: Callable[[str], int], mark: str) -> Fitted:
    """The parts as one text of at most `most`, as `size` counts.

    mark  stands at the end when something is left out; it has to fit by itself
    """
    whole = _joined(parts, [part.lines for part in parts], "")
    if size(whole) <= most:
        return Fitted(whole, cut=False)
    kept: list[list[str]] = [[] for _ in parts]
    for turn in range(max(len(part.lines) for part in parts)):
        for part, lines in zip(parts, kept, strict=True):
            for told in (
                _ways(part.lines[turn], part.title, most, size, mark) if turn < len(part.lines) else ()
            ):
                lines.append(told)
                if size(_joined(parts, kept, mark)) <= most:
                    break
                lines.pop()
    return Fitted(_joined(parts, kept, mark), cut=True)


def _ways(line: str, title: str, most: int, size: Callable[[str], int], mark: str) -> list[str]:
    """The line; of one that could never stand in the field, the most of its sentences that could."""
    if size(_joined([Part(title, ())], [[line]], mark)) <= most:
        return [line]
    sentences = _SENTENCE.split(line)
    return [" ".join(sentences[:count]) for count in range(len(sentences) - 1, 0, -1)]


def _joined(parts: Sequence[Part], kept: Sequence[Sequence[str]], mark: str) -> str:
    blocks = [f"[{part.title}] " + "\n".join(lines) for part, lines in zip(parts, kept, strict=True) if lines]
    return "\n".join([*blocks, *([mark] if mark else [])])
