"""Taking back what was decided, until something followed that cannot be taken back."""

from __future__ import annotations

from sqlmodel import Session

from queues.models import Account, ReviewTask

UNDO = "intake.undo_decision"


def undoable(session: Session, task: ReviewTask) -> str:
    """ "" when the decision may be taken back, else why not, in Korean."""
    raise NotImplementedError


def undo(session: Session, task_id: int, version: int, account: Account) -> ReviewTask:
    """Take a decision back, in the caller's transaction; carrying it out is work for `intake.undo_decision`.

    version  of the task as the person saw it after the decision

    The task is open again at once, unless another system has to be asked first (a registration, a transfer):
    then it stays decided until that system agrees, and `undoable` says that it is under way.
    Raises `StaleDecision`, and `Irreversible` with what has followed. Pressed twice, it is taken back once.
    """
    raise NotImplementedError


def object_to(session: Session, attachment_id: int, account: Account, comment: str) -> ReviewTask:
    """A person says that a document does not belong where a bot put it: taken off, and asked about anew.

    Raises `StaleDecision` when it is not attached there any more.
    """
    raise NotImplementedError
