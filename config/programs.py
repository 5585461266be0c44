"""Programs (제도) and the papers each one asks for, from ``programs.yaml``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import layered


class ProgramsError(ValueError):
    """``programs.yaml`` says something that is not understood."""


class Program(BaseModel):
    """One program: its title, the code in its receipt numbers, its form and the papers it asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    code: str = Field(pattern="^[A-Z]{2}$")
    form: str
    required: tuple[str, ...] = ()
    supplement_days: int = Field(default=14, gt=0)

    def missing(self, present: Iterable[str]) -> list[str]:
        """The required papers, form included, that are not among `present`; "a|b" asks for one of both."""
        have = set(present)
        return [need for need in (self.form, *self.required) if not have & set(need.split("|"))]


@lru_cache
def load_programs(path: Path | None = None) -> dict[str, Program]:
    """Programs by code name; the center's own file goes before the default.

    Raises ProgramsError, which names the file and the place.
    """
    path = path or layered("programs.yaml")[-1]
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        return {name: Program.model_validate(entry) for name, entry in data["programs"].items()}
    except (yaml.YAMLError, ValidationError, KeyError, TypeError, AttributeError) as error:
        raise ProgramsError(f"{path}: {error}") from error
