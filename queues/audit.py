"""The log of acts: events are added with the change they tell of, and chained soon after.

Chaining inside every transaction would make all of them wait for each other; so events are plain
rows at first, and one sealer under a lease chains them, each link with the hash of the one before.
Accesses to people's data (`queues.access`) are chained in the same way.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from queues.audit_chain import Verification, seal_pending, verify
from queues.models import AuditEvent

__all__ = ["Verification", "record", "seal_pending", "verify"]


def record(
    session: Session,
    actor: str,
    action: str,
    subject_type: str,
    subject_id: int | str,
    **detail: Any,
) -> AuditEvent:
    """Note an act in the caller's transaction.

    actor    "bot:intake.read", "account:3" or "system"
    action   "document.attach", "review.decide", ...
    detail   ids, codes and reasons; no values of people
    """
    event = AuditEvent(
        actor=actor, action=action, subject_type=subject_type, subject_id=str(subject_id), detail=detail
    )
    session.add(event)
    return event
