"""Recordings of a counselor that have not ended: being made, or left behind by a browser that went away."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from dashboard.parts.times import short
from dashboard.reads.cases import cases
from dashboard.reads.masked import shown
from queues import talk_pieces
from queues.models import CounselingSession


def unfinished(session: Session, account_id: int) -> list[dict[str, Any]]:
    """As the browser is told: whose case it is (masked), since when, and when the last piece of it came."""
    return [told(session, talk) for talk in talk_pieces.unfinished(session, account_id)]


def told(session: Session, talk: CounselingSession) -> dict[str, Any]:
    """One of them."""
    found = cases(session, [talk.application_id] if talk.application_id else [])
    case = found.get(talk.application_id or 0)
    last = talk_pieces.last_at(session, talk.id)
    return {
        "id": talk.id,
        "began": short(talk.held_at),
        "seconds": max(0, round((last - talk.held_at).total_seconds())) if last else 0,
        "pieces": last is not None,
        "last": short(last) if last else "",
        "receipt_no": case.receipt_no if case else "",
        "who": shown("name", case.values.get("name", ""), revealed=False) if case else "",
    }
