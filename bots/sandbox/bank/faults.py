"""What goes wrong at the bank: drawn from a seed, or ordered for the next message or for an account.

Of a transfer
    paid_vtim, paid_silent      the money has moved; the answer is VTIM, or there is none
    unpaid_vtim, unpaid_silent  it has not moved, and the bank knows that it was refused
    lost_vtim, lost_silent      the bank has no record of it
    drop, cut                   paid; the line breaks before the answer, or in the middle of it
    in_progress                 VTIM; it is paid after a while, until then a result inquiry hears "in progress"
    twice, late, disorder, pieces, elsewhere  answered twice; late; after those behind it; in pieces; on another line
    returned                    fails a while after the answer of success: 3000/100
    refused, double             an error of the receiving bank; SB01
    stuck                       VTIM and NREC, and the money moves all the same, much later (only when ordered)
Of a holder inquiry
    vtim, silent, drop, cut, twice, late, disorder, pieces
    other_cut                   the name is cut in the middle of a character, or earlier than usual
    wrong_name                  somebody else's name
Of a result inquiry
    vtim, silent, drop, cut, twice, late, disorder, pieces
    in_progress                 although the end is known
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

_BREAKING = ("drop", "cut")
_OF_ANY = ("drop", "cut", "twice", "late", "disorder", "pieces")
TRANSFER = (
    "paid_vtim", "paid_silent", "unpaid_vtim", "unpaid_silent", "lost_vtim", "lost_silent", "in_progress",
    "returned", "refused", "double", "elsewhere", *_OF_ANY,
)  # fmt: skip
HOLDER = ("vtim", "silent", "other_cut", "wrong_name", *_OF_ANY)
RESULT = ("vtim", "silent", "in_progress", *_OF_ANY)
KINDS = {
    "2000/100": (*TRANSFER, "stuck"),
    "6000/100": HOLDER,
    "7000/100": RESULT,
    "7000/200": ("vtim", "silent", *_OF_ANY),
    "7000/300": ("vtim", "silent", *_OF_ANY),
    "1000/100": ("vtim", "silent", *_OF_ANY),
}
"""By class and task."""


@dataclass
class Delays:
    """Seconds. `late`: of late answers; `progress`: until what is in progress is done; `returned`: from the success
    to the notice of failure; `again`: between two notices of the same failure; `stuck`: until what was lost comes up.
    """

    late: float = 1.0
    progress: float = 3.0
    returned: float = 5.0
    again: float = 5.0
    stuck: float = 30.0


@dataclass
class _Ordered:
    kind: str
    times: int
    account: str
    after: int


@dataclass
class Faults:
    """Thread-safe. `shares`: of the messages of a class and task, by kind of fault.

    Faults(seed=7, shares={"2000/100": {"paid_vtim": 0.01, "cut": 0.01}})
    """

    seed: int = 0
    shares: dict[str, dict[str, float]] = field(default_factory=dict)
    delays: Delays = field(default_factory=Delays)
    met: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._ordered: dict[str, list[_Ordered]] = {}
        self._lock = threading.Lock()
        self.begin(self.shares, self.seed)

    def order(self, message: str, kind: str, *, times: int = 1, account: str = "", after: int = 0) -> None:
        """The next `times` messages ("2000/100"), of an account only where it is given, meet this; `after` so many
        that do not. Raises ValueError for a kind that no such message meets.
        """
        _check(message, kind)
        with self._lock:
            self._ordered.setdefault(message, []).append(_Ordered(kind, times, account, after))

    def draw(self, message: str, account: str = "") -> str:
        """What this message meets, "" for nothing."""
        with self._lock:
            kind = self._from_orders(message, account) or self._by_chance(message)
            if kind:
                self.met[f"{message} {kind}"] += 1
            return kind

    def share(self, message: str) -> float:
        """A number between 0 and 1 that belongs to the seed."""
        with self._lock:
            return self._rng.random()

    def begin(self, shares: dict[str, dict[str, float]], seed: int) -> None:
        """From now on so much goes wrong, drawn from this seed."""
        for message, of_kind in shares.items():
            for kind in of_kind:
                _check(message, kind)
        with self._lock:
            self.shares, self.seed = shares, seed
            self._rng = random.Random(f"bank {seed}")

    def calm(self) -> None:
        """Nothing goes wrong from now on."""
        with self._lock:
            self.shares = {}
            self._ordered = {}

    def _from_orders(self, message: str, account: str) -> str:
        orders = self._ordered.get(message, [])
        for one in orders:
            if one.account and one.account != account:
                continue
            if one.after:
                one.after -= 1
                continue
            one.times -= 1
            if not one.times:
                orders.remove(one)
            return one.kind
        return ""

    def _by_chance(self, message: str) -> str:
        shares = self.shares.get(message)
        if not shares:
            return ""
        drawn = self._rng.random()
        for kind, share in shares.items():
            drawn -= share
            if drawn < 0:
                return kind
        return ""


def everything(share: float, *, seed: int, delays: Delays | None = None) -> Faults:
    """Every fault that can be drawn, `share` of the messages of a kind altogether."""
    drawn = {message: _shared_out(share, kinds) for message, kinds in KINDS.items() if message != "1000/100"}
    return Faults(seed, drawn, delays or Delays())


def _shared_out(share: float, kinds: tuple[str, ...]) -> dict[str, float]:
    """What breaks the line takes all that is under way with it, and so comes seldom."""
    weights = {kind: 0.15 if kind in _BREAKING else 1.0 for kind in kinds if kind != "stuck"}
    whole = sum(weights.values())
    return {kind: share * weight / whole for kind, weight in weights.items()}


def _check(message: str, kind: str) -> None:
    if kind not in KINDS.get(message, ()):
        raise ValueError(
            f"a {message} does not meet {kind!r}: {', '.join(KINDS.get(message, ())) or 'nothing'}"
        )
