"""Who sent a delivery, in one line of a table."""

from __future__ import annotations

from dashboard.parts.korean import source
from dashboard.parts.table import muted


def sender(name: str, number: str, way_in: str) -> list[object]:
    """Name and number; the one that is there; else the way in."""
    if name and number and name != number:
        return [name, muted(number)]
    return [name or number or muted(source(way_in))]
