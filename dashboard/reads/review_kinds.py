"""On which screen a question is answered: what is about a letter, where the letter is seen; all else at the desk."""

from __future__ import annotations

from sqlmodel import Session, select

from queues.models import ReviewTask

_LETTERS = "notice"


def about_letter(kind: str) -> bool:
    """Whether a question of this kind is about a letter of ours, not about a paper that came in."""
    return kind.startswith(_LETTERS)


def is_about_letter(session: Session, task_id: int) -> bool:
    """The same by the number of the question; False when there is no such question."""
    kind = session.exec(select(ReviewTask.kind).where(ReviewTask.id == task_id)).one_or_none()
    return kind is not None and about_letter(kind)
