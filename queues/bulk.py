"""The same done to many work items: bounded, in small transactions, each item noted and the whole as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from queues import audit, database, giving_up, work
from queues.errors import BackOfficeError
from queues.models import WorkItem, WorkState

MOST = 2_000
"""More than this is done in several goes."""
_AT_ONCE = 50


@dataclass(frozen=True)
class Done:
    """How many items it was done to, and how many were passed over because they had moved on meanwhile."""

    done: int
    passed_over: int


def do_again(ids: Sequence[int], actor: str, note: str = "") -> Done:
    """Have finished items done again, each in its old place (`work.retry`).

    Passed over: what is under way, has gone well, or was done again already.
    """

    def one(session: Session, item: WorkItem) -> bool:
        if item.retried_as or item.state in (*work.UNFINISHED, WorkState.DONE.value):
            return False
        work.retry(session, item, actor, note=note)
        return True

    return _each(ids, "work.retry_many", one, actor)


def cancel(ids: Sequence[int], actor: str, note: str = "") -> Done:
    """Give up items (`work.cancel`). Passed over: what has ended."""
    return _each(ids, "work.cancel_many", lambda s, item: work.cancel(s, item, actor, note=note), actor)


def hand_to_people(ids: Sequence[int], actor: str, note: str = "") -> Done:
    """Hand items over to people (`giving_up.hand_to_person`). Passed over: what runs, went well, or is with one."""

    def one(session: Session, item: WorkItem) -> bool:
        if item.retried_as or item.state in (
            WorkState.RUNNING.value,
            WorkState.DONE.value,
            WorkState.REVIEW.value,
        ):
            return False
        giving_up.hand_to_person(session, item, actor, note)
        return True

    return _each(ids, "work.hand_over_many", one, actor)


def to_this_version(ids: Sequence[int], actor: str) -> Done:
    """Hand waiting items to the engine anew, as work of the version that runs now.

    What an earlier run of them had finished as steps is not known to the new version and is done again,
    as after any failed run.
    """

    def one(session: Session, item: WorkItem) -> bool:
        if item.state != WorkState.QUEUED:
            return False
        work.hand_over(session, item, actor=actor, reason="version", waiting_reason=item.waiting_reason)
        return True

    return _each(ids, "work.to_this_version", one, actor)


def _each(ids: Sequence[int], action: str, one: Callable[[Session, WorkItem], bool], actor: str) -> Done:
    """Raises ValueError for more than `MOST`."""
    if len(ids) > MOST:
        raise ValueError(f"{len(ids)} items at once are too many; at most {MOST}")
    done = 0
    for start in range(0, len(ids), _AT_ONCE):
        with database.session() as session:
            for item_id in ids[start : start + _AT_ONCE]:
                item = session.get(WorkItem, item_id, with_for_update=True)
                try:
                    done += item is not None and one(session, item)
                except BackOfficeError:
                    continue  # it has moved on since it was chosen
    with database.session() as session:
        audit.record(session, actor, action, "work_item", "", chosen=len(ids), done=done)
    return Done(done, len(ids) - done)
