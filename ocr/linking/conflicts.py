"""Strong evidence for two people on one paper: a person must look, whatever the weights say."""

from __future__ import annotations

from collections.abc import Sequence

from ocr.linking.channel import compare
from ocr.linking.policy import AGREEING, GROUNDS
from ocr.linking.profile import Profile, Reading
from ocr.linking.records import Evidence
from ocr.linking.scoring import Match, Scores

_SURE = 0.8
_READ = 0.5
_CERTAIN = 0.9
_SLIPPING = ("receipt_no", "rrn", "phone")
_NEAR = frozenset(("one_digit", "transposed", "gap", "two_digits"))
_LIKELY_MISREAD = frozenset(("confusable", "one_digit", "transposed", "gap"))


def in_conflict(profile: Profile, scores: Scores, evidence: Sequence[Evidence]) -> bool:
    """Whether the papers of the best candidate also name somebody else, or somebody else's number."""
    best = scores.best
    if best is None:
        return False
    return (
        _names_another(profile, best, scores.matches[1:])
        or _other_name(profile, best, evidence)
        or _other_number(profile, best, evidence)
        or _slips_twice(profile, best)
    )


def _names_another(profile: Profile, best: Match, others: Sequence[Match]) -> bool:
    """Receipt or resident number of another person on file, and no slip away from the best one's."""
    for field in ("receipt_no", "rrn"):
        for r in profile.of(field):
            own = {compare(field, r.value, v).name for v in best.person.values.get(field, ())}
            if not own or own & (AGREEING | _LIKELY_MISREAD) or r.confidence < _READ:
                continue
            if any(r.value in m.person.values.get(field, ()) for m in others):
                return True
    return False


def _other_name(profile: Profile, best: Match, evidence: Sequence[Evidence]) -> bool:
    """A name read with confidence that is not the person's, with too little beside it."""
    values = best.person.values.get("name", ())
    names = profile.of("name")
    if not values or not names or any(_agrees(r, values) for r in names):
        return False
    if max(r.confidence for r in names) < _SURE:
        return False
    return len({e.field for e in evidence if e.level in AGREEING and e.weight > 0} & GROUNDS) < 2


def _other_number(profile: Profile, best: Match, evidence: Sequence[Evidence]) -> bool:
    """A resident number read with confidence that is not the person's, without receipt and name."""
    values = best.person.values.get("rrn", ())
    numbers = profile.of("rrn")
    if not values or not numbers:
        return False
    if any(compare("rrn", r.value, v).name != "different" for r in numbers for v in values):
        return False
    if max(r.confidence for r in numbers) < _SURE:
        return False
    exact = {e.field for e in evidence if e.level == "exact" and e.weight > 0}
    return not {"receipt_no", "name"} <= exact


def _slips_twice(profile: Profile, best: Match) -> bool:
    """Two numbers read with confidence, each nearly the person's: one misreading is an accident, two are a neighbour."""
    slips = 0
    for field in _SLIPPING:
        values = best.person.values.get(field, ())
        readings = [r for r in profile.of(field) if r.confidence >= _CERTAIN]
        levels = {compare(field, r.value, v).name for r in readings for v in values}
        slips += bool(levels & _NEAR) and not levels & {"exact", "partial", "confusable"}
    return slips > 1


def _agrees(r: Reading, values: Sequence[str]) -> bool:
    return any(compare("name", r.value, v).name != "different" for v in values)
