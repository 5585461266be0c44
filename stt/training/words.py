"""The word lists of stt/training/words.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml


@cache
def _lists() -> dict[str, str]:
    lists: dict[str, str] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return lists


def words(name: str) -> tuple[str, ...]:
    """Raises KeyError for a list that is not there."""
    return tuple(_lists()[name].split())
