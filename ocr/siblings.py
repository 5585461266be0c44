"""Papers of one delivery speak for and against each other.

The value told for a paper is what that paper says. What another paper of the same delivery says may
lend it weight or cast doubt on it; and one weak character may be put right by it, if the reader could
have confused the two, which is then said (`mended_by_sibling`). Nothing on file is known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr.confusions import char_similarity
from ocr.findings import CHECKED, Finding, confusable, digits, near, with_sibling

SHARED = frozenset({"name", "rrn", "phone", "account", "business_no", "receipt_no", "bank"})
_WEAK, _STRONG = 0.85, 0.6
_CONFUSABLE_DIGITS, _CONFUSABLE_SYLLABLE = 0.05, 0.55

_OF_THE_VALUE = frozenset({"check_digit", "mended", "surname", "length"})  # notes that fall with it

Findings = dict[str, Finding]


def compare(documents: Sequence[Findings]) -> list[Findings]:
    """The findings of each document with what the others say about them, weak ones mended."""
    out = [dict(d) for d in documents]
    for i, mine in enumerate(out):
        for field, finding in documents[i].items():
            if field not in SHARED:
                continue
            others = [d[field] for j, d in enumerate(documents) if j != i and field in d]
            mine[field] = _compared(finding, others, mine, documents, i)
    return out


def _compared(
    finding: Finding, others: Sequence[Finding], mine: Findings, documents: Sequence[Findings], i: int
) -> Finding:
    same = any(o.value == finding.value for o in others)
    unlike = [o for o in others if near(finding.kind, o.value, finding.value)]
    finding = with_sibling(finding, same=same, near_=bool(unlike) and not same)
    if same or not unlike:
        return finding
    better = max(unlike, key=_strength)
    agreed = sum(o.value == better.value for o in others)
    if not _may_mend(finding, better, agreed) or _two_people(mine, documents, i, finding.field, better):
        return finding
    own = tuple(n for n in finding.parsed.notes if n not in _OF_THE_VALUE)
    parsed = replace(finding.parsed, value=better.value, notes=(*own, "mended_by_sibling"), share=0.5)
    return replace(finding, parsed=parsed)


def _strength(f: Finding) -> float:
    failed = "check_digit" in f.parsed.notes or "mended" in f.parsed.notes or "surname" in f.parsed.notes
    return f.place.readings[0].confidence * f.parsed.fit * f.parsed.share * (0.3 if failed else 1.0)


def _may_mend(weak: Finding, strong: Finding, agreed: int) -> bool:
    """Whether the reader may have read the strong value as the weak one, and is surer of the strong."""
    if strong.exact < weak.exact or weak.exact:
        return False
    if _strength(strong) < _STRONG or _strength(weak) > (_WEAK if agreed < 2 else 1.0) * _strength(strong):
        return False
    if weak.kind == "name":
        pairs = [(a, b) for a, b in zip(weak.value, strong.value, strict=True) if a != b]
        return len(pairs) == 1 and char_similarity(*pairs[0]) >= _CONFUSABLE_SYLLABLE
    if weak.kind in CHECKED and "check_digit" not in weak.parsed.notes and "mended" not in weak.parsed.notes:
        return False
    changed = sum(a != b for a, b in zip(digits(weak.value), digits(strong.value), strict=True))
    return changed == 1 and confusable(weak.value, strong.value) >= _CONFUSABLE_DIGITS


def _two_people(mine: Findings, documents: Sequence[Findings], i: int, field: str, better: Finding) -> bool:
    """Whether this paper and the other are plainly of different people, by what else they say."""
    other = next(d for j, d in enumerate(documents) if j != i and d.get(field) is better)
    for key in ("rrn", "name"):
        if key != field and key in mine and key in other:
            a, b = mine[key], other[key]
            if a.value != b.value and not near(a.kind, a.value, b.value):
                return True
    return False
