"""The next question for a person: the most urgent that is theirs, else that is anybody's, and nobody else's.

Every step reads a few entries of an index, however many questions are open.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text, update
from sqlmodel import Session, col

from config.settings import settings
from queues.models import ReviewState, ReviewTask
from queues.whose import Circle, circle_of

_AT_ONCE = 20
"""How many candidates are looked at together: more people than that rarely press at the same moment."""

COUNTED = 1000
"""Beyond so many, `standing` says only that there are more."""

_FREE = """
    state IN ('open', 'claimed')
    AND (state = 'open' OR claimed_by = :account OR claimed_until IS NULL OR claimed_until < now())
    AND (held_until IS NULL OR held_until <= now())
    AND id <> ALL (CAST(:after AS bigint[]))
"""
_OF_OFFICERS = f"""
    SELECT t.id, t.due_at FROM unnest(CAST(:officers AS bigint[])) AS o (id) CROSS JOIN LATERAL (
        SELECT id, due_at FROM review_task WHERE officer_id = o.id AND {_FREE}
        ORDER BY due_at, id LIMIT :some
    ) AS t ORDER BY t.due_at, t.id LIMIT :some
"""  # noqa: S608 (no values are put into it)
_OF_NOBODY = f"""
    SELECT id, due_at FROM review_task WHERE officer_id IS NULL AND {_FREE}
    ORDER BY officer_id, due_at, id LIMIT :some
"""  # noqa: S608
_OF_ALL = f"SELECT id, due_at FROM review_task WHERE {_FREE} ORDER BY due_at, id LIMIT :some"  # noqa: S608
_TAKE = f"""
    SELECT id FROM review_task WHERE id = ANY (CAST(:ids AS bigint[])) AND {_FREE}
    ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""  # noqa: S608


@dataclass(frozen=True)
class Standing:
    """How many questions wait, each counted up to `COUNTED` + 1: in a person's own list, and for anybody."""

    mine: int
    free: int


def next_task(
    session: Session, account_id: int, *, after: int | Collection[int] | None = None, claim: bool = False
) -> int | None:
    """The id of the most urgent question that this person may take: their own first, then anybody's.

    Urgent is what is due first. Passed over is what somebody else has in hand, what is put off, and what
    `after` names (all that were skipped). Whoever is no officer is offered everything.

    With `claim` it is taken in the caller's transaction, and two who ask at once get different ones.
    """
    session.flush()
    circle = circle_of(session, account_id)
    passed = [after] if isinstance(after, int) else list(after or ())
    for batch in (_own, _anybodys):
        tried: list[int] = []
        while found := batch(session, circle, account_id, [*passed, *tried]):
            if not claim:
                return found[0]
            taken = _take(session, account_id, found)
            if taken is not None:
                return taken
            tried += found
    return None


def standing(session: Session, account_id: int) -> Standing:
    """How many questions wait for a person, and for anybody."""
    circle = circle_of(session, account_id)
    mine = sum(_count(session, "officer_id = :officer", {"officer": i}) for i in circle.own)
    if circle.officer_id is None:
        free = _count(session, "true", {})
    else:
        free = _count(session, "officer_id IS NULL", {})
        free += sum(
            _count(session, "officer_id = :officer", {"officer": i}) for i in sorted(circle.unattended)
        )
    return Standing(min(mine, COUNTED + 1), min(free, COUNTED + 1))


def _count(session: Session, where: str, values: dict[str, Any]) -> int:
    statement = text(
        f"SELECT count(*) FROM (SELECT 1 FROM review_task WHERE {where} AND state IN ('open', 'claimed') "  # noqa: S608
        "AND (held_until IS NULL OR held_until <= now()) LIMIT :most) AS counted"
    )
    return int(session.connection().execute(statement, {**values, "most": COUNTED + 1}).scalar_one())


def _own(session: Session, circle: Circle, account_id: int, passed: Sequence[int]) -> list[int]:
    return _of_officers(session, circle.own, account_id, passed) if circle.own else []


def _anybodys(session: Session, circle: Circle, account_id: int, passed: Sequence[int]) -> list[int]:
    values = {"account": account_id, "after": list(passed), "some": _AT_ONCE}
    if circle.officer_id is None:
        return [row.id for row in session.connection().execute(text(_OF_ALL), values)]
    found = [(row.due_at, row.id) for row in session.connection().execute(text(_OF_NOBODY), values)]
    if circle.unattended:
        among = {**values, "officers": sorted(circle.unattended)}
        found += [(row.due_at, row.id) for row in session.connection().execute(text(_OF_OFFICERS), among)]
    last = datetime.max.replace(tzinfo=UTC)
    return [task_id for _, task_id in sorted(found, key=lambda pair: (pair[0] or last, pair[1]))][:_AT_ONCE]


def _of_officers(
    session: Session, officers: Sequence[int], account_id: int, passed: Sequence[int]
) -> list[int]:
    values = {"officers": list(officers), "account": account_id, "after": list(passed), "some": _AT_ONCE}
    return [row.id for row in session.connection().execute(text(_OF_OFFICERS), values)]


def _take(session: Session, account_id: int, ids: Sequence[int]) -> int | None:
    values = {"ids": list(ids), "account": account_id, "after": []}
    found = session.connection().execute(text(_TAKE), values).scalar()
    if found is None:
        return None
    session.execute(
        update(ReviewTask)
        .where(col(ReviewTask.id) == found)
        .values(
            state=ReviewState.CLAIMED.value,
            claimed_by=account_id,
            claimed_until=datetime.now(UTC) + timedelta(minutes=settings().claim_minutes),
        )
    )
    return int(found)
