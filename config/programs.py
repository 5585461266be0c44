"""Programs (제도) and the papers each one asks for, from ``programs.yaml``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.channels import Orders
from config.periods import ProcessingPeriod
from config.settings import layered


class ProgramsError(ValueError):
    """``programs.yaml`` says something that is not understood."""


class Program(BaseModel):
    """One program: its title, the code in its receipt numbers, its form and the papers it asks for.

    applicant   who applies, and so is written to: "person", or "employer" (a subsidy)
    supplement  "auto": what is missing is asked for by itself; "officer": when an officer presses
    channels    in which order its notices are brought to people, where it says other than ``channels.yaml``
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    code: str = Field(pattern="^[A-Z]{2}$")
    form: str
    applicant: Literal["person", "employer"] = "person"
    required: tuple[str, ...] = ()
    supplement_days: int = Field(default=14, gt=0)
    supplement: Literal["auto", "officer"] = "officer"
    processing: tuple[ProcessingPeriod, ...] = ()
    channels: Orders = Orders()

    def missing(self, present: Iterable[str]) -> list[str]:
        """The required papers, form included, that are not among `present`; "a|b" asks for one of both."""
        have = set(present)
        return [need for need in (self.form, *self.required) if not have & set(need.split("|"))]

    def period_on(self, day: date) -> ProcessingPeriod | None:
        """The period in force on a day; before the first that is known, that one. None when none is."""
        known = sorted(self.processing, key=lambda period: period.effective)
        return next((p for p in reversed(known) if p.effective <= day), known[0] if known else None)


def legal_due(program: str, received: date) -> date | None:
    """The last day of a case's processing period; None for a program without one."""
    described = load_programs().get(program)
    period = described.period_on(received) if described else None
    return period.due(received) if period else None


def program_of_form(document_type: str) -> str:
    """The program that a document type applies for; "" for a paper that goes with several."""
    found = [name for name, program in load_programs().items() if program.form == document_type]
    return found[0] if len(found) == 1 else ""


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
