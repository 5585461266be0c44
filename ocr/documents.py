"""From read pages to documents: types, boundaries, fields. Pure: no files opened, no clock, no record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ocr.blocks import layout
from ocr.boundaries import Group, group
from ocr.catalogue import Catalogue, default_catalogue
from ocr.classify import classify
from ocr.extract import extract
from ocr.forms import Form
from ocr.people import Person, people
from ocr.types import DocumentRead, FieldValue, PageRead


def understand(
    pages: Sequence[PageRead], forms: Mapping[str, Form] | None = None
) -> tuple[DocumentRead, ...]:
    """The documents of a delivery, in order; every page is in exactly one.

    `forms` are the types to tell apart, by default those of `config/forms/` and the center's own.
    """
    catalogue = default_catalogue() if forms is None else Catalogue(forms)
    layouts = [layout(page) for page in pages]
    types = [classify(page, catalogue) for page in layouts]
    return tuple(_document(g, catalogue) for g in group(layouts, types, catalogue.forms))


def _document(group: Group, catalogue: Catalogue) -> DocumentRead:
    numbers = tuple(page.page.number for page in group.pages)
    form = catalogue.forms.get(group.type)
    by_hand = any(page.page.handwritten for page in group.pages)
    if form is None:
        return DocumentRead(numbers, group.type, group.confidence, handwritten=by_hand)
    fields = extract(group.pages, form, catalogue)
    rows = people(group.pages, form, catalogue)
    if rows:
        main = _main(rows, fields)
        fields = {**main, **fields} if form.kind == "application" else {**fields, **main}
    by_hand = by_hand or any(f.handwritten for f in fields.values())
    return DocumentRead(
        numbers,
        group.type,
        round(group.confidence, 4),
        fields,
        tuple(p.fields for p in rows if "name" in p.fields),
        by_hand,
    )


def _main(rows: list[Person], fields: dict[str, FieldValue]) -> dict[str, FieldValue]:
    """The main person's fields: of the row that says so, else of the first; moved to the front."""
    chosen = next((p for p in rows if p.main), rows[0])
    rows.remove(chosen)
    rows.insert(0, chosen)
    found = dict(chosen.fields)
    mine, same = found.get("name"), fields.get("name")
    if mine and same and same.value == mine.value and same.box != mine.box:
        better = 1 - (1 - mine.confidence) * (1 - same.confidence)
        found["name"] = replace(mine, confidence=round(better, 4))
    return found
