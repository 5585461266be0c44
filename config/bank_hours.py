"""When money may leave for which bank, from ``bank_hours.yaml``."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from config.settings import layered, settings

EVERY_BANK = "*"
_ORDER = ("first", "second", "third", "fourth", "fifth")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

ALWAYS_OPEN = 'window: {from: "00:00", until: "00:00"}\nstop_before_minutes: 0\nbanks: {}\n'
"""A `bank_hours.yaml` of a world without night."""


class BankHoursError(ValueError):
    """``bank_hours.yaml`` says something that is not understood."""


class Span(BaseModel):
    """From a time of day until another, over midnight where the first is the later one. The same twice: all day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    begin: time = Field(alias="from")
    until: time

    def on_day(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Begin and end of the one that begins on `day`."""
        last = day if self.begin < self.until else day + timedelta(days=1)
        return datetime.combine(day, self.begin, zone), datetime.combine(last, self.until, zone)


def _known_day(text: str) -> str:
    words = text.lower().split()
    if text and (len(words) != 2 or words[0] not in _ORDER or words[1] not in _DAYS):
        raise ValueError(f'"{text}" is not of the form "second sunday"')
    return " ".join(words)


class Closing(Span):
    """When a bank is closed; `day`: "" every day, else "second sunday" of the month."""

    day: Annotated[str, AfterValidator(_known_day)] = ""

    def holds_on(self, on: date) -> bool:
        if not self.day:
            return True
        order, weekday = self.day.split()
        return on.weekday() == _DAYS.index(weekday) and (on.day - 1) // 7 == _ORDER.index(order)


class BankHours(BaseModel):
    """window: when the center speaks to its bank at all; banks: when others are closed, by their code."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    window: Span
    stop_before_minutes: int = Field(default=30, ge=0)
    banks: dict[str, tuple[Closing, ...]] = Field(default_factory=dict)


def may_ask_at(moment: datetime) -> datetime:
    """`moment`, or when the center's window opens next: for all that moves no money. UTC."""
    return _free(moment, _nights(moment, margin=False))


def may_send_at(moment: datetime, bank: str) -> datetime:
    """`moment`, or the first one after it at which a transfer to `bank` (its code) may leave. UTC.

    Nothing new leaves in the minutes before the window or the bank closes (`stop_before_minutes`).
    """
    return _free(moment, [*_nights(moment, margin=True), *_closings(moment, bank)])


def closed_banks(moment: datetime) -> tuple[frozenset[str], bool]:
    """Codes of the banks to which nothing may leave now, of those that are named; and whether that is so for all
    others."""
    hours = bank_hours()
    named = [code for code in hours.banks if code != EVERY_BANK]
    closed = frozenset(code for code in named if may_send_at(moment, code) > moment)
    return closed, may_send_at(moment, EVERY_BANK) > moment


def open_banks() -> list[str]:
    """The codes that the file names, without the one for all others."""
    return sorted(code for code in bank_hours().banks if code != EVERY_BANK)


def _nights(moment: datetime, *, margin: bool) -> list[tuple[datetime, datetime]]:
    """When the window is closed, around `moment`."""
    hours = bank_hours()
    if hours.window.begin == hours.window.until:
        return []
    stop = timedelta(minutes=hours.stop_before_minutes if margin else 0)
    opened = [hours.window.on_day(day, _zone()) for day in _around(moment)]
    return [(closes - stop, opens) for (_, closes), (opens, _) in pairwise(opened)]


def _closings(moment: datetime, bank: str) -> list[tuple[datetime, datetime]]:
    hours = bank_hours()
    stop = timedelta(minutes=hours.stop_before_minutes)
    found = hours.banks.get(bank, hours.banks.get(EVERY_BANK, ()))
    spans = [c.on_day(day, _zone()) for c in found for day in _around(moment) if c.holds_on(day)]
    return [(begin - stop, until) for begin, until in spans]


def _around(moment: datetime) -> list[date]:
    today = moment.astimezone(_zone()).date()
    return [today + timedelta(days=n) for n in range(-1, 4)]


def _free(moment: datetime, closed: list[tuple[datetime, datetime]]) -> datetime:
    free = moment.astimezone(UTC)
    for begin, until in sorted(closed):
        if begin <= free < until:
            free = until.astimezone(UTC)
    return free


def _zone() -> ZoneInfo:
    return ZoneInfo(settings().timezone)


def bank_hours() -> BankHours:
    """The hours as the file has them. Raises `BankHoursError`, which names the file."""
    return _hours(settings().config_dir)


@lru_cache
def _hours(_of_center: Path | None) -> BankHours:
    """Read once per folder of a center: it is asked about every block."""
    return _read(layered("bank_hours.yaml")[-1])


def _read(path: Path) -> BankHours:
    try:
        return BankHours.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise BankHoursError(f"{path}: {error}") from error
