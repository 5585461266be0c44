"""Recognising papers that have come before: the same fax again, or the PDF it was printed from.

Noise, header line, orientation, order, resolution and the way in may differ; the paper may not: its
type, its particulars, and above all what changes from one paper to the next of the same person, its
dates and amounts. A new month's paper of the same person is not the same paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import exp
from typing import Any

from ocr.linking import normal
from ocr.linking.channel import compare
from ocr.types import DocumentRead, PageRead

SURE = 0.9
"""At this score and above papers are taken for the same."""

IGNORED = ("fax_cover", "blank")
_FIELDS = ("name", "rrn", "phone", "receipt_no", "business_no", "account")
_DATE = re.compile(r"((?:19|20)\d\d)\s*[년.\-/]\s*(\d{1,2})\s*[월.\-/]\s*(\d{1,2})(?!\d)")
_MONTH = re.compile(r"((?:19|20)\d\d)\s*년\s*(\d{1,2})\s*월(?!\s*\d{1,2}\s*일)")
_NUMBER = re.compile(r"\d[\d,.\-]*\d")
_NEAR = frozenset(("confusable", "one_digit", "transposed", "gap"))
_CLOSE = frozenset(("exact", "partial", "alike", "part")) | _NEAR
# Natural logarithms of likelihood ratios, the same paper against another of the same type.
_PRIOR = -2.0
_AGAINST = -1.5
_DATE_WEIGHTS = {"exact": 2.6, "near": -1.0, "different": -4.0, "surplus": -0.9, "most": 6.0}
_NUMBER_WEIGHTS = {"exact": 1.8, "near": 0.8, "different": -0.9, "surplus": -0.35, "most": 3.5}
_FIELD_WEIGHTS = {"exact": 0.25, "near": 0.1, "different": -2.5, "absent": -0.3}
_READ_AT_ALL = 0.5
# Papers that a person sends the same every time, or whose text is all their own.
_ALIKE_EVERY_TIME = ("other", "id_card", "business_registration", "bankbook_copy", "resident_register")
_MOST = 6  # tokens of one kind beyond so many say nothing new


@dataclass(frozen=True, slots=True)
class Paper:
    """What tells one paper from another. Personal data: keep it sealed."""

    type: str
    fields: dict[str, str]
    dates: tuple[str, ...]
    numbers: tuple[str, ...]
    grams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The papers of a delivery without covers and blank pages.

    `keys` hold personal data in the clear; store blind indexes of them. Two deliveries of the same
    papers have keys in common, even if much was misread.
    """

    papers: tuple[Paper, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(sorted({k for p in self.papers for k in _keys(p)}))

    def to_dict(self) -> dict[str, Any]:
        return {"papers": [asdict(p) for p in self.papers]}

    @classmethod
    def from_dict(cls, d: dict[str, Any]) -> Fingerprint:
        return cls(
            tuple(
                Paper(p["type"], dict(p["fields"]), tuple(p["dates"]), tuple(p["numbers"]), tuple(p["grams"]))
                for p in d["papers"]
            )
        )


def fingerprint(pages: Sequence[PageRead], documents: Sequence[DocumentRead]) -> Fingerprint:
    """The fingerprint of a delivery as read. `documents` are those of `pages`."""
    by_number = {p.number: p for p in pages}
    papers = []
    for d in documents:
        if d.type not in IGNORED:
            papers.append(_paper(d, [by_number[n] for n in d.pages if n in by_number]))
    return Fingerprint(tuple(papers))


def same(new: Fingerprint, old: Fingerprint) -> float:
    """The chance that all papers of `new` came with `old`, each once; 0 when there are none.

    What the papers say together counts; but none of them may speak against it by itself.
    """
    if not new.papers or len(new.papers) > len(old.papers):
        return 0.0
    pairs = sorted(
        ((_weight(a, b), i, k) for i, a in enumerate(new.papers) for k, b in enumerate(old.papers)),
        key=lambda p: (-p[0], abs(p[1] - p[2]), p[1]),
    )
    weights: dict[int, float] = {}
    taken: set[int] = set()
    for w, i, k in pairs:
        if i not in weights and k not in taken:
            weights[i] = w
            taken.add(k)
    if min(weights.values()) < _AGAINST:
        return _chance(min(weights.values()) + _PRIOR)
    return _chance(sum(weights.values()) + _PRIOR)


def likeness(a: Paper, b: Paper) -> float:
    """The chance that two readings are of one paper."""
    return _chance(_weight(a, b) + _PRIOR)


def _chance(weight: float) -> float:
    return 1 / (1 + exp(-max(-50.0, min(50.0, weight))))


def _weight(a: Paper, b: Paper) -> float:
    """Log likelihood ratio: one paper read twice against two papers."""
    weight = _typed(a, b) + sum(_field(f, a.fields.get(f, ""), b.fields.get(f, "")) for f in _FIELDS)
    weight += _tokens(a.dates, b.dates, _DATE_WEIGHTS)
    weight += _tokens(a.numbers, b.numbers, _NUMBER_WEIGHTS)
    return weight + _text(a, b)


def _typed(a: Paper, b: Paper) -> float:
    if a.type == b.type:
        return 0.0
    return -3.0 if "other" in (a.type, b.type) else -6.0


def _field(name: str, a: str, b: str) -> float:
    if not a and not b:
        return 0.0
    if not a or not b:
        return _FIELD_WEIGHTS["absent"] * (4.0 if name == "receipt_no" else 1.0)
    level = compare(name, a, b).name
    if level == "exact":
        return _FIELD_WEIGHTS["exact"]
    if level in _CLOSE:
        return _FIELD_WEIGHTS["near"]
    return _FIELD_WEIGHTS["different"] * (1.0 if name in ("name", "phone") else 2.0)


def _tokens(a: Sequence[str], b: Sequence[str], weights: dict[str, float]) -> float:
    """Each token of the side that has fewer looks for its like on the other, each once.

    Amounts are often the same from month to month: however many agree, they do not make up for
    another date.
    """
    few, many = sorted((a, b), key=len)
    left = list(many)
    found = []
    for token in few:
        level = _best(token, left)
        found.append(level)
    found.sort(key=lambda lv: weights[lv])
    surplus = len(many) - len(few)
    weight = sum(weights[lv] for lv in found[:_MOST])
    return min(weight, weights["most"]) + weights["surplus"] * min(surplus, 3)


def _best(token: str, left: list[str]) -> str:
    if token in left:
        left.remove(token)
        return "exact"
    for other in left:
        if compare("account", token, other).name in _NEAR:
            left.remove(other)
            return "near"
    return "different"


def _text(a: Paper, b: Paper) -> float:
    """Where dates and numbers are few, the words must speak: share of syllable pairs in common."""
    if len(a.grams) < 20 or len(b.grams) < 20:
        return -1.0
    one, other = set(a.grams), set(b.grams)
    common = len(one & other) / len(one | other)
    told = min(len(a.dates) + len(a.numbers), len(b.dates) + len(b.numbers))
    if not told and a.type in _ALIKE_EVERY_TIME:
        return 12.0 * (common - 0.45)
    # Word for word the same counts a little: a sparse paper has few dates and numbers. Not more,
    # for two forms of one person differ in nothing but those.
    return 1.0 if common > 0.95 else 0.0 if common > 0.25 else -2.0


def _paper(document: DocumentRead, pages: Sequence[PageRead]) -> Paper:
    fields = {
        n: _normalised(n, f.value)
        for n, f in document.fields.items()
        if n in _FIELDS and f.confidence >= _READ_AT_ALL
    }
    fields = {n: v for n, v in fields.items() if v}
    text = "\n".join(line for p in pages for line in _lines(p))
    dates = ["".join((y, m.zfill(2), d.zfill(2))) for y, m, d in _DATE.findall(text)]
    dates += [y + m.zfill(2) for y, m in _MONTH.findall(_DATE.sub(" ", text))]
    known = [normal.digits(v) for v in fields.values()]
    numbers = []
    for token in _NUMBER.findall(_MONTH.sub(" ", _DATE.sub(" ", text))):
        digits = normal.digits(token)
        if len(digits) >= 4 and not any(digits in k or k in digits for k in known if len(k) >= 6):
            numbers.append(digits)
    # A date that stands in several places is news once, and one of its places may be misread.
    return Paper(document.type, fields, tuple(sorted(set(dates))), tuple(sorted(numbers)), _grams(text))


def _lines(page: PageRead) -> Iterable[str]:
    """The lines without the one that the fax machine printed at the edge."""
    for line in page.lines:
        if not (page.header and line.text.strip() and line.text.strip() in page.header):
            yield line.text


def _grams(text: str) -> tuple[str, ...]:
    syllables = [c for c in text if "가" <= c <= "힣"]
    return tuple(sorted({a + b for a, b in pairwise(syllables)}))


def _normalised(name: str, value: str) -> str:
    if name == "rrn":
        return normal.rrn_pattern(value)
    if name == "receipt_no":
        return normal.receipt(value)
    return normal.name(value) if name == "name" else normal.digits(value)


def _keys(paper: Paper) -> Iterable[str]:
    """Under which a delivery is looked up: particulars, long numbers, and dates with the type."""
    for name, value in paper.fields.items():
        if name != "name" and len(value) >= 7:
            yield f"{name}:{value}"
    if "name" in paper.fields:
        yield f"{paper.type}:name:{paper.fields['name']}"
    for number in paper.numbers:
        if len(number) >= 6:
            yield f"number:{number}"
    if paper.type == "other":
        yield from (f"text:{g}" for g in _rare(paper.grams))


def _rare(grams: Sequence[str]) -> Sequence[str]:
    """A few syllable pairs that any two readings of one text choose alike (the least by a hash)."""
    return sorted(grams, key=lambda g: (ord(g[0]) * 7919 + ord(g[1]) * 104729) % 65521)[:6]
