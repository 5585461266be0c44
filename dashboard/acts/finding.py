"""Answering "has my fax arrived?": each search and each sight in full is noted, its words are not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import REVEAL, REVEAL_HOLDS, note_access, reveal
from dashboard.parts.times import now
from dashboard.reads.found import kinds
from dashboard.visitor import Visitor
from queues import finding
from queues.finding import Found
from queues.models import AccessLog

MOST_AT_ONCE = 60


def search(session: Session, visitor: Visitor, line: str, after: tuple[datetime, int] | None = None) -> Found:
    """Search, and note by what and which deliveries were shown. Raises `NotAllowed`."""
    require(visitor, Right.SEE_DELIVERIES)
    found = finding.search(session, line, after=after)
    if found.asked:
        ids = ", ".join(str(h.delivery.id) for h in found.hits)
        note_access(session, visitor, "deliveries", "search", f"{kinds(found.asked)}: 배달 {ids or '없음'}")
    return found


def revealed_among(session: Session, visitor: Visitor, delivery_ids: Iterable[int]) -> set[int]:
    """Which of these deliveries the visitor has given a reason for within the last half hour."""
    subjects = {f"delivery:{i}": i for i in delivery_ids}
    if not subjects:
        return set()
    query = select(AccessLog.subject).where(
        AccessLog.account_id == visitor.account_id,
        col(AccessLog.subject).in_(subjects),
        AccessLog.action == REVEAL,
        col(AccessLog.at) > now() - REVEAL_HOLDS,
    )
    return {subjects[s] for s in session.exec(query).all()}


def reveal_all(session: Session, visitor: Visitor, delivery_ids: Iterable[int], reason: str) -> None:
    """Show what a search found in full, with one reason for all. Raises `NotAllowed`, `ReasonMissing`."""
    for delivery_id in list(delivery_ids)[:MOST_AT_ONCE]:
        reveal(session, visitor, delivery_id, reason)
