"""On which screen a question is answered: what is about a letter, where the letter is seen; all else at the desk."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from dashboard.reads.notice_kinds import kind_title
from queues.models import Application, Notice, ReviewTask

_LETTERS = "notice"


def about_letter(kind: str) -> bool:
    """Whether a question of this kind is about a letter of ours, not about a paper that came in."""
    return kind.startswith(_LETTERS)


def is_about_letter(session: Session, task_id: int) -> bool:
    """The same by the number of the question; False when there is no such question."""
    kind = session.exec(select(ReviewTask.kind).where(ReviewTask.id == task_id)).one_or_none()
    return kind is not None and about_letter(kind)


def letter_titles(session: Session, tasks: Sequence[ReviewTask]) -> dict[int, str]:
    """`보완 요청 2026-UB-0012345` of the questions that are about letters, by number of the question."""
    asked = {t.id: t.evidence.get("notice_id") for t in tasks if about_letter(t.kind)}
    if not asked:
        return {}
    query = (
        select(Notice.id, Notice.kind, Application.receipt_no)
        .join(Application, col(Notice.application_id) == col(Application.id))
        .where(col(Notice.id).in_([i for i in asked.values() if i]))
    )
    known = {i: f"{kind_title(kind)} {receipt_no}" for i, kind, receipt_no in session.exec(query).all()}
    return {task_id: known.get(int(i or 0), "통지") for task_id, i in asked.items()}
