"""Who gets which case, and which center an address belongs to: ``assignment.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from config.settings import layered


class AssignmentError(ValueError):
    """``assignment.yaml`` says something that is not understood."""


class Rule(BaseModel):
    """One line: which cases, and among whom they are shared. What is left empty matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    programs: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    last_digits: tuple[int, ...] = ()
    team: str = ""
    officers: tuple[str, ...] = ()
    share: Literal["rotation", "last_digit"] = "rotation"

    @model_validator(mode="after")
    def _somebody(self) -> Rule:
        if bool(self.team) == bool(self.officers):
            raise ValueError("a rule names either a team or officers")
        return self

    def matches(self, program: str, address: str, receipt_no: str) -> bool:
        """Whether a case falls under this rule; a condition on what is not known does not hold."""
        return (
            (not self.programs or program in self.programs)
            and (not self.districts or any(lies_in(address, d) for d in self.districts))
            and (not self.last_digits or _last_digit(receipt_no) in self.last_digits)
        )

    def place(self, receipt_no: str, number: int, among: int) -> int:
        """Whose turn it is, 0 to `among` - 1. `number`: of the case or paper, in the order of arrival."""
        digit = _last_digit(receipt_no) if self.share == "last_digit" else None
        return (number if digit is None else digit) % among


class Jurisdiction(BaseModel):
    """The districts of one center."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    center: str = Field(min_length=1)
    districts: tuple[str, ...] = Field(min_length=1)


class Assignment(BaseModel):
    """What ``assignment.yaml`` says. `center`: the names that our own center goes by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[Rule, ...] = ()
    center: tuple[str, ...] = ()
    jurisdiction: tuple[Jurisdiction, ...] = ()

    def center_of(self, address: str) -> str:
        """The center whose district an address lies in, "" where none is known.

        Of several the one whose district is named most closely ("수원시 장안구" before "수원시").
        """
        held = [
            (len(district), j.center)
            for j in self.jurisdiction
            for district in j.districts
            if lies_in(address, district)
        ]
        return max(held)[1] if held else ""

    def is_ours(self, center: str) -> bool:
        """Whether a center is this one; True where nothing is known of it, or of our own name."""
        return not center or not self.center or center in self.center

    def centers(self) -> list[str]:
        """The other centers that are known, in the order of the file."""
        names = dict.fromkeys(j.center for j in self.jurisdiction)
        return [name for name in names if name not in self.center]


@lru_cache
def assignment(path: Path | None = None) -> Assignment:
    """The rules; the center's own file takes the place of the default.

    Raises AssignmentError, which names the file and the place.
    """
    path = path or layered("assignment.yaml")[-1]
    try:
        return Assignment.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (yaml.YAMLError, ValidationError) as error:
        raise AssignmentError(f"{path}: {error}") from error


def lies_in(address: str, district: str) -> bool:
    """Whether an address lies in `시·도`, `시·도 시·군·구` or `시·군·구`, however its province is written."""
    words, wanted = _words(address), _words(district)
    return bool(wanted) and any(words[i : i + len(wanted)] == wanted for i in range(len(words)))


def _words(place: str) -> list[str]:
    words = place.split()
    return [_provinces().get(words[0], words[0]), *words[1:]] if words else []


@lru_cache
def _provinces() -> dict[str, str]:
    data = yaml.safe_load(layered("districts.yaml")[-1].read_text("utf-8"))
    return {word: p["name"] for p in data["provinces"] for word in [p["name"], *p["also"]]}


def _last_digit(receipt_no: str) -> int | None:
    return int(receipt_no[-1]) if receipt_no[-1:].isdigit() else None
