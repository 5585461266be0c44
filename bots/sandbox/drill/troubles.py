"""What befalls the machines while they pay: kill -9 of workers, a bank that goes down, a bank that closes."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

from bots.sandbox.drill.center import Center

_YOUNG = 0.5
"""Seconds that a worker is left alone after its start at least; most kills meet one that works."""
_SHUT_SECONDS = 1.5
_EVENTS_EACH = 4.0
"""Events of the ledger that one payment has at least: name, approval, sending, result."""


@dataclass
class Troubles:
    """Planned from the seed over the course of the work; `look` is to be called often.

    kills  how many workers were killed so far
    """

    center: Center
    seed: int
    payments: int
    wanted: int
    kills: int = 0
    bank_restarts: int = 0
    _plan: list[tuple[float, str]] = field(default_factory=list)
    _open_at: float = 0.0

    def __post_init__(self) -> None:
        self._rng = random.Random(f"troubles {self.seed}")
        whole = self.payments * _EVENTS_EACH
        kinds = (
            ["kill"] * self.wanted + ["bank"] * min(2, self.wanted // 5) + ["shut"] * min(1, self.wanted // 5)
        )
        self._plan = sorted((self._rng.uniform(0.0, 0.8) * whole, kind) for kind in kinds)

    @property
    def all_done(self) -> bool:
        return not self._plan and not self._open_at

    def look(self, events: int, *, work_is_over: bool = False) -> None:
        """Do the next thing when its time has come. When the work is over what is left of the plan comes at once."""
        if self._open_at and time.monotonic() >= self._open_at:
            self.center.bank.tell("clock", {"shut": False})
            self._open_at = 0.0
        if not self._plan or (events < self._plan[0][0] and not work_is_over):
            return
        if self._do(self._plan[0][1]):
            self._plan.pop(0)

    def _do(self, kind: str) -> bool:
        """False when it could not be done yet."""
        if kind == "kill":
            return self._kill()
        if kind == "bank":
            self.center.restart_bank(self._rng.uniform(0.0, 0.5))
            self.bank_restarts += 1
        else:
            self.center.bank.tell("clock", {"shut": True})
            self._open_at = time.monotonic() + _SHUT_SECONDS
        return True

    def _kill(self) -> bool:
        now = time.monotonic()
        workers = self.center.workers
        ripe = [n for n, program in enumerate(workers) if program.process and now - program.started > _YOUNG]
        grown = [n for n in ripe if self.center.has_worked(n)]
        if not grown:
            return False
        time.sleep(self._rng.uniform(0.0, 0.05))
        some = grown if self._rng.random() < 0.3 else [self._rng.choice(grown)]
        self.kills += sum(self.center.kill(number) for number in some)
        return True
