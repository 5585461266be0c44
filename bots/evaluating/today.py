"""What today's reader makes of the pages that people have put right."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from bots.evaluating.labels import FIELD, PAGES, Label, Paper
from bots.intake.papers import read_pages
from ocr.children import PageReaders
from ocr.documents import understand, understand_as
from ocr.types import DocumentRead, PageRead
from queues import database, files

Reading = tuple[PageRead, ...]


def pages_today(pool: PageReaders, paper: Paper, wanted: Collection[int]) -> Reading:
    """The pages of a delivery: those `wanted` read anew from the original, the others as they were kept."""
    with database.session() as session:
        kept = {page.number: page for page in read_pages(session, paper.delivery_id)}
    back = {paper.original[n]: n for n in wanted if n in paper.original}
    with files.as_path(paper.sha256) as path:
        for page in pool.read_pages(path, sorted(back)):
            kept[back[page.number]] = replace(page, number=back[page.number])
    return tuple(kept[n] for n in sorted(kept))


def pages_of(paper: Paper, about: Iterable[Label]) -> set[int]:
    """The pages that have to be read to judge these labels."""
    numbers: set[int] = set()
    for label in about:
        if label.kind == PAGES:
            numbers |= set(paper.original)
        elif label.document_id in paper.documents:
            numbers |= set(paper.documents[label.document_id].pages)
    return numbers


def said_today(paper: Paper, pages: Reading, about: Sequence[Label]) -> list[str]:
    """What the reader says where each of these labels says what is right; "" where it finds nothing.

    Fields are read under the right type and from the right pages: a wrong type is counted once, as such.
    """
    order = list(paper.documents)
    reads = understand_as(pages, [(paper.documents[d].pages, paper.documents[d].type) for d in order])
    by_document = dict(zip(order, reads, strict=True))
    return [_said(paper, pages, by_document, label) for label in about]


def _said(paper: Paper, pages: Reading, reads: dict[int, DocumentRead], label: Label) -> str:
    if label.kind == PAGES:
        return json.dumps([list(d.pages) for d in understand(pages)])
    if label.document_id is None or label.document_id not in reads:
        return ""
    if label.kind == FIELD:
        return _field(reads[label.document_id], label.person, label.name)
    (alone,) = understand_as(pages, [(paper.documents[label.document_id].pages, "")])
    return alone.type


def _field(read: DocumentRead, person: int, name: str) -> str:
    fields = read.fields if person == 0 else dict(enumerate(read.people, 1)).get(person, {})
    return fields[name].value if name in fields else ""
