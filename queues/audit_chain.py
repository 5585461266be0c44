"""The chain over the log: sealing what is new, and finding the first link that is broken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from queues import audit_anchor, database
from queues.models import AccessLog, AuditEvent, AuditSeal

_GENESIS = "0" * 64
_BATCH = 2_000
# Rows get their number before they are committed: one may appear below others already sealed.
_LATE = 50_000
_TABLES: dict[str, Any] = {"event": AuditEvent, "access": AccessLog}


@dataclass(frozen=True)
class Verification:
    """links: how many were checked; unsealed: rows not chained yet; broken: the first broken link."""

    links: int
    unsealed: int
    broken: int | None = None
    reason: str = ""

    @property
    def whole(self) -> bool:
        return self.broken is None


def seal_pending(limit: int = _BATCH) -> int:
    """Chain rows that are not chained yet, oldest first; returns how many.

    To be called by the holder of the lease "sealer" alone; a second one fails on the key.
    """
    with database.session() as session:
        last = session.exec(select(AuditSeal).order_by(col(AuditSeal.sequence).desc()).limit(1)).first()
        sequence, previous = (last.sequence, last.hash) if last else (0, _GENESIS)
        rows = [
            row for kind in _TABLES for row in ((kind, found) for found in _unsealed(session, kind, limit))
        ]
        rows.sort(key=lambda pair: (pair[1].at, pair[0], pair[1].id))
        for kind, row in rows[:limit]:
            sequence += 1
            link = _hash(previous, sequence, kind, row)
            session.add(
                AuditSeal(sequence=sequence, kind=kind, event_id=row.id, previous=previous, hash=link)
            )
            previous = link
    if rows:
        audit_anchor.drop(sequence, previous)
    return min(len(rows), limit)


def verify() -> Verification:
    """Check every link from the beginning; stops at the first that is broken.

    The head that the sealer last noted on this machine's disk (`queues.audit_anchor`) tells when the
    end of the chain was cut off, or the whole of it made anew.
    """
    anchor = audit_anchor.find()
    with database.session() as session:
        previous, sequence = _GENESIS, 0
        while seals := _next_seals(session, sequence):
            rows = {kind: _rows(session, kind, seals) for kind in _TABLES}
            for seal in seals:
                fault = _fault(seal, sequence + 1, previous, rows[seal.kind].get(seal.event_id))
                if not fault and anchor and seal.sequence == anchor[0] and seal.hash != anchor[1]:
                    fault = "the chain up to here was made anew since it was sealed"
                if fault:
                    return Verification(sequence, _count_unsealed(session), seal.sequence, fault)
                sequence, previous = seal.sequence, seal.hash
            session.expunge_all()
        unsealed = _count_unsealed(session)
    if anchor and anchor[0] > sequence:
        return Verification(
            sequence, unsealed, sequence + 1, f"the chain was cut off: it had {anchor[0]} links"
        )
    return Verification(sequence, unsealed)


def _fault(seal: AuditSeal, sequence: int, previous: str, row: AuditEvent | AccessLog | None) -> str:
    if seal.sequence != sequence:
        return f"link {sequence} is missing"
    if seal.previous != previous:
        return "it does not follow from the link before it"
    if row is None:
        return f"its row ({seal.kind} {seal.event_id}) is missing"
    if seal.hash != _hash(previous, sequence, seal.kind, row):
        return f"its row ({seal.kind} {seal.event_id}) was changed"
    return ""


def _hash(previous: str, sequence: int, kind: str, row: AuditEvent | AccessLog) -> str:
    told = {name: _plain(value) for name, value in row.model_dump().items()}
    body = json.dumps([previous, sequence, kind, told], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _unsealed(session: Session, kind: str, limit: int) -> Sequence[AuditEvent | AccessLog]:
    table = _TABLES[kind]
    highest = session.exec(select(func.max(AuditSeal.event_id)).where(AuditSeal.kind == kind)).one() or 0
    sealed = select(AuditSeal.event_id).where(AuditSeal.kind == kind, AuditSeal.event_id == table.id)
    found: Sequence[AuditEvent | AccessLog] = session.exec(
        select(table).where(table.id > highest - _LATE, ~sealed.exists()).order_by(col(table.id)).limit(limit)
    ).all()
    return found


def _next_seals(session: Session, after: int) -> Sequence[AuditSeal]:
    return session.exec(
        select(AuditSeal).where(AuditSeal.sequence > after).order_by(col(AuditSeal.sequence)).limit(_BATCH)
    ).all()


def _rows(session: Session, kind: str, seals: Sequence[AuditSeal]) -> dict[int, AuditEvent | AccessLog]:
    table = _TABLES[kind]
    ids = [seal.event_id for seal in seals if seal.kind == kind]
    found: Sequence[AuditEvent | AccessLog] = session.exec(select(table).where(col(table.id).in_(ids))).all()
    return {row.id: row for row in found}


def _count_unsealed(session: Session) -> int:
    statement = text(
        "SELECT (SELECT count(*) FROM audit_event) + (SELECT count(*) FROM access_log)"
        " - (SELECT count(*) FROM audit_seal)"
    )
    return int(session.execute(statement).scalar_one())
