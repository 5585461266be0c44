"""How to object to an act (불복 방법), by program: ``remedies.yaml``."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import layered


class RemediesError(ValueError):
    """``remedies.yaml`` says something that is not understood."""


class Remedy(BaseModel):
    """What a letter says of it, and the days that run from the day of service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    programs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    effective: date
    days: int = Field(gt=0)
    lines: tuple[str, ...] = Field(min_length=1)
    law: str
    confirmed: bool

    def fits(self, program: str, kind: str, on: date) -> bool:
        programs = not self.programs or program in self.programs
        return programs and (not self.kinds or kind in self.kinds) and self.effective <= on


def remedy_for(program: str, kind: str, on: date) -> Remedy | None:
    """The first that fits an act of a day; of entries for the same programs the one in force. None: none is known."""
    fitting = [entry for entry in load_remedies() if entry.fits(program, kind, on)]
    same = [e for e in fitting if (e.programs, e.kinds) == (fitting[0].programs, fitting[0].kinds)]
    return max(same, key=lambda entry: entry.effective, default=None)


def load_remedies() -> tuple[Remedy, ...]:
    """The center's own file goes before the default. Raises `RemediesError`, which names the file."""
    return _read(layered("remedies.yaml")[-1])


@lru_cache
def _read(path: Path) -> tuple[Remedy, ...]:
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        return tuple(Remedy.model_validate(entry) for entry in data["remedies"])
    except (yaml.YAMLError, ValidationError, KeyError, TypeError) as error:
        raise RemediesError(f"{path}: {error}") from error
