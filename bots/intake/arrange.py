"""intake.arrange: the pages of a delivery become the documents that a person made of them.

Rows of documents are used again, so that what was said about them stays with them; what is left over is
superseded. Attachments of changed documents end, and they are linked anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, delete, select

from bots.intake.attach import detach
from bots.intake.corrections import pages_found, type_found
from bots.intake.link import settle_delivery
from bots.intake.reread import read_again
from bots.intake.restore import put_in_order, settle_pending, supersede
from queues import audit, finding, reviews, work
from queues.arranging import ARRANGE, documents_with_pages
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Delivery, Document, DocumentState, Effect, LinkCandidate
from queues.snapshots import live_attachments


@bot(ARRANGE, title="쪽 정리 반영", concurrency=2)
def run(item: Work) -> Outcome:
    """Carry out one arrangement of pages."""
    arrange_pages(int(item.payload["effect_id"]))
    return Outcome()


def arrange_pages(effect_id: int) -> None:
    """Make the documents of an arrangement, once; have what changed linked."""
    with record() as session:
        delivery_id = session.exec(select(Effect.delivery_id).where(Effect.id == effect_id)).one()
        delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
        settle_pending(session, delivery)
        settle_arrangements(session, delivery)


def settle_arrangements(session: Session, delivery: Delivery) -> None:
    """Carry out what was arranged in a delivery (locked), before anything that was decided later."""
    query = select(Effect).where(Effect.delivery_id == delivery.id, col(Effect.undone_at).is_(None))
    for effect in session.exec(query.order_by(col(Effect.id)).with_for_update()).all():
        if "plan" in effect.after and "done" not in effect.after and effect.undo_asked_at is None:
            _carry_out(session, delivery, effect)


def _carry_out(session: Session, delivery: Delivery, effect: Effect) -> None:
    changed = _make(session, delivery, effect, f"account:{effect.made_by}")
    effect.after = {**effect.after, "done": True}
    session.add(effect)
    if changed:
        payload = {"delivery_id": delivery.id, "again": True}
        work.add(session, "intake.link", f"delivery:{delivery.id}:arranged:{effect.id}", payload=payload)
    settle_delivery(session, delivery)
    finding.remember(session, delivery.id)


def _make(session: Session, delivery: Delivery, effect: Effect, actor: str) -> list[Document]:
    before = documents_with_pages(session, delivery.id)
    pages_before = [list(row.pages) for row in before]
    plan: list[list[Any]] = effect.after["plan"]
    old = [row for row in before if row.id in effect.documents]
    rows, made, changed = _rows_for(session, delivery, plan, before, old)
    for row in old:
        _loosen(session, row, actor)
        if row not in rows:
            supersede(session, row)
    for row, (pages, kind) in zip(rows, plan, strict=True):
        if row in changed:
            if kind and row not in made and kind != row.type and row.pages == pages:
                type_found(session, effect, row, kind, effect.made_by)
            _become(session, row, pages, kind)
    session.flush()
    put_in_order(session, delivery.id, {row.id: n for n, row in enumerate(rows)})
    read_again(session, delivery.id, documents_with_pages(session, delivery.id), {r.id for r in changed})
    effect.documents = [*effect.documents, *(r.id for r in made)]
    effect.after = {**effect.after, "made": [r.id for r in made]}
    if pages_before != [pages for pages, _ in plan]:
        pages_found(session, effect, delivery.id, pages_before, [pages for pages, _ in plan], effect.made_by)
    audit.record(
        session, actor, "delivery.arranged", "delivery", delivery.id,
        effect=effect.id, documents=[r.id for r in rows],
    )  # fmt: skip
    return changed


def _rows_for(
    session: Session,
    delivery: Delivery,
    plan: Sequence[Sequence[Any]],
    before: list[Document],
    old: list[Document],
) -> tuple[list[Document], list[Document], list[Document]]:
    """A row for every planned document, in order; those of them that are new; those whose pages or type change."""
    free = list(old)
    rows: list[Document | None] = []
    for pages, _ in plan:
        stays = next((r for r in before if r not in old and r.pages == pages), None)
        rows.append(stays)
    for n, (pages, _) in sorted(enumerate(plan), key=lambda entry: -len(entry[1][0])):
        if rows[n] is None:
            kin = max(free, key=lambda r: (pages[0] in r.pages, len(set(pages) & set(r.pages))), default=None)
            if kin is not None and set(pages) & set(kin.pages):
                free.remove(kin)
                rows[n] = kin
    made = []
    for n, row in enumerate(rows):
        if row is None:
            new = Document(delivery_id=delivery.id, position=1 - 2**31 + n, type="other", pages=[])
            session.add(new)
            made.append(new)
            rows[n] = new
    session.flush()
    given = [row for row in rows if row is not None]
    return given, made, [row for row in given if row in old or row in made]


def _loosen(session: Session, row: Document, actor: str) -> None:
    """Nothing holds on to a document that is about to become another."""
    for attachment in live_attachments(session, row.id):
        detach(session, attachment, actor)
    reviews.cancel_for(session, actor=actor, document_id=row.id)
    session.exec(delete(LinkCandidate).where(col(LinkCandidate.document_id) == row.id))


def _become(session: Session, row: Document, pages: Sequence[int], kind: str) -> None:
    row.pages = list(pages)
    row.type = kind
    row.state, row.reason, row.probability, row.duplicate_of = DocumentState.READ, "", None, None
    row.version += 1
    session.add(row)
