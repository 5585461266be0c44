"""What the documents of one person say, field by field."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ocr.linking import normal
from ocr.types import Box, DocumentRead, FieldValue


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one field; `value` is normalised."""

    field: str
    value: str
    confidence: float
    document: int = -1
    page: int = 0
    box: Box | None = None


@dataclass
class Profile:
    """Readings by field. `birth_date` readings stand under `rrn`, with hidden places."""

    readings: dict[str, list[Reading]] = field(default_factory=dict)

    def add(self, readings: Iterable[Reading]) -> None:
        for r in readings:
            self.readings.setdefault(r.field, []).append(r)

    def of(self, name: str) -> list[Reading]:
        return self.readings.get(name, [])

    def values(self) -> dict[str, list[str]]:
        return {f: list(dict.fromkeys(r.value for r in rs)) for f, rs in self.readings.items()}

    def best(self, name: str) -> Reading | None:
        return max(self.of(name), key=lambda r: r.confidence, default=None)


IDENTITY = ("name", "rrn", "receipt_no", "phone", "account")


def readings_of(fields: Mapping[str, FieldValue], document: int) -> list[Reading]:
    """The readings of one set of fields; empty values are left out, birth date only without a number."""
    found: list[Reading] = []
    for name, value in fields.items():
        text = _normalise(name, value.value)
        if text and name != "birth_date":
            found.append(_reading(name, text, value, document))
    birth = fields.get("birth_date")
    if birth is not None and not any(r.field == "rrn" for r in found):
        text = normal.rrn_pattern("", birth.value)
        if text:
            found.append(_reading("rrn", text, birth, document))
    return found


def _reading(name: str, text: str, value: FieldValue, document: int) -> Reading:
    confidence = value.confidence * (0.8 if value.doubtful else 1.0)
    return Reading(name, text, confidence, document, value.page, value.box)


def _normalise(name: str, text: str) -> str:  # noqa: PLR0911
    match name:
        case "name":
            return normal.name(text) if len(normal.name(text)) >= 2 else ""
        case "rrn":
            return normal.rrn_pattern(text)
        case "receipt_no":
            return normal.receipt(text)
        case "phone" | "business_no" | "account":
            return normal.digits(text) if len(normal.digits(text)) >= 6 else ""
        case "company" | "bank":
            return normal.company(text)
        case "address":
            return normal.address(text) if len(normal.address(text)) >= 6 else ""
        case _:
            return ""


def document_readings(document: DocumentRead, position: int) -> list[Reading]:
    """What the fields of one document say about its main person."""
    return readings_of(document.fields, position)


def main_readings(documents: Sequence[DocumentRead], discarded: Container[str]) -> list[list[Reading]]:
    """What each document says of its main person; nothing for the types in `discarded`.

    The main person of a list of workers is the one whom the other papers name, if any is.
    """
    own = [[] if d.type in discarded else document_readings(d, i) for i, d in enumerate(documents)]
    named = {
        r.value
        for d, readings in zip(documents, own, strict=True)
        if len(d.people) < 2
        for r in readings
        if r.field == "name"
    }
    return [_of_list(d, i, own[i], named) for i, d in enumerate(documents)]


def _of_list(document: DocumentRead, position: int, own: list[Reading], named: set[str]) -> list[Reading]:
    if not own or len(document.people) < 2:
        return own
    if any(r.field == "rrn" or (r.field == "name" and r.value in named) for r in own):
        return own
    for fields in document.people:
        worker = readings_of(fields, position)
        if any(r.field == "name" and r.value in named for r in worker):
            return [*worker, *(r for r in own if r.field in ("company", "business_no"))]
    return own
