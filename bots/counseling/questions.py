"""What people are asked about a talk, and when it has answered itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from config import review_reasons
from config.settings import settings
from queues import days, reviews
from queues.models import Account, CounselingSession, ReviewTask

LINK, CONSENT, RECORDING = "counseling_link", "counseling_consent", "counseling_recording"
"""Whose talk it is; whether the person agreed to the recording; what becomes of a file that cannot be heard."""


def ask(
    session: Session,
    talk: CounselingSession,
    kind: str,
    reason: str,
    *,
    evidence: Mapping[str, Any] | None = None,
    refused: str = "",
    actor: str,
) -> ReviewTask:
    """Ask about a talk; while the same is asked already, it is that one.

    evidence   ids and codes; refused: why the answer before could not be carried out, a code
    """
    words = review_reasons.question(reason)
    if refused:
        words = f"{review_reasons.title(f'talk_refused_{refused}')} {words}".strip()
    task = reviews.open_task(
        session,
        kind=kind,
        reason=reason,
        question=words,
        session_id=talk.id,
        application_id=talk.application_id,
        evidence=dict(evidence or {}) | ({"refused": refused} if refused else {}),
        due_at=days.answer_by(datetime.now(UTC), settings().answer_within_days),
        actor=actor,
    )
    counselor = session.get(Account, talk.counselor_id) if talk.counselor_id else None
    if counselor is not None and counselor.officer_id is not None:
        task.officer_id = counselor.officer_id  # a talk is its counselor's, whoever has the case
        session.add(task)
    return task
