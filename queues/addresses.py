"""Postal addresses: taken apart, and looked at before money is spent on a letter."""

from __future__ import annotations


def split(text: str) -> tuple[str, str]:
    """The road and number, and what comes after the comma (동, 호, 층)."""
    road, _, detail = text.partition(",")
    return " ".join(road.split()), " ".join(detail.split())
