"""Accounts and funds of the state (일반회계, 고용보험기금) and which program is paid from which: ``funds.yaml``."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from config.settings import layered

STATEMENT_BYTES = 14
"""What the bank's message has room for in the payee's passbook, in CP949."""


class FundsError(ValueError):
    """``funds.yaml`` says something that is not understood."""


class Fund(BaseModel):
    """One account or fund; `mark` stands in the numbers of its orders."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    mark: str = Field(min_length=1, max_length=4)


class PaidFrom(BaseModel):
    """What a program is paid from, as what, and on what ground where the decision names none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fund: str
    purpose: str
    legal_ground: str = ""

    @field_validator("purpose")
    @classmethod
    def _fits(cls, value: str) -> str:
        try:
            encoded = value.encode("cp949")
        except UnicodeEncodeError as error:
            raise ValueError("purpose has a character that CP949 lacks") from error
        if not 0 < len(encoded) <= STATEMENT_BYTES or len(encoded) != 2 * len(value):
            raise ValueError(f"purpose has to be full-width, 1 to {STATEMENT_BYTES} bytes in CP949")
        return value


class Closing(BaseModel):
    """When a fiscal year ends for good; `last_payment`: month and day of the year after."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    last_payment: str = Field(default="01-20", pattern="^[01][0-9]-[0-3][0-9]$")

    def last_day(self, fiscal_year: int) -> date:
        """The last day on which money of that year may still leave."""
        return date.fromisoformat(f"{fiscal_year + 1}-{self.last_payment}")


class Funds(BaseModel):
    """The whole file. `deductions`: what may be kept back, by code, in Korean."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    funds: dict[str, Fund]
    programs: dict[str, PaidFrom]
    deductions: dict[str, str] = {}
    closing: Closing = Closing()

    @model_validator(mode="after")
    def _known(self) -> Funds:
        for program, paid in self.programs.items():
            if paid.fund not in self.funds:
                raise ValueError(f"program {program} names the fund {paid.fund}, which is not described")
        return self

    def title(self, fund: str) -> str:
        """What a fund is called; its code where nobody has described it."""
        return self.funds[fund].title if fund in self.funds else fund

    def of(self, program: str) -> PaidFrom | None:
        """What a program is paid from; None where nobody has said."""
        return self.programs.get(program)

    def fund_of(self, program: str) -> str:
        """The code of the fund that pays a program; "" where nobody has said."""
        paid = self.of(program)
        return paid.fund if paid else ""


@lru_cache
def load_funds(path: Path | None = None) -> Funds:
    """The center's own file goes before the default. Raises FundsError, which names file and place."""
    path = path or layered("funds.yaml")[-1]
    try:
        return Funds.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise FundsError(f"{path}: {error}") from error
