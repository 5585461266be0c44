"""What goes wrong at the site, told beforehand or drawn from a seed: the same script, the same troubles."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass

PLACES = ("login", "main", "inbox", "download", "mark")
# At which places a kind of trouble can be met.
KINDS: dict[str, tuple[str, ...]] = {
    "expired": ("main", "inbox", "download", "mark"),  # the session has ended
    "error": PLACES,  # the error page, 500
    "maintenance": PLACES,  # a page with the answer 200 that says so
    "slow": PLACES,  # `amount` seconds
    "silent": PLACES,  # no answer at all for `amount` seconds
    "cut": ("download",),  # the connection breaks off before the announced length
    "short": ("download",),  # whole by its announced length, but its end is missing
    "lost": ("mark",),  # done, and then the error page
    "refused": ("mark",),  # not done, an alert says so
    "arrivals": ("inbox",),  # `amount` faxes arrive while it is listed
    "reordered": ("inbox",),  # columns in another order
}
_DRAWN = ("expired", "error", "maintenance", "cut", "short", "lost", "refused", "reordered")


@dataclass
class Trouble:
    """`kind` happens at `place` after `after` requests there, `times` times in a row."""

    kind: str
    place: str
    after: int = 0
    times: int = 1
    amount: float = 1.0

    def __post_init__(self) -> None:
        if self.place not in KINDS.get(self.kind, ()):
            raise ValueError(f"no trouble {self.kind} at {self.place}")


class Troubles:
    """Asked at every request. With a seed, `share` of the requests beyond the script meet a drawn trouble."""

    def __init__(self, *script: Trouble, seed: int | None = None, share: float = 0.0) -> None:
        self._script = list(script)
        self._rng = random.Random(f"portal {seed}")
        self.share = share if seed is not None else 0.0
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.met: Counter[str] = Counter()

    def add(self, kind: str, place: str, *, after: int = 0, times: int = 1, amount: float = 1.0) -> None:
        """From now on: `after` counts requests from here."""
        with self._lock:
            self._script.append(Trouble(kind, place, self._seen[place] + after, times, amount))

    def meet(self, place: str) -> Trouble | None:
        """The trouble that this request at `place` meets."""
        with self._lock:
            count = self._seen[place]
            self._seen[place] += 1
            for trouble in self._script:
                if trouble.place == place and trouble.after <= count and trouble.times > 0:
                    trouble.times -= 1
                    self.met[trouble.kind] += 1
                    return trouble
            if self._rng.random() < self.share:
                kind = self._rng.choice([kind for kind in _DRAWN if place in KINDS[kind]] or ["error"])
                self.met[kind] += 1
                return Trouble(kind, place)
            return None
