"""Where on a page a field's value stands: beside or below its label, after it, or by its format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ocr.blocks import Block, Layout, Token, joined, tokens
from ocr.catalogue import Catalogue
from ocr.fields.reading import Reading
from ocr.forms import FieldSpec, Form
from ocr.labels import Found, find_labels, likeness
from ocr.types import Box, Line

_CLOSE_LABEL = 0.78
_NEXT_LABEL = 0.9  # directly after a label a value is likelier than another label misread
_ABOVE = 4  # lines above a number among which a name is looked for
_TELLING = ("rrn", "business_no", "receipt_no", "phone", "bank", "account")  # kinds whose format alone tells


@dataclass(frozen=True)
class Place:
    """Readings of a place that may hold a field's value.

    readings    the first is the engine's own, the others are its alternatives
    likeness    of the label to what was read as it (0.5 where there is none)
    relation    "cell", "under" (in the label's cell), "inline", "within" (running text), "beside",
                "below", "pattern", "above" (another field) or "format" (no label at all)
    section     1 under a heading that the field belongs to, -1 under another's, else 0
    rank        of the label among the field's labels (0: most usual)
    stopgap     the label is one of last resort
    """

    page: int
    readings: tuple[Reading, ...]
    box: Box
    handwritten: bool
    likeness: float
    relation: str
    section: int = 0
    rank: int = 0
    stopgap: bool = False


def labelled_places(
    page: Layout, form: Form, found: Sequence[Found], catalogue: Catalogue
) -> Iterator[tuple[str, Place]]:
    """(field, place) for every label of `form` among the labels found on the page."""
    mine = catalogue.fields_of_labels(form)
    for label in found:
        all_of_line = label.starts and label.last == len(label.tokens)
        if not all_of_line and catalogue.is_word(label.line.text):
            continue  # a part of a title
        for field in mine.get(label.label, ()):
            spec = form.fields[field]
            section = _section(page, label, spec)
            stopgap = label.label not in spec.labels
            rank = 0 if stopgap else spec.labels.index(label.label)
            value = _value(page, label, found)
            if value is not None and value[1]:
                place = _place(page, value, label)
                yield field, replace(place, section=section, rank=rank, stopgap=stopgap)


def unlabelled_places(page: Layout, spec: FieldSpec) -> Iterator[Place]:
    """Places for a value without a label: lines that a pattern fits, every line where `anywhere` is set."""
    for block in page.blocks:
        for line in block.lines:
            for pattern in spec.patterns:
                if readings := _fitting(pattern, line):
                    yield replace(_slice(page, line, line.text, "pattern"), readings=readings)
            if spec.anywhere or spec.kind in _TELLING:
                if spec.kind == "bank" and len(line.words) > 1:
                    yield replace(
                        _slice(page, line, line.words[0].text, "format"), readings=_first_word(line)
                    )
                yield _slice(page, line, line.text, "format")


def _fitting(pattern: str, line: Line) -> tuple[Reading, ...]:
    """What a pattern finds in each reading of a line."""
    readings = ((line.text, line.confidence), *line.alternatives)
    found = (
        (re.search(pattern, text) or re.search(pattern, _closed_up(text)), sure) for text, sure in readings
    )
    return tuple(Reading(match.group(1), sure) for match, sure in found if match)


def _closed_up(text: str) -> str:
    """The text without the blanks between syllables: names are often set apart (`허 규 현 님`)."""
    return re.sub(r"(?<=[가-힣])\s+(?=[가-힣])", "", text)


def _first_word(line: Line) -> tuple[Reading, ...]:
    return (Reading(line.words[0].text, line.words[0].confidence),)


def unlabelled_cells(page: Layout, catalogue: Catalogue) -> Iterator[Place]:
    """Cells whose left neighbour is a short text that is no known word: perhaps a label misread."""
    for block in page.blocks:
        row = page.row_of(block)
        at = next((i for i, b in enumerate(row) if b is block), 0)
        if block.cell is None or at == 0 or len(block.lines) != 1:
            continue
        left = row[at - 1]
        if left.lines and len(left.compact) <= 12 and not catalogue.is_word(left.compact):
            line = block.lines[0]
            yield replace(_slice(page, line, line.text, "cell"), stopgap=True)


def line_above(page: Layout, box: Box) -> Iterator[Place]:
    """The nearest lines above `box` that share its left half, nearest first."""
    above = [
        line
        for block in page.blocks
        for line in block.lines
        if line.box.bottom <= box.top + box.height // 2
        and line.box.left < box.right
        and line.box.right > box.left
    ]
    for line in sorted(above, key=lambda ln: -ln.box.bottom)[:_ABOVE]:
        yield _slice(page, line, line.text, "above")


Value = tuple[str, tuple[Token, ...], tuple[Line, ...]]
"""Relation, tokens, and the lines that they are from."""


def _value(page: Layout, label: Found, found: Sequence[Found]) -> Value | None:
    """What stands where a label's value should: behind it, under it in its cell, beside it, below it."""
    rest = _until_next_label(label, found)
    if rest and not label.whole:
        set_off = rest[0].after_colon or label.starts or _in_row_of_labels(label, found)
        return ("inline" if set_off else "within"), rest, (label.line,)
    if label.last < len(label.tokens):
        return None
    return (_under(label, found) if label.starts else None) or _around(page, label, found)


def _around(page: Layout, label: Found, found: Sequence[Found]) -> Value | None:
    beside = page.right_of(label.block)
    if beside is not None and beside.lines and not _holds_label(beside, found):
        return ("cell" if beside.cell and label.starts else "beside"), _all_tokens(beside), beside.lines
    if not label.starts or (beside is not None and beside.cell and not beside.lines):
        return None  # in the midst of a line nothing below is meant; an empty cell beside says: no value
    below = page.below(label.block)
    if below is not None and below.lines and not _holds_label(below, found):
        return "below", _all_tokens(below), below.lines
    return None


def _under(label: Found, found: Sequence[Found]) -> Value | None:
    if label.whole:
        return None
    lines = label.block.lines
    at = next((i for i, ln in enumerate(lines) if ln is label.line), len(lines))
    if at + 1 < len(lines) and not _is_label(lines[at + 1], found):
        return "under", tokens(lines[at + 1]), (lines[at + 1],)
    return None


def _until_next_label(label: Found, found: Sequence[Found]) -> tuple[Token, ...]:
    stops = [
        f.first
        for f in found
        if f.line is label.line
        and f.first >= label.last
        and f.likeness >= (_CLOSE_LABEL if f.first > label.last else _NEXT_LABEL)
    ]
    return label.tokens[label.last : min(stops, default=len(label.tokens))]


def _in_row_of_labels(label: Found, found: Sequence[Found]) -> bool:
    """Whether the line begins with another label, as a row of a table without rules does."""
    return any(f.line is label.line and f.starts and f.likeness >= _CLOSE_LABEL for f in found)


def _holds_label(block: Block, found: Sequence[Found]) -> bool:
    return any(f.block is block and f.whole and f.likeness >= _CLOSE_LABEL for f in found)


def _is_label(line: Line, found: Sequence[Found]) -> bool:
    return any(f.line is line and f.starts and f.likeness >= _CLOSE_LABEL for f in found)


def _all_tokens(block: Block) -> tuple[Token, ...]:
    return tuple(t for line in block.lines for t in tokens(line))


def _section(page: Layout, label: Found, spec: FieldSpec) -> int:
    """Whether the nearest heading above or left of the label is the field's own, another's or none."""
    if not spec.sections and not spec.not_sections:
        return 0
    for sign, words in ((-1, spec.not_sections), (1, spec.sections)):
        if any(w.strip("()") in label.label for w in words if len(w) > 2):
            return sign
    best: tuple[float, int] | None = None
    x, y = label.box.left, label.box.center[1]
    for sign, words in ((1, spec.sections), (-1, spec.not_sections)):
        for f in find_labels(page.blocks, words, 0.75):
            same_line = f.line is label.line and f.last <= label.first
            if not same_line and f.box.bottom > y - label.box.height * 0.3:
                continue
            distance = (x - f.box.right) / 1000 if same_line else y - f.box.bottom
            if best is None or distance < best[0]:
                best = distance, sign
    return best[1] if best else 0


def _place(page: Layout, value: Value, label: Found) -> Place:
    relation, toks, lines = value
    box = toks[0].box
    for token in toks[1:]:
        box = box.union(token.box)
    text = joined(toks)
    readings = [Reading(text, _confidence(toks))]
    if relation in ("inline", "within", "beside") and (more := _continuation(page, lines[-1], toks[-1])):
        readings.append(Reading(f"{text} {more.text}", min(readings[0].confidence, more.confidence)))
    whole = sum(len(line.words) for line in lines) <= len(toks)
    if len(lines) == 1:
        for other, confidence in lines[0].alternatives:
            part = other if whole else _after_label(other, label.label)
            if part:
                readings.append(Reading(part, confidence))
    by_hand = any(t.handwritten for t in toks)
    return Place(page.page.number, tuple(readings), box, by_hand, label.likeness, relation)


def _continuation(page: Layout, line: Line, last: Token) -> Line | None:
    """A free line of digits close below `line`: the end of a number that had no room, if there is one."""
    if line.words and last.box.right < line.words[-1].box.right:
        return None
    for block in page.blocks:
        for other in block.lines:
            gap = other.box.top - line.box.bottom
            if other is line or not -0.3 * line.box.height <= gap <= line.box.height:
                continue
            if re.fullmatch(r"[-0-9OolI| ]{2,8}", other.text) and other.box.left < line.box.right:
                return other
    return None


def _after_label(text: str, label: str) -> str:
    """What follows `label` in another reading of the line; "" if the label is not there."""
    words = text.replace(":", " : ").replace("：", " : ").split()
    best, end = 0.0, 0
    for i in range(len(words)):
        for j in range(i + 1, min(i + 4, len(words)) + 1):
            score = likeness("".join(words[i:j]), label)
            if score > best:
                best, end = score, j
    return " ".join(w for w in words[end:] if w != ":") if best >= 0.7 else ""


def _slice(page: Layout, line: Line, text: str, relation: str) -> Place:
    readings = [Reading(text, line.confidence)]
    if text == line.text:
        readings += [Reading(t, c) for t, c in line.alternatives]
    sure = 0.9 if relation == "pattern" else 0.5
    return Place(page.page.number, tuple(readings), line.box, line.handwritten, sure, relation)


def _confidence(toks: Sequence[Token]) -> float:
    sure = [t.confidence for t in toks if any(c.isalnum() for c in t.text)]
    return min(sure or [t.confidence for t in toks])
