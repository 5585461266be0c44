"""결재란: who agreed to a batch, and when."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from bots.payments.papers.render import day
from queues import days
from queues.models import Account, Approval, ApprovalState

STEPS = {"draft": "담당", "commitment": "재무관", "order": "지출관", "cashier": "출납공무원"}


def approvals(session: Session, batch_id: int | None) -> list[dict[str, Any]]:
    """A cell for each step of the line; empty where nobody has agreed (yet) in the newest round."""
    agreed = {step.duty: step for step in _newest_round(session, batch_id)} if batch_id else {}
    return [_cell(session, title, agreed.get(duty)) for duty, title in STEPS.items()]


def _newest_round(session: Session, batch_id: int) -> list[Approval]:
    query = select(Approval).where(Approval.subject == f"payment_batch:{batch_id}")
    steps = session.exec(query.order_by(col(Approval.round), col(Approval.step))).all()
    return [s for s in steps if s.round == steps[-1].round and s.state == ApprovalState.APPROVED]


def _cell(session: Session, title: str, step: Approval | None) -> dict[str, Any]:
    if step is None or step.decided_by is None or step.decided_at is None:
        return {"title": title, "name": "", "on": None}
    who = session.get(Account, step.decided_by)
    return {"title": title, "name": who.display_name if who else "", "on": day(days.day_of(step.decided_at))}
