"""On which screen a question is answered: what is about a letter, a payment or a recorded talk, where that is seen; all
else at the desk."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from dashboard.reads.notice_kinds import kind_title
from queues.models import Application, Notice, ReviewTask

_LETTERS, _PAYMENTS, _TALKS = "notice", "payment", "counseling"


def about_letter(kind: str) -> bool:
    """Whether a question of this kind is about a letter of ours, not about a paper that came in."""
    return kind.startswith(_LETTERS)


def about_payment(kind: str) -> bool:
    """Whether it is about a payment or an order to pay."""
    return kind.startswith(_PAYMENTS)


def about_talk(kind: str) -> bool:
    """Whether it is about a recorded talk."""
    return kind.startswith(_TALKS)


def answered_at(session: Session, task_id: int) -> str:
    """The address of the screen, "" for the desk and for a question that is not there."""
    kind = session.exec(select(ReviewTask.kind).where(ReviewTask.id == task_id)).one_or_none()
    if kind is None:
        return ""
    if about_talk(kind):
        return "talks"
    return "notices" if about_letter(kind) else "payment-attention" if about_payment(kind) else ""


def titles_elsewhere(session: Session, tasks: Sequence[ReviewTask]) -> dict[int, str]:
    """What the questions are about that are not answered at the desk, by number of the question."""
    talks = {t.id: f"상담 {t.session_id}" for t in tasks if about_talk(t.kind)}
    return letter_titles(session, tasks) | payment_titles(session, tasks) | talks


def payment_titles(session: Session, tasks: Sequence[ReviewTask]) -> dict[int, str]:
    """`지급 2026-UB-0012345`, `지급결의 2026-UB-0012345`, by number of the question."""
    asked = [t for t in tasks if about_payment(t.kind)]
    if not asked:
        return {}
    query = select(Application.id, Application.receipt_no).where(
        col(Application.id).in_({t.application_id for t in asked if t.application_id})
    )
    cases = dict(session.exec(query).all())
    return {
        t.id: f"{'지급' if t.payment_id else '지급결의'} {cases.get(t.application_id or 0, '')}".strip()
        for t in asked
    }


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
