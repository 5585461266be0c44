"""What kind of paper a page is: by its title, and by the words that such papers bear.

The score of a type is a log-odds against "nothing of these": likeness of the best line to one of the
type's titles, plus the words found, each worth the more the fewer types bear it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from ocr.blocks import Layout
from ocr.catalogue import Catalogue
from ocr.forms import Form
from ocr.labels import find_labels, spelled
from ocr.symbols import is_own_letter
from ocr.types import Line

OTHER, BLANK = "other", "blank"
_TITLE_GAIN, _TITLE_EVEN = 14.0, 0.74  # log-odds per unit of likeness, and where a title says nothing
_WITHIN = 0.86  # worth of a title within a longer line, beside one that is all of it
_MARK_GAIN = 0.55
_MARK_LEAST = 0.8
_LONGEST_TITLE = 40  # characters without blanks
_BLANK_INK, _BLANK_CHARACTERS = 0.0015, 8
_BRACKETS = re.compile(r"[(（\[][^)）\]]*[)）\]]")


@dataclass(frozen=True)
class PageType:
    """The type of one page.

    type, confidence   the best type ("other" when nothing fits, "blank" when there is no ink)
    title              likeness of the best title line for that type, 0 to 1
    scores             log-odds of every type against "other"
    """

    type: str
    confidence: float
    title: float
    scores: Mapping[str, float]


def classify(page: Layout, catalogue: Catalogue) -> PageType:
    """Find the type of a page among the forms of `catalogue`."""
    if is_blank(page):
        return PageType(BLANK, 0.99, 0.0, {})
    if is_own_letter(page.page):
        return PageType(OTHER, 0.99, 0.0, {})
    titles = _title_scores(page, catalogue.forms)
    words = _word_scores(page, catalogue)
    scores = {
        t: max(-4.0, _TITLE_GAIN * (titles[t] - _TITLE_EVEN)) + min(_MARK_GAIN * words[t], 6.0)
        for t in catalogue.forms
    }
    best = max(scores, key=lambda t: scores[t])
    total = 1.0 + sum(exp(s) for s in scores.values())
    if scores[best] <= 0:
        return PageType(OTHER, 1.0 / total, titles[best], scores)
    return PageType(best, exp(scores[best]) / total, titles[best], scores)


def is_blank(page: Layout) -> bool:
    """Whether a page has next to no ink and no words but what the fax machine printed."""
    sure = sum(len(w.text) for ln in page.page.lines for w in ln.words if w.confidence >= 0.5)
    if page.page.problem:
        return False
    return sure < _BLANK_CHARACTERS and page.page.ink < _BLANK_INK


def _title_scores(page: Layout, forms: Mapping[str, Form]) -> dict[str, float]:
    lines = _title_lines(page)
    best = dict.fromkeys(forms, 0.0)
    if not lines:
        return best
    owner = [(t, spelled(title)) for t, form in forms.items() for title in form.titles]
    titles = [s for _, s in owner]
    texts = [spelled(text) for text, _, _ in lines]
    whole = process.cdist(texts, titles, scorer=Indel.normalized_similarity, dtype=np.float32)
    part = process.cdist(texts, titles, scorer=fuzz.partial_ratio, dtype=np.float32) / 100
    for i, (_, bonus, head) in enumerate(lines):
        for j, (t, title) in enumerate(owner):
            score = float(whole[i, j])
            if head and 12 <= len(title) <= len(texts[i]) <= 1.7 * len(title):
                score = max(score, _WITHIN * float(part[i, j]))
            best[t] = max(best[t], min(1.0, score + bonus * min(1.0, score / 0.8)))
    return best


def _title_lines(page: Layout) -> list[tuple[str, float, bool]]:
    """Lines that may be a title: text, what size and place speak for it (-0.4 to 0.06), whether it heads the page."""
    out: list[tuple[str, float, bool]] = []
    first = [ln for b in page.blocks[:3] for ln in b.lines][:2]
    height = max(1, page.page.height)
    for block in page.blocks:
        in_row = block.cell is not None and len(page.row_of(block)) > 1
        for line in block.lines:
            if not 2 <= sum(c.isalnum() for c in line.text) <= _LONGEST_TITLE:
                continue
            bonus = 0.03 if _large(line, page) else -0.03
            bonus += 0.03 if line.box.top < 0.3 * height else -0.04 if line.box.top > 0.6 * height else 0.0
            bonus -= 0.35 if in_row else 0.0
            head = _large(line, page) or any(line is f for f in first)
            readings = [line.text, *(t for t, _ in line.alternatives)]
            for text in readings:
                out.append((text, bonus, head))
                if (bare := _BRACKETS.sub("", text)) != text and len(bare.strip()) >= 2:
                    out.append((bare, bonus, head))
    return out


def _large(line: Line, page: Layout) -> bool:
    return line.box.height > 1.2 * page.line_height


def _word_scores(page: Layout, catalogue: Catalogue) -> dict[str, float]:
    worth = catalogue.worth
    seen: dict[str, float] = {}
    for found in find_labels(page.blocks, tuple(worth), _MARK_LEAST):
        seen[found.label] = max(seen.get(found.label, 0.0), found.likeness)
    scores = dict.fromkeys(catalogue.forms, 0.0)
    for word, like in seen.items():
        for t, value in worth[word].items():
            scores[t] += value * like
    return scores
