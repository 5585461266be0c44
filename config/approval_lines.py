"""Who has to agree before an official act leaves (결재선): ``approval_lines.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from config.settings import layered

Duty = Literal["draft", "check", "final"]

DUTIES: dict[str, str] = {"draft": "기안", "check": "검토", "final": "전결"}
"""What a duty is called on paper and on screens."""

READ_BY_A_PERSON = frozenset({"decision_refused", "supplement_return"})
"""Kinds whose every approval needs a person who opened the letter, whatever a center configures."""


class ApprovalLinesError(ValueError):
    """``approval_lines.yaml`` says something that is not understood."""


class LineStep(BaseModel):
    """One step. `who`: the case's officer, or anybody of a role; `number`: one officer, by number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    duty: Duty
    who: Literal["officer", "staff", "supervisor", ""] = ""
    number: str = ""

    @model_validator(mode="after")
    def _somebody(self) -> LineStep:
        if bool(self.who) == bool(self.number):
            raise ValueError("a step names either who or a number")
        return self


class ApprovalLine(BaseModel):
    """One line: for which acts it is, and its steps in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    reading: bool = False
    steps: tuple[LineStep, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _in_order(self) -> ApprovalLine:
        duties = [step.duty for step in self.steps]
        if duties[0] != "draft" or duties[-1] != "final" or set(duties[1:-1]) - {"check"}:
            raise ValueError("a line begins with draft, ends with final and has only check between")
        return self

    def fits(self, kind: str, program: str) -> bool:
        return (not self.kinds or kind in self.kinds) and (not self.programs or program in self.programs)


def line_for(kind: str, program: str) -> ApprovalLine:
    """The first line that fits a kind of notice and a program.

    Raises ApprovalLinesError, which names the file and what is missing.
    """
    found = next((line for line in load_lines() if line.fits(kind, program)), None)
    if found is None:
        raise ApprovalLinesError(f"approval_lines.yaml: {kind} ({program})에 맞는 결재선이 없습니다")
    return found


def needs_reading(kind: str, program: str) -> bool:
    """Whether only a person who opened the letter may agree to it."""
    return kind in READ_BY_A_PERSON or line_for(kind, program).reading


def load_lines() -> tuple[ApprovalLine, ...]:
    """The lines in their order; the center's own file takes the place of the default.

    Raises ApprovalLinesError, which names the file and the place.
    """
    return _read(layered("approval_lines.yaml")[-1])


@lru_cache
def _read(path: Path) -> tuple[ApprovalLine, ...]:
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        return tuple(ApprovalLine.model_validate(entry) for entry in data["lines"])
    except (yaml.YAMLError, ValidationError, KeyError, TypeError) as error:
        raise ApprovalLinesError(f"{path}: {error}") from error
