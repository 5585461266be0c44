"""지출결의서 and 지급명세서: asked for here, made by the bot payments.papers."""

from __future__ import annotations

from sqlmodel import Session

from queues.models import WorkItem
from queues.work_again import add_again

PAPERS = "payments.papers"
OF_ITSELF, ASKED_FOR = 0, 50
"""Priorities: a person who waits before it goes before what is made along the way."""


def print_order(session: Session, order_id: int, actor: str, *, priority: int = ASKED_FOR) -> WorkItem:
    """Have the paper of an order made of what it says by now, with the agreements that there are."""
    return add_again(
        session,
        PAPERS,
        f"payment_order:{order_id}",
        payload={"order_id": order_id},
        priority=priority,
        actor=actor,
    )


def print_batch(session: Session, batch_id: int, actor: str, *, priority: int = ASKED_FOR) -> WorkItem:
    """Have the papers of a batch made: its sheet (PDF) and the whole list (XLSX)."""
    return add_again(
        session,
        PAPERS,
        f"payment_batch:{batch_id}",
        payload={"batch_id": batch_id},
        priority=priority,
        actor=actor,
    )
