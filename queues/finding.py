"""Finding a delivery, in whatever state it is, by what somebody on the telephone can say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, or_, tuple_
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select

from config.settings import settings
from queues import database
from queues.asked import Asked, understand
from queues.models import Delivery, DeliveryKey, DeskFile
from queues.search_keys import Key, name_key, phone_key, receipt_key, receipt_tail, remember

__all__ = ["Asked", "Found", "Hit", "catch_up", "find", "remember", "search", "understand"]

SHOWN = 30
_ENDS = (4, 7, 8)

Term = tuple[Key, ...]
"""Keys of which one at least has to be there."""

Place = tuple[datetime, int]
"""Where a page of results ended: the last one's time and number."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A delivery that was found. `sure` is false where only a case that it may belong to fits."""

    delivery: Delivery
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What a line was understood as, and the latest deliveries that fit; `more`: there are others."""

    asked: Asked
    hits: Sequence[Hit]
    more: bool


def search(session: Session, line: str, *, now: datetime | None = None, after: Place | None = None) -> Found:
    """Understand a line and find the deliveries that it means, latest first; none when it asks for nothing.

    after   go on behind this place, for the next page
    """
    moment = (now or datetime.now(UTC)).astimezone(ZoneInfo(settings().timezone))
    asked = understand(line, moment)
    hits = find(session, asked, after=after, limit=SHOWN + 1) if asked else []
    return Found(asked, hits[:SHOWN], len(hits) > SHOWN)


def find(session: Session, asked: Asked, *, after: Place | None = None, limit: int = SHOWN) -> list[Hit]:
    """The latest deliveries for which all that is asked holds."""
    wanted = _conditions(session, asked)
    if after is not None:
        wanted.append(tuple_(col(Delivery.received_at), col(Delivery.id)) < tuple_(*after))
    rows: dict[int, Hit] = {}
    names = _spellings(asked.names)
    for spelling in names:
        terms = sorted([*_numbers(asked), *spelling], key=_rank)
        drivers = terms[0] if terms else (None,)
        for driver in drivers:
            for hit in _latest(session, asked, driver, terms[1:], wanted, limit):
                known = rows.get(hit.delivery.id)
                if known is None or (hit.sure and not known.sure):
                    rows[hit.delivery.id] = hit
    ordered = sorted(rows.values(), key=lambda h: (h.delivery.received_at, h.delivery.id), reverse=True)
    return ordered[:limit]


def _latest(
    session: Session,
    asked: Asked,
    driver: Key | None,
    others: Sequence[Term],
    wanted: Sequence[ColumnElement[bool]],
    limit: int,
) -> list[Hit]:
    """Walks the driver's keys, or the deliveries, from the latest on: one index gives both which and in what order."""
    also = [*wanted, *(_has(term) for term in others)]
    if driver is None:
        by_time = (col(Delivery.received_at).desc(), col(Delivery.id).desc())
        query = select(Delivery).where(*also, *_within(asked, col(Delivery.received_at)))
        return [Hit(d) for d in session.exec(query.order_by(*by_time).limit(limit))]
    kind, key = driver
    at = col(DeliveryKey.received_at)
    keyed = (
        select(Delivery, DeliveryKey.sure)
        .join(DeliveryKey, col(DeliveryKey.delivery_id) == col(Delivery.id))
        .where(DeliveryKey.kind == kind, DeliveryKey.key == key, *_within(asked, at), *also)
        .order_by(at.desc(), col(DeliveryKey.delivery_id).desc())
        .limit(limit)
    )
    return [Hit(d, sure) for d, sure in session.exec(keyed)]


def _has(term: Term) -> ColumnElement[bool]:
    also = aliased(DeliveryKey)
    fits = or_(*(and_(col(also.kind) == k, col(also.key) == b) for k, b in term))
    return select(also.delivery_id).where(also.delivery_id == Delivery.id, fits).exists()


def _within(asked: Asked, at: Mapped[datetime]) -> list[ColumnElement[bool]]:
    return [at >= asked.span.start, at < asked.span.end] if asked.span else []


def _conditions(session: Session, asked: Asked) -> list[ColumnElement[bool]]:
    """What is asked of a delivery's own columns."""
    wanted: list[ColumnElement[bool]] = []
    if asked.pages:
        least, most = asked.pages
        count = col(Delivery.page_count)
        wanted.append(count == least if least == most else count.between(least, most))
    if asked.sources:
        known = [s for s in ways_in(session) if s.partition(":")[0] in asked.sources]
        wanted.append(col(Delivery.source).in_(known) if known else false())
    if asked.deliveries:
        wanted.append(col(Delivery.id).in_(asked.deliveries))
    if asked.entries:
        handed = select(DeskFile.delivery_id).where(col(DeskFile.entry_id).in_(asked.entries))
        wanted.append(col(Delivery.id).in_(handed))
    return wanted


def _numbers(asked: Asked) -> list[Term]:
    terms: list[Term] = [(phone_key(p),) for p in asked.phones]
    terms += [(receipt_key(r),) for r in asked.receipts]
    for digits in asked.tails:
        keys = [receipt_key(receipt_tail(digits))] if digits.strip("0") else []
        if len(digits) in _ENDS:
            keys.append(phone_key(digits))
        terms.append(tuple(keys) or (phone_key(digits),))
    return terms


def _spellings(names: Sequence[str]) -> list[list[Term]]:
    """`김 서연` is looked for as two words and as one."""
    apart: list[Term] = [(name_key(n),) for n in names]
    return [apart, [(name_key("".join(names)),)]] if len(names) > 1 else [apart]


def _rank(term: Term) -> int:
    """Which keys are rare: a number's before a name's."""
    return min({"receipt": 0, "phone": 1}.get(kind, 2) for kind, _ in term)


def ways_in(session: Session) -> list[str]:
    """The sources that deliveries have come by, read off their index by leaps."""
    found: list[str] = []
    while True:
        following = select(Delivery.source).order_by(col(Delivery.source)).limit(1)
        if found:
            following = following.where(Delivery.source > found[-1])
        source = session.exec(following).first()
        if source is None:
            return found
        found.append(source)


def catch_up(most: int = 2000, *, batch: int = 100) -> int:
    """Give keys to deliveries that came before there were any; returns how many got theirs."""
    done = 0
    while done < most:
        with database.session() as session:
            query = (
                select(Delivery.id)
                .where(Delivery.keyed == 0)
                .order_by(col(Delivery.id).desc())
                .limit(min(batch, most - done))
                .with_for_update(skip_locked=True)
            )
            ids = session.exec(query).all()
            for delivery_id in ids:
                remember(session, delivery_id)
        done += len(ids)
        if len(ids) < batch:
            break
    return done
