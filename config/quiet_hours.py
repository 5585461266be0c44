"""The hours of night in which no message is sent, from ``quiet_hours.yaml``."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import layered, settings


class QuietHoursError(ValueError):
    """``quiet_hours.yaml`` says something that is not understood."""


class QuietHours(BaseModel):
    """From a time of day until a time of day, over midnight where the first is the later one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    begin: time = Field(alias="from")
    until: time
    channels: tuple[str, ...]

    def holds(self, at: time) -> bool:
        if self.begin <= self.until:
            return self.begin <= at < self.until
        return at >= self.begin or at < self.until


def may_leave_at(channel: str, moment: datetime) -> datetime:
    """`moment`, or the end of the quiet hours in which it lies, for channels that keep them. With time zone, UTC.

    Raises `QuietHoursError`, which names the file.
    """
    quiet = _read(layered("quiet_hours.yaml")[-1])
    local = moment.astimezone(ZoneInfo(settings().timezone))
    if channel not in quiet.channels or not quiet.holds(local.time()):
        return moment.astimezone(UTC)
    day = local.date() if local.time() < quiet.until else local.date() + timedelta(days=1)
    return datetime.combine(day, quiet.until, local.tzinfo).astimezone(UTC)


@lru_cache
def _read(path: Path) -> QuietHours:
    try:
        return QuietHours.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise QuietHoursError(f"{path}: {error}") from error
