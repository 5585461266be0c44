"""How many questions are open, by whose they are and of what kind: the counts on every filter.

One pass over an index counts all of them (some 50 ms for 100,000); everybody's filters take theirs from it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlmodel import Session

from queues.whose import Circle

MINE, FREE, TEAM, ALL = "mine", "free", "team", "all"
DUE, OVERDUE, HELD = "due", "overdue", "held"


@dataclass(frozen=True)
class Wanted:
    """Which questions a list shows.

    scope   MINE: the person's and those they stand in for; FREE: anybody's; TEAM: the team's; ALL
    state   DUE: all but what is put off; OVERDUE; HELD: what is put off
    """

    scope: str = ALL
    state: str = DUE
    reason: str = ""
    program: str = ""
    source: str = ""
    unclaimed: bool = False
    words: str = ""


@dataclass(frozen=True)
class Counted:
    """How many open questions there are of a kind. `whose`: MINE, FREE, TEAM or ALL (somebody else's)."""

    whose: str
    state: str
    reason: str
    program: str
    source: str
    count: int


@dataclass(frozen=True)
class Tally:
    """The counts of all open questions, from which every filter takes its own."""

    rows: Sequence[Counted] = field(default_factory=tuple)

    def total(self, wanted: Wanted) -> int:
        """How many are wanted, `words` and `unclaimed` left aside."""
        is_wanted = _taken_by(wanted)
        return sum(row.count for row in self.rows if is_wanted(row))

    def by(self, name: str, wanted: Wanted) -> dict[str, int]:
        """Counts by one property of what is wanted, the filter of that name left aside; most first."""
        is_wanted = _taken_by(wanted, name)
        counts: dict[str, int] = {}
        for row in self.rows:
            if is_wanted(row):
                key = str(getattr(row, name))
                counts[key] = counts.get(key, 0) + row.count
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


_SCOPES = {ALL: {MINE, FREE, TEAM, ALL}, TEAM: {MINE, TEAM}, MINE: {MINE}, FREE: {FREE}}
_STATES = {DUE: {DUE, OVERDUE}, OVERDUE: {OVERDUE}, HELD: {HELD}}


def _taken_by(wanted: Wanted, but: str = "") -> Callable[[Counted], bool]:
    scopes, states = _SCOPES[wanted.scope], _STATES[wanted.state]
    named = [(n, w) for n in ("reason", "program", "source") if n != but and (w := getattr(wanted, n))]
    return lambda row: (
        row.whose in scopes and row.state in states and all(getattr(row, n) == w for n, w in named)
    )


def tally(session: Session, circle: Circle, *, within: float = 0.0) -> Tally:
    """All open questions, counted as one person sees them; counts up to `within` seconds old will do."""
    own = set(circle.own)
    counts: dict[tuple[str, str, str, str, str], int] = {}
    for officer_id, state, reason, program, source, count in _counted(session, within):
        if officer_id in own:
            whose = MINE
        elif officer_id is None or officer_id in circle.unattended:
            whose = FREE
        else:
            whose = TEAM if officer_id in circle.team else ALL
        key = (whose, state, reason, program, source)
        counts[key] = counts.get(key, 0) + count
    return Tally(tuple(Counted(*key, count) for key, count in counts.items()))


_Group = tuple[int | None, str, str, str, str, int]
_BY_OFFICER = text(
    "SELECT officer_id, CASE WHEN held_until > now() THEN 'held' WHEN due_at < now() THEN 'overdue' "
    "ELSE 'due' END, reason, program, source, count(*) FROM review_task "
    "WHERE state IN ('open', 'claimed') GROUP BY 1, 2, 3, 4, 5"
)
_counting = threading.Lock()
_last: dict[object, tuple[float, list[_Group]]] = {}


def _counted(session: Session, within: float) -> list[_Group]:
    """One pass for everybody who asks at about the same time: many screens look at the same counts."""
    record = session.get_bind()
    with _counting:
        at, groups = _last.get(record, (0.0, []))
        if not at or time.monotonic() - at > within:
            session.flush()
            groups = [tuple(row) for row in session.connection().execute(_BY_OFFICER)]
            _last.clear()
            _last[record] = time.monotonic(), groups
        return groups
