"""Who sent a delivery, in one line of a table."""

from __future__ import annotations

from dashboard.parts.korean import source
from dashboard.parts.table import muted
from dashboard.reads.sender_words import masked_number, masked_sender


def sender(name: str, number: str, way_in: str) -> list[object]:
    """Name and number, those of private people masked: in a list nobody has given a reason for each."""
    name, number = masked_sender(name.strip()), masked_number(number.strip())
    if name and number and name != number:
        return [name, muted(number)]
    return [name or number or muted(source(way_in))]
