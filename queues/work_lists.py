"""Lists of work items by what people ask for: a page of them, how many there are, which they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from queues import engine
from queues.models import Worker, WorkerState, WorkItem, WorkState

UNFINISHED = (WorkState.RUNNING.value, WorkState.QUEUED.value, WorkState.WAITING.value)
_TROUBLE = (WorkState.FAILED.value, WorkState.REVIEW.value)
_MOST_OF_OTHER_VERSIONS = 10_000
MOST_BY_WORDS = 1_000
S = TypeVar("S", bound=Any)


@dataclass(frozen=True)
class Wanted:
    """Which items.

    only   "unfinished", "waiting" (not running), "trouble" (failed or with a person, and not done again),
           "ended" (done or cancelled), "other_version" (no worker takes it), "" all
    bot    of this bot; words: about this ("delivery:17", "17"), or the item of that number
    """

    only: str = ""
    bot: str = ""
    words: str = ""


@dataclass(frozen=True)
class Found:
    """One page, and how many there are in all; with words no more than `MOST_BY_WORDS` are looked for."""

    items: Sequence[WorkItem]
    total: int


def find(session: Session, wanted: Wanted, *, offset: int = 0, limit: int = 50) -> Found:
    """The latest first; of what waits, the one that is next in line first."""
    statement = _where(session, select(WorkItem.id), wanted)
    if wanted.only == "waiting":
        place = func.coalesce(col(WorkItem.place_at), col(WorkItem.created_at))
        statement = statement.order_by(col(WorkItem.priority).desc(), place, col(WorkItem.id))
    else:
        statement = statement.order_by(col(WorkItem.id).desc())
    if wanted.words.strip():
        # Every item has to be looked at for the words: once is enough.
        among = list(session.exec(statement.limit(MOST_BY_WORDS)))
        total, chosen = len(among), among[offset : offset + limit]
    else:
        total = count(session, wanted)
        chosen = list(session.exec(statement.offset(offset).limit(limit)))
    rows = {item.id: item for item in session.exec(select(WorkItem).where(col(WorkItem.id).in_(chosen)))}
    return Found([rows[number] for number in chosen if number in rows], total)


def count(session: Session, wanted: Wanted) -> int:
    """How many there are."""
    return int(session.exec(_where(session, select(func.count()).select_from(WorkItem), wanted)).one())


def ids(session: Session, wanted: Wanted, limit: int) -> list[int]:
    """Their numbers, the oldest first, so that those keep their place that came first."""
    statement = _where(session, select(WorkItem.id), wanted)
    return list(session.exec(statement.order_by(col(WorkItem.id)).limit(limit)).all())


def _where(session: Session, statement: S, wanted: Wanted) -> S:
    if wanted.only == "unfinished":
        statement = statement.where(col(WorkItem.state).in_(UNFINISHED))
    elif wanted.only == "waiting":
        statement = statement.where(
            col(WorkItem.state).in_((WorkState.WAITING.value, WorkState.QUEUED.value))
        )
    elif wanted.only == "trouble":
        statement = statement.where(col(WorkItem.state).in_(_TROUBLE), col(WorkItem.retried_as).is_(None))
    elif wanted.only == "ended":
        ended = (WorkState.DONE.value, WorkState.CANCELLED.value)
        statement = statement.where(col(WorkItem.state).in_(ended))
    elif wanted.only == "other_version":
        statement = statement.where(col(WorkItem.id).in_(of_other_versions(session)))
    if wanted.bot:
        statement = statement.where(WorkItem.bot == wanted.bot)
    words = wanted.words.strip()
    if words:
        about = col(WorkItem.reference).contains(words, autoescape=True)
        numbered = words.isascii() and words.isdigit() and len(words) < 18
        statement = statement.where(or_(about, col(WorkItem.id) == int(words)) if numbered else about)
    return statement


def of_other_versions(session: Session) -> list[int]:
    """Items that wait for a worker of a version of which none runs; none while no worker runs at all."""
    running = select(Worker.version).where(Worker.state == WorkerState.RUNNING.value).distinct()
    versions = list(session.exec(running))
    return engine.items_of_other_versions(session, versions, _MOST_OF_OTHER_VERSIONS) if versions else []
