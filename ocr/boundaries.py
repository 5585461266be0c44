"""Which pages of a delivery belong together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import yaml

from config import settings as config_settings
from ocr.blocks import Layout
from ocr.classify import BLANK, OTHER, PageType
from ocr.forms import Form
from ocr.labels import find_labels

_FURTHER = re.compile(
    r"^\W*(?:[2-9]\s*/\s*[2-9]|-\s*[2-9]\s*-|[2-9]\s*쪽|\(?\s*[2-9]\s*쪽\s*중|제\s*[2-9]\s*쪽)\W*$"
)
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
    untitled = (
        kind.type == OTHER or (kind.type == form.type and kind.title < 0.7) or kind.confidence < _UNSURE
    )
    if kind.type == BLANK or not untitled or form.kind == "cover" or page.page.problem:
        return False
    if any(_FURTHER.match(line.text) for line in page.page.lines):
        return True
    if find_labels(page.blocks, (*_continued_marks(), *form.continued.marks), 0.85):
        return True
    return form.continued.same_columns and _same_columns(last.pages[-1], page)


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


@lru_cache(maxsize=1)
def _continued_marks() -> tuple[str, ...]:
    path = config_settings.layered("forms/_continued.yaml")[-1]
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8"))["marks"])
