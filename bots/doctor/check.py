"""One thing that was looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """state: "ok", "advice" (works without, see remedy) or "missing" (does not work without)."""

    name: str
    state: str
    found: str
    remedy: str = ""


def ok(name: str, found: str) -> Check:
    return Check(name, "ok", found)


def advice(name: str, found: str, remedy: str) -> Check:
    return Check(name, "advice", found, remedy)


def missing(name: str, found: str, remedy: str) -> Check:
    return Check(name, "missing", found, remedy)


def guarded(name: str, look: Callable[[], Check]) -> Check:
    """A check that itself fails is a finding, not the end of the doctor."""
    try:
        return look()
    except Exception as e:
        return missing(
            name,
            f"could not be looked at: {type(e).__name__}: {e}",
            "See the message.",
        )
