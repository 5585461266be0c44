"""When the system of record is down: a plan made at the start, the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

# "down" answers 503, "hang" answers late or never, "lost" does what it is told and then answers 502.
Kind = Literal["down", "hang", "lost"]
KINDS: tuple[Kind, ...] = ("down", "hang", "lost")


@dataclass(frozen=True)
class Outage:
    """From `start` to `end`, in seconds since the system's start."""

    start: float
    end: float
    kind: Kind


def plan_outages(seed: int, within: float, share: float = 0.2) -> tuple[Outage, ...]:
    """One outage of each kind within `within` seconds, `share` of the time altogether, none at the very start."""
    rng = random.Random(f"outages {seed}")
    kinds = list(KINDS)
    rng.shuffle(kinds)
    slot = within / len(kinds)
    length = slot * share
    plan = []
    for number, kind in enumerate(kinds):
        start = number * slot + rng.uniform(0.15, 0.95 - share) * slot
        plan.append(Outage(start, start + length, kind))
    return tuple(plan)


def outage_at(plan: tuple[Outage, ...], seconds: float) -> Outage | None:
    return next((o for o in plan if o.start <= seconds < o.end), None)
