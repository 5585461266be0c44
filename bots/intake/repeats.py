"""The same papers sent again: found by keys, compared with what earlier deliveries held."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.dialects.postgresql import array
from sqlmodel import Session, col, select

from bots.intake.papers import read_documents, read_pages
from ocr.linking.sameness import IGNORED, SURE, Fingerprint, fingerprint, likeness, same
from queues import crypto
from queues.models import (
    Application,
    Attachment,
    Delivery,
    DeliveryTrace,
    Document,
    DocumentState,
)

# A paper that comes again after so long is looked at as a new one.
_WITHIN = timedelta(days=60)
_MOST = 200
# A document that is likelier another one than this is not said to repeat it.
_LIKE = 0.5


@dataclass(frozen=True, slots=True)
class Repeat:
    """The delivery whose papers came again, and the chance that they are the same (0 to 1)."""

    delivery_id: int
    score: float


def find_repeat(session: Session, delivery: Delivery, print_: Fingerprint) -> Repeat | None:
    """The delivery that brought all these papers before, or None."""
    best: Repeat | None = None
    for trace in _alike(session, delivery, print_):
        score = same(print_, _opened(trace))
        if score >= SURE and (best is None or score > best.score):
            best = Repeat(trace.delivery_id, score)
    return best


def remember(session: Session, delivery: Delivery, print_: Fingerprint) -> None:
    """Keep what the delivery is known by, for those that come after."""
    session.add(
        DeliveryTrace(
            delivery_id=delivery.id,
            received_at=delivery.received_at,
            keys=_keys(print_),
            fingerprint_enc=crypto.seal(json.dumps(print_.to_dict(), ensure_ascii=False)),
        )
    )


def _alike(session: Session, delivery: Delivery, print_: Fingerprint) -> list[DeliveryTrace]:
    keys = _keys(print_)
    if not keys:
        return []
    shared = col(DeliveryTrace.keys).op("?|")(array(keys))  # served by the GIN index
    # Who is turned away sends the same again, and it counts.
    rejected = select(Document.id).where(
        Document.delivery_id == DeliveryTrace.delivery_id, Document.state == DocumentState.REJECTED
    )
    query = (
        select(DeliveryTrace)
        .where(
            shared,
            ~rejected.exists(),
            DeliveryTrace.delivery_id != delivery.id,
            col(DeliveryTrace.received_at) > delivery.received_at - _WITHIN,
        )
        .order_by(col(DeliveryTrace.received_at).desc())
        .limit(_MOST)
    )
    return list(session.exec(query))


def name_repeated(session: Session, rows: Sequence[Document], print_: Fingerprint, repeat: Repeat) -> None:
    """Say of each document which one of the earlier delivery it repeats, each of them once, the likest first."""
    query = select(Document).where(
        Document.delivery_id == repeat.delivery_id, Document.state != DocumentState.SUPERSEDED
    )
    before = list(session.exec(query.order_by(col(Document.position))))
    known = fingerprint(read_pages(session, repeat.delivery_id), read_documents(session, before))
    new = [row for row in rows if row.type not in IGNORED]
    old = [row for row in before if row.type not in IGNORED]
    pairs = sorted(
        ((likeness(a, b), i, k) for i, a in enumerate(print_.papers) for k, b in enumerate(known.papers)),
        key=lambda pair: (-pair[0], abs(pair[1] - pair[2])),
    )
    named: dict[int, int] = {}
    for chance, i, k in pairs:
        if chance >= _LIKE and i not in named and k not in named.values():
            named[i] = k
            new[i].duplicate_of = old[k].id
            session.add(new[i])


def goes_elsewhere(session: Session, repeat: Repeat, receipt_nos: Collection[str]) -> bool:
    """Whether papers that came before are, this time, for other applications than then.

    An identity card is the same for every application; sent for a new one it is news.
    """
    query = (
        select(Application.receipt_no)
        .join(Attachment, col(Attachment.application_id) == col(Application.id))
        .join(Document, col(Attachment.document_id) == col(Document.id))
        .where(Document.delivery_id == repeat.delivery_id, col(Attachment.undone_at).is_(None))
    )
    before = set(session.exec(query))
    return bool(before) and bool(receipt_nos) and before.isdisjoint(receipt_nos)


def _keys(print_: Fingerprint) -> list[str]:
    return sorted({crypto.blind_index("paper", key).hex()[:24] for key in print_.keys})


def _opened(trace: DeliveryTrace) -> Fingerprint:
    if trace.fingerprint_enc is None:
        return Fingerprint(())
    return Fingerprint.from_dict(json.loads(crypto.open_(trace.fingerprint_enc)))
