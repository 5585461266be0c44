"""The documents of a delivery as they are at one moment: kept sealed, so that a person may have them back."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from queues import crypto
from queues.models import (
    Application,
    Attachment,
    Delivery,
    Document,
    Effect,
    LinkCandidate,
    Page,
    ReadField,
    ReviewState,
    ReviewTask,
)

_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)
_ATTACHED = ("application_id", "decided_by", "decided_at", "probability", "evidence", "accepted")


def live_attachments(session: Session, document_id: int) -> list[Attachment]:
    """Where a document is attached now, in the order of the applications."""
    query = select(Attachment).where(
        Attachment.document_id == document_id, col(Attachment.undone_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Attachment.application_id))))


def open_questions(session: Session, document_id: int) -> list[ReviewTask]:
    """Questions about a document that nobody has decided, locked."""
    query = select(ReviewTask).where(ReviewTask.document_id == document_id, col(ReviewTask.state).in_(_OPEN))
    return list(session.exec(query.order_by(col(ReviewTask.id)).with_for_update()))


def begin(
    session: Session,
    delivery: Delivery | None,
    documents: Sequence[Document],
    *,
    kind: str,
    made_by: int | None,
    task_id: int | None = None,
) -> Effect:
    """Note what documents are, before they are changed; the returned row says what then changed them."""
    effect = Effect(
        kind=kind, task_id=task_id, delivery_id=delivery.id if delivery else None, made_by=made_by
    )
    effect.documents = [d.id for d in documents]
    _seal(
        effect,
        {
            "delivery": {"state": delivery.state} if delivery else {},
            "pages": _pages(session, documents),
            "documents": [_document(session, d) for d in documents],
        },
    )
    effect.after = {"cases": _cases(session, documents), "made": []}
    session.add(effect)
    session.flush()
    return effect


def include(session: Session, effect: Effect, documents: Iterable[Document]) -> None:
    """Note further documents, before they are changed, in an effect that has begun."""
    new = [d for d in documents if d.id not in effect.documents]
    if not new:
        return
    before = opened(effect)
    before["documents"] = [*before["documents"], *(_document(session, d) for d in new)]
    _seal(effect, before)
    effect.documents = [*effect.documents, *(d.id for d in new)]
    session.add(effect)


def opened(effect: Effect) -> dict[str, Any]:
    """What `begin` noted: {"delivery": ..., "pages": ..., "documents": [...]}."""
    if effect.before_enc is None:
        return {"delivery": {}, "pages": {}, "documents": []}
    kept: dict[str, Any] = json.loads(crypto.open_(effect.before_enc))
    return kept


def note_case(effect: Effect, application_id: int, status: str) -> None:
    """A document of this effect is attached to this case, whose status was this then."""
    cases = {**effect.after.get("cases", {}), str(application_id): status}
    effect.after = {**effect.after, "cases": cases}


def filled(row: SQLModel, values: dict[str, Any]) -> SQLModel:
    """A row with values as `begin` noted them."""
    for name, value in values.items():
        setattr(row, name, _from_json(name, value))
    return row


def _seal(effect: Effect, before: dict[str, Any]) -> None:
    effect.before_enc = crypto.seal(json.dumps(before, ensure_ascii=False, separators=(",", ":")))


def _pages(session: Session, documents: Sequence[Document]) -> dict[str, list[Any]]:
    """Type and its confidence by the number of the page."""
    found: dict[str, list[Any]] = {}
    for document in documents:
        query = select(Page).where(
            Page.delivery_id == document.delivery_id, col(Page.number).in_(document.pages)
        )
        found |= {str(p.number): [p.type, p.type_confidence] for p in session.exec(query)}
    return found


def _document(session: Session, document: Document) -> dict[str, Any]:
    fields = session.exec(select(ReadField).where(ReadField.document_id == document.id))
    candidates = session.exec(select(LinkCandidate).where(LinkCandidate.document_id == document.id))
    return {
        "row": _values(document, leave=("version",)),
        "fields": [_values(f, leave=("id",)) for f in fields.all()],
        "candidates": [_values(c, leave=("id",)) for c in candidates.all()],
        "attachments": [
            {name: value for name, value in _values(a).items() if name in _ATTACHED}
            for a in live_attachments(session, document.id)
        ],
        "questions": [t.id for t in open_questions(session, document.id)],
    }


def _cases(session: Session, documents: Sequence[Document]) -> dict[str, str]:
    query = (
        select(Application.id, Application.status)
        .join(Attachment, col(Attachment.application_id) == col(Application.id))
        .where(
            col(Attachment.document_id).in_([d.id for d in documents]), col(Attachment.undone_at).is_(None)
        )
    )
    return {str(number): status for number, status in session.exec(query)}


def _values(row: SQLModel, leave: Sequence[str] = ()) -> dict[str, Any]:
    names = [c.name for c in row.__class__.__table__.columns if c.name not in leave]  # type: ignore[attr-defined]
    return {name: _to_json(getattr(row, name)) for name in names}


def _to_json(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value


def _from_json(name: str, value: Any) -> Any:
    if value is not None and name.endswith("_enc"):
        return base64.b64decode(value)
    return datetime.fromisoformat(value) if value is not None and name.endswith("_at") else value
