"""The schedule of the bots as `bots.yaml` tells it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from config.settings import layered

_UNITS = {"s": 1, "m": 60, "h": 3600}
_ALLOWED = {
    "days": ("all", "business"),
    "hours": ("", "office", "bank"),
    "missed": ("skip", "once", "all"),
    "overlap": ("skip", "queue"),
}


@dataclass(frozen=True)
class BotSchedule:
    """One entry: either `every` (seconds) or `cron` (five fields) is set."""

    bot: str
    every: float | None = None
    cron: str | None = None
    days: str = "all"
    hours: str = ""
    missed: str = "skip"
    overlap: str = "skip"

    def to_dict(self) -> dict[str, Any]:
        """What the dashboard shows: the settings that are not the default."""
        when = {"every": self.every} if self.every else {"cron": self.cron}
        rest = {name: getattr(self, name) for name in _ALLOWED}
        return when | {name: value for name, value in rest.items() if value != _ALLOWED[name][0]}


def bot_schedules() -> list[BotSchedule]:
    """All bots that run by schedule. Raises ValueError, naming file and bot, on a faulty entry."""
    entries: dict[str, BotSchedule | None] = {}
    for path in layered("bots.yaml"):
        for bot, told in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            entries[bot] = None if told.get("never") else _entry(path, bot, told)
    return [entry for entry in entries.values() if entry is not None]


def _entry(path: Path, bot: str, told: dict[str, Any]) -> BotSchedule:
    unknown = set(told) - {"every", "cron", *_ALLOWED}
    if unknown:
        raise ValueError(f"{path}: {bot}: there is no setting {', '.join(sorted(map(str, unknown)))}")
    if ("every" in told) == ("cron" in told):
        raise ValueError(f"{path}: {bot}: give either every or cron")
    for name, allowed in _ALLOWED.items():
        if told.get(name, allowed[0]) not in allowed:
            raise ValueError(f"{path}: {bot}: {name} must be one of {', '.join(a for a in allowed if a)}")
    rest = {name: told[name] for name in _ALLOWED if name in told}
    if "cron" in told:
        if len(str(told["cron"]).split()) != 5:
            raise ValueError(f"{path}: {bot}: cron needs five fields: minute hour day month weekday")
        return BotSchedule(bot, cron=str(told["cron"]), **rest)
    return BotSchedule(bot, every=_seconds(path, bot, told["every"]), **rest)


def _seconds(path: Path, bot: str, told: object) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh])", str(told))
    if found is None or float(found[1]) <= 0:
        raise ValueError(f"{path}: {bot}: every must be like 30s, 5m or 2h, not {told}")
    return float(found[1]) * _UNITS[found[2]]
