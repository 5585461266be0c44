"""What a person says a document is and holds takes the place of what the reader made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from bots.intake.attach import tell_anew
from bots.intake.corrections import field_found, type_found
from bots.intake.reread import read_again
from queues import audit, crypto, masking
from queues.arranging import documents_with_pages
from queues.completeness import settle_completeness
from queues.models import Attachment, Document, Effect, ReadField, ReviewTask
from queues.sealed_fields import decided_fields, decided_people
from queues.snapshots import live_attachments

CHANGEABLE = ("account", "bank", "phone", "address")
"""Of these the system of record takes a change over, when a person has accepted it."""


def correct(
    session: Session,
    effect: Effect,
    task: ReviewTask,
    document: Document,
    decision: Mapping[str, Any],
    actor: str,
) -> set[str]:
    """Take over type and values of a decision; returns the names of the document's own corrected fields.

    A document with another type than before is read again first, so that what was typed goes over that.
    Where it stays attached, the system of record hears of it by `tell_again`.
    """
    changed = _correct_type(
        session, effect, document, str(decision.get("type") or ""), task.decided_by, actor
    )
    fields = decided_fields(decision)
    people = {0: fields, **decided_people(decision)}
    for person, values in people.items():
        for name, value in values.items():
            _correct_field(session, effect, document, (person, name), value, task.decided_by)
    if decision.get("action") in ("attach", "correct", "register"):
        _confirm(session, effect, task, document, fields)
    named = sorted(f"{person}:{name}" if person else name for person, v in people.items() for name in v)
    if named:
        audit.record(session, actor, "document.corrected", "document", document.id, fields=named)
    return set(named) | ({"type"} if changed else set())


def accepted(decision: Mapping[str, Any]) -> set[str]:
    """The differences that a person takes for changes, as far as the system of record takes such over."""
    return {name for name in decision.get("accept") or () if name in CHANGEABLE}


def tell_again(
    session: Session, attachment: Attachment, corrected: set[str], accept: set[str], actor: str
) -> None:
    """An attachment that stays: told anew when its document was corrected or a change was accepted.

    What was accepted before stays accepted unless its value is another one now.
    """
    all_accepted = (set(attachment.accepted) - corrected) | accept
    if corrected or all_accepted != set(attachment.accepted):
        tell_anew(session, attachment, actor, all_accepted)


def _correct_type(
    session: Session, effect: Effect, document: Document, kind: str, account_id: int | None, actor: str
) -> bool:
    """Whether the type changes. It may complete, or leave incomplete, the applications that have the document."""
    if not kind:
        return False
    if kind == document.type:
        return False
    type_found(session, effect, document, kind, account_id)
    audit.record(session, actor, "document.type", "document", document.id, was=document.type, now=kind)
    document.type = kind
    session.add(document)
    session.flush()
    rows = documents_with_pages(session, document.delivery_id)
    read_again(session, document.delivery_id, rows, {document.id})
    for attachment in live_attachments(session, document.id):
        settle_completeness(session, attachment.application_id, actor)
    return True


def _correct_field(
    session: Session,
    effect: Effect,
    document: Document,
    field: tuple[int, str],
    value: str,
    account_id: int | None,
) -> None:
    """What a person read goes in the place of what the machine read, which is kept beside."""
    person, name = field
    row = _field(session, document, person, name) or ReadField(
        document_id=document.id, person=person, name=name, page=document.pages[0] if document.pages else 0
    )
    field_found(session, effect, document, row, value, account_id)
    if row.value_enc and row.corrected_by is None and crypto.open_(row.value_enc) != value:
        row.corrected_from_enc = row.value_enc
    row.value_enc, row.value_masked = crypto.seal(value), masking.field(name, value)
    row.confidence, row.doubtful, row.corrected_by = 1.0, False, account_id
    session.add(row)
    session.flush()


def _confirm(
    session: Session, effect: Effect, task: ReviewTask, document: Document, typed: Mapping[str, str]
) -> None:
    """Values that were asked about and left as they are: a person has looked and found them right."""
    for name in task.evidence.get("fields") or ():
        row = _field(session, document, 0, name)
        if name not in typed and row is not None and row.value_enc and row.corrected_by is None:
            field_found(session, effect, document, row, crypto.open_(row.value_enc), task.decided_by)


def _field(session: Session, document: Document, person: int, name: str) -> ReadField | None:
    query = select(ReadField).where(
        ReadField.document_id == document.id, ReadField.person == person, ReadField.name == name
    )
    return session.exec(query).one_or_none()
