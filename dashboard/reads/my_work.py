"""내 업무함: what waits for one officer, by deadline: open questions, cases with new papers, what comes back.

The officer's own, and that of the absent whom they stand in for. What they have in hand of others', or
have put off themselves, is there as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from config.calendar import business_calendar
from config.settings import settings
from dashboard.parts.times import now
from dashboard.reads.my_papers import Papers, papers_of
from dashboard.reads.review_list import Waiting, rows_of
from queues.whose import Circle

PAGE = 50

REVIEW, PAPERS, BACK, HELD = "review", "papers", "back", "held"
KINDS = (REVIEW, PAPERS, BACK, HELD)

_TASKS = """
    SELECT id, due_at, officer_id,
           CASE WHEN held_until > now() THEN 'held' WHEN held_until IS NOT NULL THEN 'back' ELSE 'review' END
               AS kind
    FROM review_task
"""
_UNION = f"""
    {_TASKS} WHERE officer_id = ANY (CAST(:own AS bigint[])) AND state IN ('open', 'claimed')
    UNION
    {_TASKS} WHERE claimed_by = :account AND state = 'claimed' AND claimed_until > now()
    UNION
    {_TASKS} WHERE decided_by = :account AND held_until IS NOT NULL AND state IN ('open', 'claimed')
    UNION ALL
    SELECT application_id, (min(due_on) + CAST(:closes AS time)) AT TIME ZONE :zone, min(officer_id), 'papers'
    FROM new_paper WHERE officer_id = ANY (CAST(:own AS bigint[])) AND seen_at IS NULL
    GROUP BY application_id
"""  # noqa: S608 (no values are put into it)
_PAGE = f"""
    SELECT id, due_at, kind FROM ({_UNION}) AS work WHERE kind = ANY (CAST(:kinds AS text[]))
        AND (NOT CAST(:overdue AS boolean) OR due_at < now())
    ORDER BY due_at NULLS LAST, kind, id LIMIT :some OFFSET :past
"""  # noqa: S608
_COUNTS = f"""
    SELECT kind, count(*) AS counted, count(*) FILTER (WHERE due_at < now()) AS late
    FROM ({_UNION}) AS work GROUP BY kind
"""  # noqa: S608


@dataclass(frozen=True)
class Job:
    """A row: a question (`task`) or a case with new papers (`papers`)."""

    kind: str
    due_at: datetime | None
    task: Waiting | None = None
    papers: Papers | None = None

    @property
    def key(self) -> str:
        """`task-17`, `case-5`."""
        return f"task-{self.task.task_id}" if self.task else f"case-{self.papers.application_id}"  # type: ignore[union-attr]

    @property
    def overdue(self) -> bool:
        return self.due_at is not None and self.due_at < now()


@dataclass(frozen=True)
class Load:
    """How much waits, and how much of it is overdue, by kind."""

    by_kind: dict[str, int]
    late: dict[str, int]

    @property
    def overdue(self) -> int:
        """What is put off left aside."""
        return sum(n for kind, n in self.late.items() if kind != HELD)

    @property
    def due(self) -> int:
        """All but what is put off."""
        return sum(n for kind, n in self.by_kind.items() if kind != HELD)


def load(session: Session, circle: Circle, account_id: int) -> Load:
    """The counts."""
    rows = session.connection().execute(text(_COUNTS), _values(circle, account_id)).all()
    return Load({row.kind: row.counted for row in rows}, {row.kind: row.late for row in rows})


def jobs(
    session: Session,
    circle: Circle,
    account_id: int,
    kinds: Sequence[str] = (REVIEW, PAPERS, BACK),
    *,
    overdue: bool = False,
    page: int = 0,
    size: int = PAGE,
) -> list[Job]:
    """One page of the list, what is due first foremost. Pages count from 0."""
    values = _values(circle, account_id) | {
        "kinds": list(kinds),
        "overdue": overdue,
        "some": size,
        "past": page * size,
    }
    found = session.connection().execute(text(_PAGE), values).all()
    tasks = rows_of(session, account_id, circle, [r.id for r in found if r.kind != PAPERS])
    papers = papers_of(session, circle, [r.id for r in found if r.kind == PAPERS])
    return [
        Job(row.kind, row.due_at, papers=papers[row.id])
        if row.kind == PAPERS
        else Job(row.kind, row.due_at, task=tasks[row.id])
        for row in found
        if row.id in (papers if row.kind == PAPERS else tasks)
    ]


def _values(circle: Circle, account_id: int) -> dict[str, Any]:
    closes = business_calendar().hours["office"][1]
    return {"own": circle.own, "account": account_id, "closes": closes, "zone": settings().timezone}
