"""The same papers sent again: found by keys, compared with what earlier deliveries held."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.dialects.postgresql import array
from sqlmodel import Session, col, select

from ocr.linking.sameness import SURE, Fingerprint, same
from queues import crypto
from queues.models import Delivery, DeliveryTrace

# A paper that comes again after so long is looked at as a new one.
_WITHIN = timedelta(days=60)
_MOST = 200


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
    query = (
        select(DeliveryTrace)
        .where(
            shared,
            DeliveryTrace.delivery_id != delivery.id,
            col(DeliveryTrace.received_at) > delivery.received_at - _WITHIN,
        )
        .order_by(col(DeliveryTrace.received_at).desc())
        .limit(_MOST)
    )
    return list(session.exec(query))


def _keys(print_: Fingerprint) -> list[str]:
    return sorted({crypto.blind_index("paper", key).hex()[:24] for key in print_.keys})


def _opened(trace: DeliveryTrace) -> Fingerprint:
    if trace.fingerprint_enc is None:
        return Fingerprint(())
    return Fingerprint.from_dict(json.loads(crypto.open_(trace.fingerprint_enc)))
