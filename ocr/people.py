"""Tables whose rows are people: wage ledgers, household registers, lists of workers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ocr.blocks import Layout, Token, tokens
from ocr.catalogue import Catalogue
from ocr.fields.kinds import KINDS
from ocr.fields.reading import Context, Reading, choose
from ocr.findings import Choice
from ocr.forms import Form, PeopleSpec
from ocr.forms import Kind as FieldKind
from ocr.labels import Found, find_labels, likeness
from ocr.places import Place
from ocr.types import Box, Line, Word

Row = dict[str, tuple[Line, tuple[Word, ...]]]
"""Column -> the line it was read in and the words of that line that stand in the column."""

COLUMN_KINDS: dict[str, FieldKind] = {"name": "name", "rrn": "rrn", "birth_date": "date", "phone": "phone"}
_LEAST_FIT = 0.4
_LEDGER_ROW = re.compile(r"^\W*(?:[0-9]{1,3}\W+)?([가-힣]{2,4}|[가-힣](?: [가-힣]){1,3})\s")
_AMOUNT = re.compile(r"\d{1,3}(?:[,.]\d{3})+")
_GAP = 2.5  # rows farther apart than so many lines are no rows of one list
_NO_PERSON = ("합계", "소계", "총계", "계", "이하여백")


@dataclass(frozen=True)
class Person:
    """A row: its fields (none if nothing could be read), and whether the form says it is the main person's."""

    fields: dict[str, Choice]
    main: bool


def people(pages: Sequence[Layout], form: Form, catalogue: Catalogue) -> list[Person]:
    """The people of a document's tables, in the order of the paper."""
    if form.people is None:
        return []
    return [person for page in pages for person in _of_page(page, form.people, catalogue)]


def _of_page(page: Layout, spec: PeopleSpec, catalogue: Catalogue) -> Iterator[Person]:
    heads = {head: column for column, names in spec.columns.items() for head in names}
    found = find_labels(page.blocks, list(heads), 0.75)
    names = [f for f in found if heads[f.label] == "name"] + _misread_heads(page, found)
    for head in names:
        columns = _columns(page, head, found, heads, catalogue)
        if columns is None:
            continue
        rows = list(_rows(page, head, columns))
        if rows:
            yield from (p for row in rows if (p := _person(page, row, spec, catalogue)))
            return
    if spec.relations:
        yield from _by_relation(page, spec)
    else:
        yield from _by_amounts(page)


def _by_relation(page: Layout, spec: PeopleSpec) -> Iterator[Person]:
    """Rows without heads: a relation, a name, a resident number (perhaps masked)."""
    words = "|".join(sorted(map(re.escape, spec.relations), key=len, reverse=True))
    row = re.compile(rf"(?:^|[\s\d.])({words})\W+([가-힣 ]{{2,9}}?)\W*(\d{{6}}\W{{0,3}}[0-9*xX]{{7}})")
    done: set[int] = set()
    for block in page.blocks:
        blocks = page.row_of(block)
        if id(blocks[0]) in done:
            continue
        done.add(id(blocks[0]))
        lines = [line for b in blocks for line in b.lines]
        found = row.search(" ".join(line.text for line in lines))
        if found:
            place = _place_of(page, lines)
            fields = _fields_of({"name": found.group(2), "rrn": found.group(3)}, place)
            main = any(found.group(1) == word for names in spec.main.values() for word in names)
            yield Person(fields, main)


def _by_amounts(page: Layout) -> Iterator[Person]:
    """Rows without heads of a ledger: perhaps a number, a name, and three amounts or more."""
    for block in page.blocks:
        for line in block.lines if block.cell is None else ():
            for text in (line.text, *(t for t, _ in line.alternatives)):
                found = _LEDGER_ROW.match(text)
                if found and len(_AMOUNT.findall(text)) >= 3:
                    fields = _fields_of({"name": found.group(1)}, _place_of(page, [line]))
                    if fields:
                        yield Person(fields, False)
                        break


def _place_of(page: Layout, lines: Sequence[Line]) -> Place:
    box = lines[0].box
    for line in lines[1:]:
        box = box.union(line.box)
    sure = min(line.confidence for line in lines)
    by_hand = any(line.handwritten for line in lines)
    return Place(page.page.number, (Reading("", sure),), box, by_hand, 0.9, "pattern")


def _fields_of(texts: dict[str, str], place: Place) -> dict[str, Choice]:
    fields = {}
    for column, text in texts.items():
        readings = (Reading(text, place.readings[0].confidence),)
        parsed = choose(readings, KINDS[COLUMN_KINDS[column]], Context())
        if parsed and parsed.fit >= _LEAST_FIT:
            fields[column] = Choice(replace(place, readings=readings), parsed, 0.0)
    return fields


def _columns(
    page: Layout, head: Found, found: Sequence[Found], heads: dict[str, str], catalogue: Catalogue
) -> dict[str, Box] | None:
    """Column -> box of its head, for the heads in the row of `head`; None if that is no row of heads."""
    row = page.row_of(head.block) if head.block.cell else [head.block]
    boxes = {"name": head.block.box if head.block.cell else head.box}
    for f in found:
        if heads[f.label] not in boxes and f is not head and (f.block in row or f.line is head.line):
            boxes[heads[f.label]] = f.block.box if f.block.cell else f.box
    if not head.block.cell:
        boxes = {column: _stretched(box, head.tokens) for column, box in boxes.items()}
        return boxes if len(head.tokens) >= 4 and _labels_among(head.tokens, catalogue) >= 3 else None
    filled = [b for b in row if b.lines]
    labels = sum(catalogue.is_word(b.compact) for b in filled)
    return (
        boxes
        if head.whole and len(filled) >= 3 and labels + (head.likeness < 0.6) > 0.6 * len(filled)
        else None
    )


def _stretched(box: Box, row: Sequence[Token]) -> Box:
    """A head of a table without rules, widened towards its neighbours: values are wider than heads."""
    before = max((t.box.right for t in row if t.box.right <= box.left), default=0)
    after = min((t.box.left for t in row if t.box.left >= box.right), default=box.right + 2 * box.width)
    return Box((before + box.left) // 2, box.top, (box.right + 3 * after) // 4, box.bottom)


def _misread_heads(page: Layout, found: Sequence[Found]) -> list[Found]:
    """The head of the column of names where it was not read as such: beside other heads, above names."""
    for other in found:
        if not other.block.cell or not other.whole:
            continue
        for block in page.row_of(other.block):
            below = page.below(block)
            if block is other.block or not block.lines or below is None or not below.lines:
                continue
            parsed = choose([Reading(below.text, 1.0)], KINDS["name"], Context())
            if parsed and parsed.fit >= 0.9 and len(block.compact) <= 6:
                parts = tokens(block.lines[0])
                return [Found("성명", 0.5, block, block.lines[0], parts, 0, len(parts), True, True)]
    return []


def _labels_among(parts: Sequence[Token], catalogue: Catalogue) -> int:
    return sum(catalogue.is_word(t.text) for t in parts)


def _rows(page: Layout, head: Found, columns: dict[str, Box]) -> Iterator[Row]:
    """The rows below the heads, as far as they follow on one another."""
    table = head.block.cell.table if head.block.cell else None
    lines = [
        line
        for b in page.blocks
        for line in b.lines
        if line.box.center[1] > head.box.bottom and (b.cell is None or table is None or b.cell.table == table)
    ]
    end = float(head.box.bottom)
    for band in _bands(lines, page.line_height):
        top = min(line.box.top for line in band)
        if top - end > _GAP * page.line_height:
            return
        row: Row = {}
        for column, box in columns.items():
            for line in band:
                words = tuple(w for w in line.words if _in_column(w, box))
                if words and column not in row:
                    row[column] = line, words
        if "name" in row:
            end = max(line.box.bottom for line in band)
            yield row


def _in_column(word: Word, head: Box) -> bool:
    slack = head.height * 0.5
    return head.left - slack <= word.box.center[0] <= head.right + slack


def _bands(lines: list[Line], height: float) -> list[list[Line]]:
    """Lines by rows: those whose centres lie within 0.7 of a line of the row's first."""
    bands: list[list[Line]] = []
    for line in sorted(lines, key=lambda ln: ln.box.center[1]):
        if bands and line.box.center[1] - bands[-1][0].box.center[1] < 0.7 * height:
            bands[-1].append(line)
        else:
            bands.append([line])
    return bands


def _person(page: Layout, row: Row, spec: PeopleSpec, catalogue: Catalogue) -> Person | None:
    text = " ".join(w.text for w in row["name"][1])
    if catalogue.is_word(text) or text.replace(" ", "") in _NO_PERSON:
        return None
    fields: dict[str, Choice] = {}
    for column, (line, words) in row.items():
        kind = COLUMN_KINDS.get(column)
        if kind is None:
            continue
        text = " ".join(w.text for w in words)
        readings = [Reading(text, min(w.confidence for w in words))]
        if len(words) == len(line.words):
            readings += [Reading(t, c) for t, c in line.alternatives]
        parsed = choose(readings, KINDS[kind], Context())
        if parsed is None or parsed.fit < _LEAST_FIT:
            continue
        box = words[0].box
        for word in words[1:]:
            box = box.union(word.box)
        place = Place(page.page.number, tuple(readings), box, any(w.handwritten for w in words), 1.0, "cell")
        fields[column] = Choice(place, parsed, 0.0)
    main = any(
        likeness(" ".join(w.text for w in row[column][1]), word) >= 0.75
        for column, words_ in spec.main.items()
        if column in row
        for word in words_
    )
    return Person(fields, main)
