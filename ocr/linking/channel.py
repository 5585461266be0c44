"""How likely a paper is read as it was, if it says a given value: the m side of the weights."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

from ocr.linking.levels import DIFFERENT, EXACT, Level, address_level, digits_level, name_level, text_level
from ocr.linking.normal import HIDDEN
from ocr.linking.population import Population
from ocr.linking.profile import Reading
from ocr.linking.weights import Weights

_NUMBERS = frozenset(("rrn", "receipt_no", "phone", "business_no", "account"))
_MISSING = Level("missing", 0)


def compare(field: str, read: str, true: str) -> Level:
    """The level at which two normalised values agree."""
    if field in _NUMBERS:
        return digits_level(read, true)
    if field == "name":
        return name_level(read, true)
    if field == "address":
        return address_level(read, true)
    return text_level(read, true)


class Channel:
    """Likelihoods of readings, for one index."""

    def __init__(self, weights: Weights, population: Population) -> None:
        self.weights = weights
        self.population = population

    def likelihood(self, r: Reading, true: str) -> float:
        """The chance to read `r.value` where the paper says `true`."""
        level = compare(r.field, r.value, true)
        sure = self.weights.trusted(r.confidence)
        hidden = _hidden_in_truth(r.value, true) if level.partial else 1.0
        if level.name == EXACT:
            return sure * hidden
        family = "digits" if r.field in _NUMBERS else "name" if r.field == "name" else "text"
        errors = self.weights.errors[family]
        if level.name == DIFFERENT:
            return (1 - sure) * errors[DIFFERENT] * self.population.density(r.field, r.value)
        return (1 - sure) * errors[level.name] / level.ways * hidden

    def all_of(self, readings: Sequence[Reading], true: str) -> float:
        p = 1.0
        for r in readings:
            p *= self.likelihood(r, true)
        return p

    def by_anybody(
        self, readings: Sequence[Reading], also: Sequence[str] = (), on_file: bool = False
    ) -> float:
        """The chance of the readings on a paper of an unrelated person, whoever it is.

        The values that such a paper may say are the ones read and those in `also`; any other must
        have been misread every time. `on_file`: the values in `also` belong to people on file
        alone (receipt numbers), so that an unrelated paper cannot say them.
        """
        field = readings[0].field
        total = 1.0
        for r in readings:
            sure = self.weights.trusted(r.confidence)
            total *= (1 - sure) * 0.5 * self.population.density(field, r.value)
        owned = set(also) if on_file else set()
        for t in dict.fromkeys((*(r.value for r in readings), *also)):
            if t not in owned:
                total += self.population.density(field, t) * self.all_of(readings, t)
        return total

    def ratio(self, field: str, readings: Sequence[Reading], values: Sequence[str]) -> float:
        """Likelihood ratio of the readings: a person with one of `values` against an unrelated one.

        1 where either side says nothing. Not below the chance that the record is out of date.
        """
        if not readings or not values:
            return 1.0
        if field == "address":
            readings = [r for r in readings if _tells(r, values)]
            if not readings:
                return 1.0
        unrelated = self.by_anybody(readings, values, on_file=field == "receipt_no")
        own = max(self.all_of(readings, v) for v in values)
        stale = self.weights.stale.get(field, 0.02)
        return (1 - stale) * own / unrelated + stale

    def together(self, readings: Sequence[Reading], more: Sequence[Reading]) -> float:
        """Likelihood ratio of two groups of readings of one field: same person against two people."""
        both = self.by_anybody([*readings, *more])
        apart = self.by_anybody(readings) * self.by_anybody(more)
        stale = self.weights.stale.get(readings[0].field, 0.02)
        return (1 - stale) * both / apart + stale


def _hidden_in_truth(read: str, true: str) -> float:
    """Places read where the other value is hidden say nothing about it: each has its own chance."""
    return 0.1 ** sum(r != HIDDEN and t == HIDDEN for r, t in zip(read, true, strict=False))


def _tells(r: Reading, values: Sequence[str]) -> bool:
    """A part of an address (no house number) is neither for nor against."""
    return all(compare("address", r.value, v).name != "part" for v in values)


def bits(ratio: float) -> float:
    """A likelihood ratio as a weight."""
    return log2(max(ratio, 1e-30))
