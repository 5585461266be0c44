"""From which item of the budget a program is paid, by year: ``budget_items.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.settings import layered

LEVELS = ("프로그램", "단위사업", "세부사업", "목", "세목")
"""What the parts of an item are, from the widest."""


class BudgetItemsError(ValueError):
    """``budget_items.yaml`` says something that is not understood."""


class ItemOfYear(BaseModel):
    """An item as it is called from a year on, until another line of its program follows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_year: int = Field(ge=2000, le=2100)
    code: tuple[str, ...] = Field(min_length=len(LEVELS), max_length=len(LEVELS))
    title: tuple[str, ...] = Field(min_length=len(LEVELS), max_length=len(LEVELS))

    @field_validator("code")
    @classmethod
    def _digits(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(part.isascii() and part.isalnum() for part in value):
            raise ValueError("parts of a code are letters and digits")
        return value

    @property
    def whole_code(self) -> str:
        return "-".join(self.code)

    @property
    def whole_title(self) -> str:
        return " > ".join(self.title)


class BudgetItems(BaseModel):
    """The whole file, by program."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    items: dict[str, tuple[ItemOfYear, ...]]

    def of(self, program: str, year: int) -> ItemOfYear | None:
        """The item in a year; None where none is described for it yet."""
        known = [item for item in self.items.get(program, ()) if item.from_year <= year]
        return max(known, key=lambda item: item.from_year, default=None)


@lru_cache
def load_budget_items(path: Path | None = None) -> BudgetItems:
    """The center's own file goes before the default. Raises BudgetItemsError, which names file and place."""
    path = path or layered("budget_items.yaml")[-1]
    try:
        return BudgetItems.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise BudgetItemsError(f"{path}: {error}") from error
