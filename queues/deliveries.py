"""Entering what arrived into the record, exactly once, whatever way it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from queues import audit, search_keys, work
from queues.database import session as record
from queues.models import Delivery


@dataclass(frozen=True, slots=True)
class Arrived:
    """What arrived, its bytes being in the file store already.

    source       the way in and its name: `fax:NAME`, `scan:NAME`, `mail:NAME`, `portal:NAME`, `desk:NAME`
    reference    unique within its source, for ever: the same again is the same delivery
    received_at  when the center received it; starts the processing period
    status       the server's word on the reception, "" when it went well or nobody says
    entered_by   the account that handed it in, if a person did
    given_receipt_no   the case that it was handed in for, as a person said, or ""
    """

    source: str
    reference: str
    received_at: datetime
    sha256: str
    name: str
    caller: str = ""
    sender: str = ""
    status: str = ""
    entered_by: int | None = None
    given_receipt_no: str = ""


def enter(arrived: Arrived, *, actor: str = "bot:intake.spool") -> int:
    """Enter a delivery and the work of reading it; returns its id. Entering it again changes nothing."""
    with record() as session:
        return enter_in(session, arrived, actor=actor)


def enter_in(session: Session, arrived: Arrived, *, actor: str) -> int:
    """The same in the caller's transaction."""
    row = {
        "source": arrived.source,
        "source_ref": arrived.reference,
        "received_at": arrived.received_at,
        "caller_number": arrived.caller,
        "sender_name": arrived.sender,
        "receive_status": arrived.status,
        "original_sha256": arrived.sha256,
        "original_name": arrived.name,
        "entered_by": arrived.entered_by,
        "given_receipt_no": arrived.given_receipt_no,
    }
    statement = insert(Delivery).values(**row).on_conflict_do_nothing().returning(col(Delivery.id))
    new = session.execute(statement).scalar_one_or_none()
    if new is None:
        known = select(Delivery.id).where(
            Delivery.source == arrived.source, Delivery.source_ref == arrived.reference
        )
        return session.exec(known).one()
    work.add(session, "intake.read", f"delivery:{new}", payload={"delivery_id": new})
    search_keys.remember(session, int(new))
    audit.record(session, actor, "delivery.taken", "delivery", new, source=arrived.source)
    return int(new)
