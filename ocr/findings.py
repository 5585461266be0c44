"""What was found for a field, with all that speaks for and against it: the input of doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from statistics import median

from ocr.confusions import digit_likeness, hangul_similarity
from ocr.fields.reading import Parsed
from ocr.lexicons import name_prior
from ocr.places import Place
from ocr.types import PageRead

NUMBERS = frozenset({"rrn", "business_no", "phone", "receipt_no", "account", "date"})
CHECKED = frozenset({"rrn", "business_no"})
_NEAR_NAME = 0.55  # two names as alike as this may be one, misread
_PRIOR_GAIN = 0.35
# Width of a digit over the height of its line: 90 % of print is above the one, half of pens below the other.
_PRINT_PITCH, _PEN_PITCH = 0.60, 0.54


@dataclass(frozen=True)
class Choice:
    """A place with the value that it gives; `score` orders the choices of a field."""

    place: Place
    parsed: Parsed
    score: float


@dataclass(frozen=True)
class Finding:
    """The value chosen for a field of one document.

    quality          usual confidence of the words of its page
    exact            from a text layer, not recognised
    same, near       other places of the paper that say the same, or nearly the same but not quite
    sibling_same     whether another paper of the delivery says the same
    sibling_near     whether another paper of the delivery says nearly the same but not quite
    """

    field: str
    kind: str
    parsed: Parsed
    place: Place
    quality: float
    exact: bool
    same: int = 0
    near: int = 0
    sibling_same: bool = False
    sibling_near: bool = False

    @property
    def value(self) -> str:
        return self.parsed.value


def finding(field: str, kind: str, choices: Sequence[Choice], page: PageRead) -> Finding:
    """Make the finding of a field from its choices, best first; nearly equal ones vote."""
    best = choices[0]
    alike = [
        c
        for c in choices
        if c.parsed.value == best.parsed.value or near(kind, c.parsed.value, best.parsed.value)
    ]
    if kind == "name" and len(alike) > 1:
        best = _voted(alike)
    same = {c.place.box for c in alike if c.parsed.value == best.parsed.value} - {best.place.box}
    other = {c.place.box for c in alike if c.parsed.value != best.parsed.value} - {best.place.box}
    exact = page.engine == "text_layer"
    return Finding(field, kind, best.parsed, best.place, _quality(page), exact, len(same), len(other))


def _voted(choices: Sequence[Choice]) -> Choice:
    """Of nearly equal names on one paper the one for which most speaks, in the place most fit for it."""
    votes: dict[str, float] = {}
    for c in choices:
        usual = exp(_PRIOR_GAIN * min(0.0, name_prior(c.parsed.value) + 14.0))
        sure = c.place.readings[0].confidence * c.parsed.fit * usual * (0.5 if c.place.stopgap else 1.0)
        votes[c.parsed.value] = votes.get(c.parsed.value, 0.0) + sure
    value = max(votes, key=lambda v: votes[v])
    if votes[value] < 1.5 * votes[choices[0].parsed.value]:
        value = choices[0].parsed.value
    return next(c for c in choices if c.parsed.value == value)


def _quality(page: PageRead) -> float:
    words = [w.confidence for ln in page.lines for w in ln.words if any(c.isalnum() for c in w.text)]
    return median(words) if words else 0.0


def near(kind: str, a: str, b: str) -> bool:
    """Whether two values of a kind differ so little that one may be the other misread."""
    if a == b:
        return False
    if kind == "name":
        return len(a) == len(b) and hangul_similarity(a, b) >= _NEAR_NAME
    if kind in NUMBERS:
        x, y = digits(a), digits(b)
        return len(x) == len(y) and 0 < sum(p != q for p, q in zip(x, y, strict=True)) <= 2
    return False


def digits(value: str) -> str:
    """The digits of a value."""
    return "".join(c for c in value if c.isdigit())


def confusable(a: str, b: str) -> float:
    """How easily the digits of `b` are read as those of `a` (equally many), 0 to 1."""
    out = 1.0
    for p, q in zip(digits(a), digits(b), strict=True):
        out *= digit_likeness(p, q)
    return out


def features(f: Finding) -> Mapping[str, float]:
    """What doubt weighs, by name; each of the order of 1."""
    parsed, place = f.parsed, f.place
    first = min(max(place.readings[0].confidence, 0.02), 0.995)
    share = min(max(parsed.share, 0.02), 0.995)
    others = place.readings[1:]
    checked = f.kind in CHECKED and not {"check_digit", "mended"} & set(parsed.notes)
    known = {
        "one": 1.0,
        "exact": float(f.exact),
        "engine": log(first / (1 - first)) / 3,
        "quality": (f.quality - 0.9) * 5,
        "fit": (parsed.fit - 1.0) * 3,
        "share": log(share / (1 - share)) / 5,
        "agreed": float(parsed.agreeing >= 2),
        "contradicted": float(bool(others) and parsed.agreeing < 1 + len(others)),
        "mended": float("mended" in parsed.notes),
        "checked": float(checked),
        "check_failed": float("check_digit" in parsed.notes),
        "letters": min(3, sum(c.isalpha() for c in parsed.raw)) / 3
        if f.kind in NUMBERS - {"receipt_no"}
        else 0.0,
        "same": float(f.same > 0),
        "near": float(f.near > 0),
        "sibling_same": float(f.sibling_same),
        "sibling_near": float(f.sibling_near),
        "handwritten": float(place.handwritten),
        "narrow": _narrowness(f),
        "label": (place.likeness - 1.0) * 3 if place.relation not in ("format", "pattern", "above") else 0.0,
        "unlabelled": float(place.relation in ("format", "above")),
        "stopgap": float(place.stopgap),
        "by_sibling": float("mended_by_sibling" in parsed.notes),
    }
    if f.kind == "name":
        known["usual"] = (name_prior(f.value) + 14.0) / 5
    known[f"kind_{f.kind}"] = 1.0
    return known


def _narrowness(f: Finding) -> float:
    """0 for digits as wide as print has them, up to 1 for the narrow ones of pens: width over height."""
    raw, box = f.parsed.raw, f.place.box
    if f.kind not in NUMBERS or f.exact or len(raw) < 9 or len(f.place.readings[0].text) > len(raw) + 2:
        return 0.0
    pitch = box.width / len(raw) / max(1, box.height)
    return min(1.0, max(0.0, (_PRINT_PITCH - pitch) / (_PRINT_PITCH - _PEN_PITCH)))


def with_sibling(f: Finding, *, same: bool = False, near_: bool = False) -> Finding:
    """The finding with what another paper says about it."""
    return replace(f, sibling_same=f.sibling_same or same, sibling_near=f.sibling_near or near_)
