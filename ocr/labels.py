"""Finding known words (labels, titles, marks) in what was read, errors of reading allowed for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from ocr.blocks import Block, Token, tokens
from ocr.confusions import jamo
from ocr.lexicons import surname_of
from ocr.types import Box, Line

LEAST = 0.62  # below this likeness two words are not the same one misread
_BULLET = re.compile(r"^(?:[^0-9A-Za-z가-힣]{1,3}|[(（]?[0-9ㄱ-ㅎOo@©Q]{1,2}[)）.]?|[가-하][.)])$")
_VALUE_LIKE = re.compile(r"[가-힣]{2,4}[A-Za-z]*")
_STRETCH = 0.4  # by what share of its length what is read for a word may be longer or shorter
_WINDOW = 10  # most words that a label is broken into
_LONGEST = 20  # characters


@dataclass(frozen=True)
class Found:
    """A known word in a line: tokens `first` to `last` (exclusive) of `line` in `block`.

    label       the known word; likeness its similarity to what was read, 0 to 1
    whole       the block holds nothing else (but perhaps a number or bullet before it)
    starts      the line begins with it
    """

    label: str
    likeness: float
    block: Block
    line: Line
    tokens: tuple[Token, ...]
    first: int
    last: int
    whole: bool
    starts: bool

    @property
    def box(self) -> Box:
        box = self.tokens[self.first].box
        for token in self.tokens[self.first + 1 : self.last]:
            box = box.union(token.box)
        return box


@lru_cache(maxsize=1 << 15)
def spelled(text: str) -> str:
    """Letters and digits of `text` in jamo, lower case: what likeness is computed on."""
    return jamo("".join(c for c in text if c.isalnum())).lower()


def likeness(a: str, b: str) -> float:
    """Similarity of two texts by their jamo, 0 to 1; blanks and punctuation do not count."""
    return float(Indel.normalized_similarity(spelled(a), spelled(b)))


@dataclass(frozen=True)
class _Window:
    spelled: str
    block: Block
    line: Line
    tokens: tuple[Token, ...]
    first: int
    last: int
    whole: bool
    starts: bool


def find_labels(blocks: Iterable[Block], labels: Sequence[str], least: float = LEAST) -> list[Found]:
    """Every place where one of `labels` seems to stand, best reading of each place only.

    A block all of whose lines together make the label (one broken over two lines) is found as well;
    its `line` is then the first.
    """
    exact = frozenset(spelled(label) for label in labels)
    windows = [w for block in blocks for w in _windows(block, exact) if len(w.spelled) >= 3]
    if not windows or not labels:
        return []
    known = [spelled(label) for label in labels]
    scores = process.cdist(
        [w.spelled for w in windows],
        known,
        scorer=Indel.normalized_similarity,
        score_cutoff=least,
        dtype=np.float32,
    )
    sizes = np.array([[len(label) for label in known]]) - np.array([[len(w.spelled)] for w in windows])
    scores[(np.abs(sizes) > _STRETCH * np.array([len(label) for label in known]))] = 0.0
    best = scores.argmax(axis=1)
    found = [
        Found(
            labels[best[i]],
            float(scores[i, best[i]]),
            w.block,
            w.line,
            w.tokens,
            w.first,
            w.last,
            w.whole,
            w.starts,
        )
        for i, w in enumerate(windows)
        if scores[i, best[i]] >= least
    ]
    return _without_overlaps(found)


def _windows(block: Block, exact: frozenset[str]) -> list[_Window]:
    out = []
    for line in block.lines:
        parts = _unglued(tokens(line), exact)
        lead = _bullets(parts)
        for first in range(len(parts)):
            text = ""
            for last in range(first + 1, min(first + _WINDOW, len(parts)) + 1):
                if last > first + 1 and parts[last - 1].after_colon:
                    break
                text += parts[last - 1].text
                if len(text) > _LONGEST:
                    break
                starts = first <= lead
                whole = len(block.lines) == 1 and starts and last == len(parts)
                out.append(_Window(spelled(text), block, line, parts, first, last, whole, starts))
        for other, _ in line.alternatives:
            if len(other) <= _LONGEST and parts:
                whole = len(block.lines) == 1
                out.append(_Window(spelled(other), block, line, parts, 0, len(parts), whole, True))
    if 2 <= len(block.lines) <= 3 and len(block.compact) <= 16:
        parts = tuple(t for line in block.lines for t in tokens(line))
        out.append(_Window(spelled(block.text), block, block.lines[0], parts, 0, len(parts), True, True))
    return out


def _bullets(parts: Sequence[Token]) -> int:
    """How many tokens at the head of a line only number it: ①, (3), ㅁ, 1."""
    count = 0
    for token in parts[:2]:
        if not _BULLET.match(token.text):
            break
        count += 1
    return count if count < len(parts) else 0


def _unglued(parts: tuple[Token, ...], exact: frozenset[str]) -> tuple[Token, ...]:
    """Tokens with a label that the value was written against (`성명홍길동`) parted from it."""
    out: list[Token] = []
    for token in parts:
        cut = 0
        if len(token.text) >= 4 and spelled(token.text) not in exact:
            ends = range(min(8, len(token.text) - 2), 1, -1)
            cut = next((n for n in ends if spelled(token.text[:n]) in exact), 0)
        if not cut or not _VALUE_LIKE.fullmatch(token.text[cut:]) or not surname_of(token.text[cut:]):
            out.append(token)
            continue
        box, n = token.box, len(token.text)
        middle = box.left + box.width * cut // n
        out.append(replace(token, text=token.text[:cut], box=replace(box, right=middle)))
        out.append(replace(token, text=token.text[cut:], box=replace(box, left=middle), glued=True))
    return tuple(out)


def _explained(found: Found) -> float:
    """Jamo that the label accounts for, less those that it does not."""
    return (2 * found.likeness - 1) * len(spelled(found.label))


def _without_overlaps(found: list[Found]) -> list[Found]:
    """Of those that share tokens of a line the one that explains most."""
    kept: list[Found] = []
    for f in sorted(found, key=_explained, reverse=True):
        clash = any(k.line is f.line and k.first < f.last and f.first < k.last for k in kept)
        if not clash:
            kept.append(f)
    return sorted(kept, key=lambda f: (f.box.top, f.box.left))
