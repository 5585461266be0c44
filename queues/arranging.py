"""Splitting, merging and reordering the pages of a delivery: asked for here, carried out by `intake.arrange`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from queues import audit, reviews, snapshots, work
from queues.consequences import under_way
from queues.errors import NotArrangeable, StaleDecision
from queues.models import (
    Account,
    Delivery,
    DeliveryState,
    Document,
    DocumentState,
    OutwardState,
    Page,
    Registration,
)

ARRANGE = "intake.arrange"
_READ = (DeliveryState.LINKED, DeliveryState.REVIEW, DeliveryState.DONE)


@dataclass(frozen=True, slots=True)
class Arranged:
    """A document as a person wants it: its pages in order, and its type, "" for what the reader makes of it."""

    pages: Sequence[int]
    type: str = ""


def arrange(
    session: Session,
    delivery_id: int,
    documents: Sequence[Arranged],
    seen: Mapping[int, int],
    account: Account,
) -> int:
    """Have the pages of a delivery be these documents, in this order; returns the id of the `Effect`.

    seen  version of every document that has pages, as the screen showed it, by id

    Documents that have the same pages and type as before keep everything; of the others the open questions
    are withdrawn at once, for what they ask about will be gone. `queues.undoing.undo_effect` takes it back.

    Raises `StaleDecision` when documents have changed since, or a decision about one of them is still to be
    carried out; `NotArrangeable` when a page is missing, twice or unknown, or when the delivery is not read
    yet, is rejected, or one of the changed documents has gone to another center or is being registered.
    """
    delivery = session.get_one(Delivery, delivery_id, with_for_update=True, populate_existing=True)
    if delivery.state not in _READ:
        raise NotArrangeable("아직 판독 중이거나 반려된 배달은 쪽을 나눌 수 없습니다.")
    rows = documents_with_pages(session, delivery_id)
    if {row.id: row.version for row in rows} != dict(seen):
        raise StaleDecision(f"documents of delivery {delivery_id} have changed since they were shown")
    _every_page_once(session, delivery_id, documents)
    plan = [[list(d.pages), d.type] for d in documents]
    changed = [row for row in rows if not _stays(row, documents)]
    _may_change(session, delivery_id, changed)
    effect = snapshots.begin(session, delivery, rows, kind="arrangement", made_by=account.id)
    effect.documents = [row.id for row in changed]
    effect.after = {**effect.after, "plan": plan}
    session.add(effect)
    actor = f"account:{account.id}"
    for row in changed:
        row.version += 1
        session.add(row)
        reviews.cancel_for(session, actor=actor, document_id=row.id)
    audit.record(
        session, actor, "delivery.arrange", "delivery", delivery_id,
        effect=effect.id, before=[row.pages for row in rows], after=[pages for pages, _ in plan],
    )  # fmt: skip
    work.add(
        session, ARRANGE, f"effect:{effect.id}", payload={"effect_id": effect.id}, priority=100, actor=actor
    )
    return effect.id


def documents_with_pages(session: Session, delivery_id: int) -> list[Document]:
    """The documents of a delivery in their order, but those whose pages are in others now; locked."""
    query = select(Document).where(
        Document.delivery_id == delivery_id, Document.state != DocumentState.SUPERSEDED
    )
    ordered = query.order_by(col(Document.position)).with_for_update()
    return list(session.exec(ordered.execution_options(populate_existing=True)))


def _stays(row: Document, documents: Sequence[Arranged]) -> bool:
    return any(list(d.pages) == row.pages and d.type in ("", row.type) for d in documents)


def _every_page_once(session: Session, delivery_id: int, documents: Sequence[Arranged]) -> None:
    known = sorted(session.exec(select(Page.number).where(Page.delivery_id == delivery_id)))
    given = sorted(n for d in documents for n in d.pages)
    if any(not d.pages for d in documents):
        raise NotArrangeable("쪽이 하나도 없는 문서가 있습니다.")
    if twice := {n for n in given if given.count(n) > 1}:
        raise NotArrangeable(f"{_listed(twice)}쪽이 두 번 들어 있습니다.")
    if missing := set(known) - set(given):
        raise NotArrangeable(f"{_listed(missing)}쪽이 어느 문서에도 없습니다.")
    if unknown := set(given) - set(known):
        raise NotArrangeable(f"{_listed(unknown)}쪽은 이 배달에 없습니다.")


def _listed(numbers: set[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))


def _may_change(session: Session, delivery_id: int, changed: Sequence[Document]) -> None:
    if any(row.state == DocumentState.TRANSFERRED for row in changed):
        raise NotArrangeable("이송한 문서가 있습니다. 이송을 먼저 되돌려 주십시오.")
    ids = [row.id for row in changed]
    registering = select(Registration.id).where(
        col(Registration.document_id).in_(ids), Registration.state == OutwardState.PENDING
    )
    if session.exec(registering).first() is not None:
        raise NotArrangeable("신규 접수 중인 문서가 있습니다. 접수가 끝난 뒤 다시 해 주십시오.")
    if under_way(session, delivery_id, ids):
        raise StaleDecision(f"what was decided about delivery {delivery_id} is still to be carried out")
