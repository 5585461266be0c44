"""The drill itself: what is owed is paid, everything goes wrong meanwhile, and in the end the books are compared."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import text

from bots.sandbox.drill.center import Center, center, pause_others
from bots.sandbox.drill.comparing import Result, compare
from bots.sandbox.drill.officers import Officers
from bots.sandbox.drill.owed import Debt, debts, open_budget, owe
from bots.sandbox.drill.troubles import Troubles
from queues.database import session as record

FAULTS = 0.2
"""The share of the bank's messages that meet some fault."""
KILLS = 22
BATCH = 500
"""Payments of one batch at most while everything goes wrong."""
_TICK, _CALM_TICK = 0.05, 0.5
_RECONCILED_WITHIN = 120.0
_PEOPLE_LOOK = 0.4
_SECONDS_EACH = 1.0
_WAVES = 8
_SCHEDULE = {
    "payments.inquire": {"every": "1s"},
    "payments.listen": {"every": "1s"},
    "payments.reconcile": {"every": "2s"},
}
_CALM_SCHEDULE = {"payments.inquire": {"every": "10s"}, "payments.reconcile": {"every": "30s"}}
_DELAYS = {"late": 0.8, "progress": 2.0, "returned": 4.0, "again": 2.0}

_STATES = text("SELECT state, count(*) FROM payment GROUP BY state")
_EVENTS = text("SELECT coalesce(max(id), 0) FROM payment_event")
_READY = text("SELECT fund, array_agg(id ORDER BY id) FROM payment_order WHERE state = 'ready' GROUP BY fund")
_ACTIVE = text(
    "SELECT count(*) FROM payment_batch WHERE state NOT IN ('done', 'closed', 'cancelled', 'stopped')"
)
_DAYS = text("SELECT state, count(*) FROM bank_day WHERE channel = 'firm' GROUP BY state")
_AGREED = {"agreed", "closed"}
_RESTLESS = ("draft", "name_checked", "approved", "sending", "unknown")

Progress = Callable[[Counter[str], int], None]
"""Told how many payments are in which state, and how many workers were killed."""


class NotFinished(Exception):
    """The drill took longer than it may; the text says what was still under way."""


@dataclass(frozen=True)
class _Seen:
    """Payments by state, events of the ledger so far, batches that somebody or something still works on."""

    states: Counter[str]
    events: int
    active: int


def _seen() -> _Seen:
    with record() as session:
        return _Seen(
            Counter({row.state: row.count for row in session.execute(_STATES)}),
            int(session.execute(_EVENTS).scalar_one()),
            int(session.execute(_ACTIVE).scalar_one()),
        )


@dataclass
class Drill:
    """`count` payments; `faults`: whether anything goes wrong. `run` does it once.

    kills    of workers at least, where there are faults; durable: PostgreSQL as the center's own one is
    within   seconds that paying may take, 0: by the count

    Afterwards: `seconds` from the first batch until nothing was left to do, `days` at the bank by their state, `met`
    faults, `again`: transfers that came to the bank under a number that it had, `peak`: resident memory in bytes at
    most, of "worker" (the largest) and "bank", `unfinished`: what was still under way when the time was up, else "".
    """

    count: int
    seed: int
    faults: bool = True
    kills: int = KILLS
    durable: bool = True
    workers: int = 2
    within: float = 0.0
    on_progress: Progress = lambda states, kills: None
    seconds: float = 0.0
    days: Counter[str] = field(default_factory=Counter)
    peak: dict[str, int] = field(default_factory=dict)
    _started: float = 0.0
    met: Counter[str] = field(default_factory=Counter)
    again: int = 0
    bank_restarts: int = 0
    unfinished: str = ""

    @property
    def in_order(self) -> bool:
        """It came to its end, nothing was sent twice, and every day agrees with what the bank tells of it."""
        return not self.unfinished and not self.again and set(self.days) <= _AGREED

    def run(self) -> Result:
        """What was counted, also when the time was up."""
        line: dict[str, object] = {} if self.faults else {"window": 64, "reply_seconds": 10.0}
        schedule = _SCHEDULE if self.faults else _CALM_SCHEDULE
        with center(schedule=schedule, line=line, durable=self.durable) as up:
            owed = self._prepare(up)
            officers = Officers(up.books)
            officers.take_office()
            wanted = self.kills if self.faults else 0
            troubles = Troubles(up, self.seed, self.count, wanted)
            up.start_workers(self.workers)
            try:
                _wait_for_workers(up)
                self._started = time.monotonic()
                self._pay(up, officers, troubles)
            except NotFinished as late:
                self.unfinished = str(late)
            self.peak = up.peak_bytes()
            if self.unfinished:
                up.stop()  # both books are read as they stand at one time
                self._read_days()
            up.count_faults()
            self.met = up.met
            self.again = sum(one.times - 1 for one in up.books.transfers())
            self.bank_restarts = troubles.bank_restarts
            with record() as session:
                return compare(
                    session, up.books, owed, kills=troubles.kills, seconds=self.seconds,
                    corrected=officers.corrected,
                )  # fmt: skip

    def _prepare(self, up: Center) -> dict[int, Debt]:
        some = list(debts(self.count, self.seed, trouble=self.faults))
        with record() as session:
            ids = owe(session, some, open_budget(session))
        pause_others()
        up.books.open_accounts(debt.payee for debt in some)
        if self.faults:
            up.let_go_wrong(FAULTS, self.seed, _DELAYS)
        return {ids[debt.number]: debt for debt in some}

    def _pay(self, up: Center, officers: Officers, troubles: Troubles) -> None:
        until = time.monotonic() + (self.within or 300 + self.count * _SECONDS_EACH)
        tick = _TICK if self.faults else _CALM_TICK
        people, waves, over_since = 0.0, 0, 0.0
        while True:
            up.keep_up()
            seen = _seen()
            over = not seen.active and not any(seen.states[name] for name in _RESTLESS) and waves > 0
            troubles.look(seen.events, work_is_over=over)
            self.on_progress(seen.states, troubles.kills)
            if time.monotonic() > people:
                busy = officers.look()
                people = time.monotonic() + _PEOPLE_LOOK
                if not seen.active and not busy and waves < _WAVES and self._make_batches(officers):
                    waves, over = waves + 1, False
            over_since = (over_since or time.monotonic()) if over else 0.0
            if over and troubles.all_done and not up.bank.counts()["failures"]:
                self.seconds = over_since - self._started
                if self._is_reconciled(seen) or time.monotonic() - over_since > _RECONCILED_WITHIN:
                    return
            if time.monotonic() > until:
                told = f"{dict(seen.states)}, {seen.active} batches active, {troubles.kills} kills"
                raise NotFinished(f"{told}\n{up.workers[0].last_words()}")
            time.sleep(tick)

    def _is_reconciled(self, seen: _Seen) -> bool:
        self._read_days()
        return not seen.states["accepted"] and set(self.days) <= _AGREED

    def _read_days(self) -> None:
        with record() as session:
            self.days = Counter({row.state: row.count for row in session.execute(_DAYS)})

    def _make_batches(self, officers: Officers) -> int:
        """Of all that is ready and may be paid, by fund; returns how many."""
        with record() as session:
            ready = session.execute(_READY).all()
        size = BATCH if self.faults else self.count
        payable = [[number for number in ids if number not in officers.taken_off] for _, ids in ready]
        parts = [ids[n : n + size] for ids in payable for n in range(0, len(ids), size)]
        for part in parts:
            officers.make_batch(part)
        return len(parts)


def _wait_for_workers(up: Center) -> None:
    until = time.monotonic() + 60
    while not all(up.has_worked(number) for number in range(len(up.workers))):
        up.keep_up()
        if time.monotonic() > until:
            raise NotFinished("the workers do not come up: " + up.workers[0].last_words(5))
        time.sleep(0.05)
