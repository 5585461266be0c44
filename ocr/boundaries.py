"""Which pages of a delivery belong together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocr.blocks import Layout
from ocr.classify import BLANK, OTHER, PageType
from ocr.forms import Form, continued_marks
from ocr.labels import find_labels
from ocr.symbols import is_own_letter

_PAGE_OF = re.compile(
    r"([1-9])\s*쪽\s*중\s*(?:제\s*)?([1-9])\s*쪽|([1-9])\s*쪽?\s*/\s*([1-9])\s*쪽|\(\s*([1-9])\s*/\s*([1-9])\s*\)"
)
_FURTHER = re.compile(r"^\W*(?:-\s*[2-9]\s*-|제?\s*[2-9]\s*쪽|뒤쪽|뒷면)\W*$")
_OWN_TITLE = 0.9  # a title so clear begins a document whatever else the page says
_UNSURE = 0.6  # a page typed less surely than this may be a further page of the document before it


@dataclass(frozen=True)
class Group:
    """Consecutive pages of one document."""

    pages: tuple[Layout, ...]
    type: str
    confidence: float


def group(pages: Sequence[Layout], types: Sequence[PageType], forms: Mapping[str, Form]) -> tuple[Group, ...]:
    """Cut the pages into documents: a page with a title begins one, a further page joins the one before."""
    groups: list[Group] = []
    for page, kind in zip(pages, types, strict=True):
        last = groups[-1] if groups else None
        if last and last.type in forms and _continues(page, kind, last, forms[last.type]):
            groups[-1] = Group((*last.pages, page), last.type, last.confidence)
        else:
            groups.append(Group((page,), kind.type, kind.confidence))
    return tuple(groups)


def _continues(page: Layout, kind: PageType, last: Group, form: Form) -> bool:
    if kind.type == BLANK or form.kind == "cover" or page.page.problem or is_own_letter(page.page):
        return False
    numbered = _numbered_further(page)
    if numbered is not None:
        return numbered and not (kind.type not in (OTHER, form.type) and kind.title >= _OWN_TITLE)
    if _headed_as_further(page):
        return True
    untitled = (
        kind.type == OTHER or (kind.type == form.type and kind.title < 0.7) or kind.confidence < _UNSURE
    )
    if not untitled:
        return False
    if find_labels(page.blocks, (*continued_marks(), *form.continued.marks), 0.8):
        return True
    return form.continued.same_columns and _same_columns(last.pages[-1], page)


def _headed_as_further(page: Layout) -> bool:
    """Whether the page is headed, in large type or at its top, as only further pages are."""
    marks = [m for m in continued_marks() if len(m) >= 6]
    upper = [b for b in page.blocks if b.box.top < 0.2 * page.page.height]
    return any(f.whole and f.likeness >= 0.85 for f in find_labels(upper, marks))


def _numbered_further(page: Layout) -> bool | None:
    """Whether the page's own number says that it is not the first; None if it bears no number."""
    for line in page.page.lines:
        texts = (line.text, *(text for text, _ in line.alternatives))
        if found := next((m for text in texts if (m := _PAGE_OF.search(text))), None):
            a, b = (int(g) for g in found.groups() if g is not None)
            return min(a, b) >= 2 if "/" in found.group() else b >= 2
        if _FURTHER.match(line.text):
            return True
    return None


def _same_columns(before: Layout, after: Layout) -> bool:
    """Whether a table of `after` has columns where the last table of `before` has them."""
    a, b = _edges(before), _edges(after)
    if len(a) < 3 or len(b) < 3:
        return False
    width = max(before.page.width, after.page.width)
    near = sum(any(abs(x - y) < 0.015 * width for y in b) for x in a)
    return near >= 0.8 * max(len(a), len(b))


def _edges(page: Layout) -> list[int]:
    tables = [b.cell.table for b in page.blocks if b.cell]
    if not tables:
        return []
    return sorted({b.box.left for b in page.blocks if b.cell and b.cell.table == max(tables)})
