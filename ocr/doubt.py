"""How sure a field is: from engine, format, agreement and hand to a calibrated chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ocr.fields.reading import Parsed
from ocr.forms import FieldSpec
from ocr.places import Place
from ocr.types import FieldValue

if TYPE_CHECKING:
    from ocr.extract import Choice

DOUBTFUL_BELOW = 0.8


def judge(field: str, spec: FieldSpec, choices: Sequence[Choice]) -> FieldValue:
    """The value of the best choice, with the confidence that all choices together give it."""
    best = choices[0]
    again = any(c.parsed.value == best.parsed.value and c.place.box != best.place.box for c in choices[1:])
    return judge_alone(field, spec, best.place, best.parsed, again)


def judge_alone(field: str, spec: FieldSpec, place: Place, parsed: Parsed, again: bool = False) -> FieldValue:
    """A field's value with its confidence; `again`: the same stands elsewhere on the paper."""
    confidence = min(1.0, place.readings[0].confidence) * parsed.fit * parsed.share
    if again:
        confidence = 1 - (1 - confidence) * 0.3
    notes = (*parsed.notes, "handwritten") if place.handwritten else parsed.notes
    if place.stopgap:
        confidence, notes = min(confidence, 0.5), (*notes, "stopgap")
    return FieldValue(
        field,
        parsed.value,
        parsed.raw,
        round(confidence, 4),
        confidence < DOUBTFUL_BELOW,
        place.page,
        place.box,
        place.handwritten,
        notes,
    )
