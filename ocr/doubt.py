"""How sure a field is: the weighed evidence as a calibrated chance, and whether a person should look.

The weights come from `ocr/calibrate.py`, which fits them to generated papers whose truth is known, and
lie beside this module in `doubt.json`.
"""

from __future__ import annotations

import json
from functools import lru_cache
from math import exp
from pathlib import Path
from typing import TypedDict

from ocr.findings import Finding, features
from ocr.types import FieldValue

FILE = Path(__file__).with_name("doubt.json")


class Weights(TypedDict):
    """Weight of each feature, and the chance below which a field is doubtful, by kind."""

    weights: dict[str, float]
    doubtful_below: dict[str, float]


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The calibration that ships with the program."""
    data: Weights = json.loads(FILE.read_text(encoding="utf-8"))
    return data


def chance(finding: Finding) -> float:
    """The chance, 0 to 1, that a finding is what the paper says."""
    known = weights()["weights"]
    total = sum(known.get(name, 0.0) * value for name, value in features(finding).items())
    return 1 / (1 + exp(-max(-20.0, min(20.0, total))))


def judge(finding: Finding) -> FieldValue:
    """The field's value as it is told, with its chance, doubt and what gave rise to it."""
    p = chance(finding)
    below = weights()["doubtful_below"]
    place, parsed = finding.place, finding.parsed
    notes = list(parsed.notes)
    notes += ["handwritten"] if place.handwritten else []
    notes += ["stopgap"] if place.stopgap else []
    notes += ["contradicted"] if finding.near or finding.sibling_near else []
    return FieldValue(
        finding.field,
        parsed.value,
        parsed.raw,
        round(p, 4),
        place.stopgap or p < below.get(finding.kind, below["any"]),
        place.page,
        place.box,
        place.handwritten,
        tuple(dict.fromkeys(notes)),
    )
