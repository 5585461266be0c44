"""Pages of a delivery for the viewer, with the fields that were read marked on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session, col, select

from dashboard.parts.korean import PROBLEMS, confidence
from dashboard.parts.korean import field as field_label
from dashboard.parts.viewer import Mark, Sheet
from dashboard.reads.document_types import title
from queues.models import Document, Page, ReadField


def pages_of(session: Session, delivery_id: int) -> Sequence[Page]:
    """In the order of their numbers."""
    query = select(Page).where(Page.delivery_id == delivery_id).order_by(col(Page.number))
    return session.exec(query).all()


def tone_of(field: ReadField) -> str:
    """good: sure; busy: corrected by a person; warn: rather unsure; bad: doubtful."""
    if field.corrected_by is not None:
        return "busy"
    if field.doubtful:
        return "bad" if field.confidence < 0.5 else "warn"
    return "good"


def sheets(
    pages: Iterable[Page], documents: Iterable[Document], fields: Iterable[ReadField], *, revealed: bool
) -> list[Sheet]:
    """What the viewer shows. The picture of a page differs by whether numbers in it are painted over."""
    types = {number: d.type for d in documents for number in d.pages}
    marks: dict[int, list[Mark]] = {}
    for f in fields:
        if f.box:
            marks.setdefault(f.page, []).append(_mark(f, f.box))
    query = "?full=1" if revealed else ""
    return [
        Sheet(
            number=p.number,
            title=title(types.get(p.number, p.type)),
            width=p.width or 1,
            height=p.height or 1,
            image=f"/page-image/{p.id}{query}" if p.image_sha256 else "",
            thumb=f"/page-image/{p.id}/small" if p.image_sha256 else "",
            tone="bad" if p.problem else "",
            problem=problem_text(p.problem),
            boxes=marks.get(p.number, []),
        )
        for p in pages
    ]


def problem_text(code: str | None) -> str:
    """Why a page could not be read, in a sentence."""
    return PROBLEMS.get(code, f"읽을 수 없는 쪽입니다({code}).") if code else ""


def _mark(field: ReadField, box: Mapping[str, int]) -> Mark:
    label = f"{field_label(field.name)} · 확신도 {confidence(field.confidence)}"
    return Mark(
        field=str(field.id),
        label=label,
        tone=tone_of(field),
        left=box["left"],
        top=box["top"],
        right=box["right"],
        bottom=box["bottom"],
    )
