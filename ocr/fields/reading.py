"""What the kinds of fields pass around: readings of a place, and the value made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """One engine's characters for a place, with its confidence (0 to 1)."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Parsed:
    """A value made of readings.

    value      normalised
    raw        the characters of the reading that it was made from
    fit        how well the value fits its kind, 0 to 1, whatever the engine's confidence
    share      weight of this value among all that the readings allow, 0 to 1
    agreeing   number of readings that say it without mending
    notes      short codes: "mended", "check_digit", "length", "masked", ...
    """

    value: str
    raw: str
    fit: float
    share: float = 1.0
    agreeing: int = 1
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that one reading allows: weight is the chance given the reading, up to a constant."""

    value: str
    raw: str
    weight: float
    fit: float
    mended: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What a kind may know besides the readings: the program of the form, words to strip."""

    program: str = ""
    suffix: tuple[str, ...] = ()


Kind = Callable[[Reading, Context], Iterable[Candidate]]
"""A kind of field: the values that one reading allows."""


def choose(readings: Sequence[Reading], kind: Kind, context: Context) -> Parsed | None:
    """Let the readings vote on the values that they allow; None if they allow none.

    A reading's vote is its confidence times the weight of the value; values that more than one
    reading says without mending gather the votes of each.
    """
    votes: dict[str, float] = {}
    best: dict[str, Candidate] = {}
    agreeing: dict[str, int] = {}
    for reading in readings:
        said: set[str] = set()
        for c in kind(reading, context):
            weight = c.weight * max(reading.confidence, 0.05)
            votes[c.value] = votes.get(c.value, 0.0) + weight
            if c.value not in best or (best[c.value].mended, -best[c.value].fit) > (c.mended, -c.fit):
                best[c.value] = c
            if not c.mended and c.value not in said:
                said.add(c.value)
                agreeing[c.value] = agreeing.get(c.value, 0) + 1
    if not votes:
        return None
    value = max(votes, key=lambda v: votes[v])
    c = best[value]
    notes = (*c.notes, "mended") if c.mended else c.notes
    return Parsed(
        value,
        c.raw,
        c.fit,
        votes[value] / sum(votes.values()),
        agreeing.get(value, 0),
        tuple(dict.fromkeys(notes)),
    )
