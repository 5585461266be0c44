"""From read pages to documents: types, boundaries, fields. Pure: no files opened, no clock, no record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocr import siblings
from ocr.blocks import Layout, layout
from ocr.boundaries import Group, group
from ocr.catalogue import Catalogue, default_catalogue
from ocr.classify import OTHER, classify
from ocr.doubt import judge
from ocr.extract import extract
from ocr.findings import Finding, finding
from ocr.forms import Form
from ocr.people import COLUMN_KINDS, Person, people
from ocr.symbols import has_own_code, with_symbols
from ocr.types import DocumentRead, PageRead


@dataclass(frozen=True)
class Found:
    """A document before its fields are judged: pages and type, its findings, and the rows of people."""

    group: Group
    findings: dict[str, Finding]
    people: tuple[dict[str, Finding], ...]


def understand(
    pages: Sequence[PageRead], forms: Mapping[str, Form] | None = None
) -> tuple[DocumentRead, ...]:
    """The documents of a delivery, in order; every page is in exactly one.

    `forms` are the types to tell apart, by default those of `config/forms/` and the center's own.
    """
    catalogue = default_catalogue() if forms is None else Catalogue(forms)
    return tuple(_judged(found) for found in find(pages, catalogue))


def understand_as(
    pages: Sequence[PageRead],
    documents: Sequence[tuple[Sequence[int], str]],
    forms: Mapping[str, Form] | None = None,
) -> tuple[DocumentRead, ...]:
    """The documents of a delivery as a person has put them together, in that order.

    documents  page numbers in their order, and the type; "" for the type that the reader would give them.
               Pages that are not among `pages` are passed over. A type that is no form has no fields.
    """
    catalogue = default_catalogue() if forms is None else Catalogue(forms)
    layouts = {page.number: layout(page) for page in pages}
    groups = [
        _told([layouts[n] for n in numbers if n in layouts], kind, catalogue) for numbers, kind in documents
    ]
    return tuple(_judged(found) for found in _compared([_found(g, catalogue) for g in groups]))


def _told(pages: Sequence[Layout], kind: str, catalogue: Catalogue) -> Group:
    """Pages that a person says are one document; without a type, the first that their titles name."""
    if kind:
        return Group(tuple(pages), kind, 1.0)
    own = group(pages, [classify(page, catalogue) for page in pages], catalogue.forms)
    named = [g for g in own if g.type in catalogue.forms and catalogue.forms[g.type].kind != "cover"]
    best = next(iter(named or own), Group((), OTHER, 0.0))
    return Group(tuple(pages), best.type, best.confidence)


def find(pages: Sequence[PageRead], catalogue: Catalogue) -> list[Found]:
    """The documents with what was found on them, each compared with the others."""
    layouts = [layout(page) for page in pages]
    types = [classify(page, catalogue) for page in layouts]
    return _compared([_found(g, catalogue) for g in group(layouts, types, catalogue.forms)])


def _compared(found: Sequence[Found]) -> list[Found]:
    compared = siblings.compare([f.findings for f in found])
    return [Found(f.group, c, f.people) for f, c in zip(found, compared, strict=True)]


def _found(group: Group, catalogue: Catalogue) -> Found:
    form = catalogue.forms.get(group.type)
    if form is None:
        return Found(group, {}, ())
    choices = extract(group.pages, form, catalogue)
    rows = people(group.pages, form, catalogue)
    if rows:
        _put_main_first(rows)
        told = rows[0].main or not (form.people and form.people.main)
        for field, choice in rows[0].fields.items():
            known = choices.setdefault(field, [])
            known.insert(0 if told and form.kind != "application" else len(known), choice)
    reads = {page.page.number: page.page for page in group.pages}
    findings = {}
    for field, options in choices.items():
        kind = form.fields[field].kind if field in form.fields else COLUMN_KINDS[field]
        findings[field] = finding(field, str(kind), options, reads[options[0].place.page])
    persons = tuple(
        {
            field: finding(field, str(COLUMN_KINDS[field]), [c], reads[c.place.page])
            for field, c in row.fields.items()
        }
        for row in rows
        if "name" in row.fields
    )
    return Found(group, findings, persons)


def _put_main_first(rows: list[Person]) -> None:
    """The row that says it is the main person's, else the first, to the front."""
    chosen = next((p for p in rows if p.main), rows[0])
    rows.remove(chosen)
    rows.insert(0, chosen)


def _judged(found: Found) -> DocumentRead:
    fields = {name: judge(f) for name, f in found.findings.items()}
    pages = found.group.pages
    reads = [page.page for page in pages]
    if fields or (found.group.type == OTHER and has_own_code(reads)):  # a cover has no case of its own
        fields = with_symbols(fields, reads)
    by_hand = any(page.page.handwritten for page in pages) or any(f.handwritten for f in fields.values())
    return DocumentRead(
        tuple(page.page.number for page in pages),
        found.group.type,
        round(found.group.confidence, 4),
        fields,
        tuple({name: judge(f) for name, f in person.items()} for person in found.people),
        by_hand,
    )
