"""The weights of `stt.note.telling`, fitted anew: ``python -m tests.benchmarks.note_weights``.

A passage counts as telling when the shortest quotes that hold a fact of a talk need it. Logistic regression with a penalty,
on the talks with even numbers; printed with how well passages of one talk are ordered by weights from the others (area
under the curve).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from stt.note.choosing import Candidate, candidates
from stt.note.draft import NoteLine
from stt.note.passages import passages
from stt.note.sentences import sentences
from stt.note.telling import WEIGHTS, marks_of
from stt.redaction import redact
from tests.counseling_talks import Fact, Talk, even

PENALTY = 6.0
APART = 8
"""Utterances within which quotes are tried together."""

Numbers = NDArray[np.float64]


def needed(facts: Sequence[Fact], found: Sequence[Candidate]) -> set[int]:
    """Places of the candidates that the facts need: for each the fewest and shortest that hold it, in whatever field."""
    places: set[int] = set()
    for fact in facts:
        lines = [NoteLine(fact.fields[0], c.line, c.passage.cites) for c in found]
        for count in (1, 2, 3):
            holding = [
                some
                for some in combinations(range(len(lines)), count)
                if _near([lines[i] for i in some]) and fact.held_by([lines[i] for i in some])
            ]
            if holding:
                places |= set(min(holding, key=lambda some: sum(len(lines[i].text) for i in some)))
                break
    return places


def _near(lines: Sequence[NoteLine]) -> bool:
    cites = [id for line in lines for id in line.cites]
    return max(cites) - min(cites) <= APART


def seen(talk: Talk) -> tuple[Numbers, Numbers]:
    """Marks of the passages of a talk, a row each, and whether facts need them."""
    transcript = replace(talk.transcript, utterances=tuple(redact(talk.utterances).utterances))
    found = passages(sentences(transcript))
    chosen = candidates(found)
    telling = needed(talk.facts, chosen)
    marks = [marks_of(found, place, c.field) for place, c in enumerate(chosen)]
    rows = np.array([[one[name] for name in WEIGHTS] for one in marks])
    return rows, np.array([float(place in telling) for place in range(len(chosen))])


def fit(rows: Numbers, telling: Numbers) -> Numbers:
    """Weights by Newton's method; the first, "always", is not penalised."""
    weights = np.zeros(rows.shape[1])
    penalty = np.full(len(weights), PENALTY)
    penalty[0] = 0.01
    for _ in range(40):
        chance = 1 / (1 + np.exp(-rows @ weights))
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(penalty)
        weights -= np.linalg.solve(curve, rows.T @ (chance - telling) + penalty * weights)
    return weights


def under_curve(scores: Numbers, telling: Numbers) -> float:
    """How often a telling passage is ranked before one that is not."""
    rank = np.empty(len(scores))
    rank[np.argsort(scores)] = np.arange(len(scores))
    count = telling.sum()
    return float((rank[telling == 1].mean() - (count - 1) / 2) / (len(telling) - count))


def main() -> None:
    each = [seen(talk) for talk in even()]
    scores = []
    for place, (rows, _) in enumerate(each):
        others = each[:place] + each[place + 1 :]
        weights = fit(np.vstack([r for r, _ in others]), np.concatenate([t for _, t in others]))
        scores.append(rows @ weights)
    telling = np.concatenate([t for _, t in each])
    print(f"{len(each)} talks, {len(telling)} passages, {telling.mean():.0%} telling")
    print(f"ordered by weights from the other talks: {under_curve(np.concatenate(scores), telling):.3f}")
    for name, weight in zip(WEIGHTS, fit(np.vstack([r for r, _ in each]), telling), strict=True):
        print(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    main()
