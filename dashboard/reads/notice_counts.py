"""How many letters stand where, by way out, kind and age: one pass over those that have not ended.

What was served or does not leave is history: of it only how many there are is said, and no further than `COUNTED`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlmodel import Session

from dashboard.reads.notice_list import COUNTED, LIVE, NEEDS_SOMEBODY, STUCK, UNSETTLED, Wanted

AGES = (0, 3, 7, 14)
"""Days since a letter was made, from which on it counts as one of that age."""

_LIVE = text(
    """
    SELECT n.state, n.reason, n.kind, n.program, coalesce(d.channel, 'none') AS channel,
           width_bucket(extract(epoch FROM now() - n.created_at)::float8 / 86400, ARRAY[3, 7, 14]::float8[]) AS age,
           count(*) AS counted
    FROM notice n LEFT JOIN LATERAL (
        SELECT channel FROM dispatch WHERE notice_id = n.id ORDER BY number DESC LIMIT 1
    ) d ON true
    WHERE n.state = ANY (CAST(:live AS text[]))
    GROUP BY 1, 2, 3, 4, 5, 6
    """
)
_ENDED = text(
    """
    SELECT s.state, (SELECT count(*) FROM (
        SELECT 1 FROM notice n WHERE n.state = s.state LIMIT :most) AS few) AS counted
    FROM (VALUES ('served'), ('cancelled')) AS s (state)
    """
)
_KINDS = text(
    """
    WITH RECURSIVE k AS (
        (SELECT kind FROM notice ORDER BY kind LIMIT 1)
        UNION ALL SELECT (SELECT kind FROM notice WHERE kind > k.kind ORDER BY kind LIMIT 1) FROM k WHERE k.kind <> ''
    ) SELECT kind FROM k WHERE kind IS NOT NULL
    """
)


@dataclass(frozen=True)
class Group:
    """So many letters that have not ended and are alike."""

    state: str
    reason: str
    kind: str
    program: str
    channel: str
    age: int
    count: int


@dataclass(frozen=True)
class Tally:
    """Counts from which every filter takes its own. `ended`: by state, up to `COUNTED` + 1."""

    live: Sequence[Group] = field(default_factory=tuple)
    ended: dict[str, int] = field(default_factory=dict)

    def total(self, wanted: Wanted) -> int:
        """How many that have not ended are wanted, `words` left aside."""
        return sum(group.count for group in self.live if _fits(group, wanted))

    def by(self, name: str, wanted: Wanted) -> dict[str, int]:
        """Counts by one property of what is wanted, the filter of that name left aside; most first."""
        counts: dict[str, int] = {}
        for group in self.live:
            if _fits(group, wanted, name):
                key = str(getattr(group, name))
                counts[key] = counts.get(key, 0) + group.count
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def by_state_and_age(self, wanted: Wanted) -> dict[str, dict[int, int]]:
        """{state: {age: count}} of what is wanted, the filters of state and age left aside."""
        found: dict[str, dict[int, int]] = {}
        for group in self.live:
            if _fits(group, wanted, "state", "older"):
                of_state = found.setdefault(group.state, {})
                of_state[AGES[group.age]] = of_state.get(AGES[group.age], 0) + group.count
        return found


def _fits(group: Group, wanted: Wanted, *but: str) -> bool:
    if "state" not in but and wanted.state and not _of_state(group.state, wanted.state):
        return False
    if "older" not in but and wanted.older and AGES[group.age] < wanted.older:
        return False
    named = ("reason", "kind", "program", "channel")
    return all(getattr(group, n) == w for n in named if n not in but and (w := getattr(wanted, n)))


def _of_state(state: str, wanted: str) -> bool:
    several = {UNSETTLED: LIVE, STUCK: NEEDS_SOMEBODY}
    return state in several[wanted] if wanted in several else state == wanted


_counting = threading.Lock()
_last: dict[object, tuple[float, Tally]] = {}


def tally(session: Session, *, within: float = 0.0) -> Tally:
    """The counts; those up to `within` seconds old will do, so that many screens look at the same ones."""
    record = session.get_bind()
    with _counting:
        at, known = _last.get(record, (0.0, Tally()))
        if not at or time.monotonic() - at > within:
            known = _tally(session)
            _last.clear()
            _last[record] = time.monotonic(), known
        return known


def kinds(session: Session) -> list[str]:
    """The kinds that there are letters of."""
    return [row.kind for row in session.connection().execute(_KINDS)]


def _tally(session: Session) -> Tally:
    session.flush()
    live = session.connection().execute(_LIVE, {"live": list(LIVE)}).all()
    ended = session.connection().execute(_ENDED, {"most": COUNTED + 1}).all()
    return Tally(tuple(Group(*row) for row in live), {row.state: row.counted for row in ended})
