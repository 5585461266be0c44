"""How much may be paid at once, in a batch, on a day, and what counts as unusual: ``payment_limits.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import layered

MOST_PAYMENTS = 100_000
"""What one batch can hold at all."""


class PaymentLimitsError(ValueError):
    """``payment_limits.yaml`` says something that is not understood."""


class Limits(BaseModel):
    """The limits of one fund, in won and payments."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    transfer_won: int = Field(gt=0)
    batch_won: int = Field(gt=0)
    batch_payments: int = Field(gt=0, le=MOST_PAYMENTS)
    day_won: int = Field(gt=0)


class OfFund(BaseModel):
    """What is other for one fund."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    transfer_won: int | None = Field(default=None, gt=0)
    batch_won: int | None = Field(default=None, gt=0)
    batch_payments: int | None = Field(default=None, gt=0, le=MOST_PAYMENTS)
    day_won: int | None = Field(default=None, gt=0)


class OfProgram(BaseModel):
    """What is other for one program."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    transfer_won: int = Field(gt=0)


class Unusual(BaseModel):
    """When an amount is shown to who approves as out of the ordinary."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    history: int = Field(default=20, ge=4)
    spread: float = Field(default=3.0, gt=0)
    own_times: float = Field(default=2.0, ge=1)


class PaymentLimits(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    default: Limits
    funds: dict[str, OfFund] = {}
    programs: dict[str, OfProgram] = {}
    unusual: Unusual = Unusual()

    def of(self, fund: str) -> Limits:
        """The limits of a fund."""
        other = self.funds.get(fund)
        return self.default.model_copy(update=other.model_dump(exclude_none=True)) if other else self.default

    def transfer_won(self, fund: str, program: str) -> int:
        """The most that one transfer of a program may be: the lower of the fund's and the program's."""
        most = self.of(fund).transfer_won
        own = self.programs.get(program)
        return min(most, own.transfer_won) if own else most


def load_payment_limits() -> PaymentLimits:
    """The center's own file goes before the default. Raises PaymentLimitsError, which names file and place."""
    return _read(layered("payment_limits.yaml")[-1])


@lru_cache
def _read(path: Path) -> PaymentLimits:
    try:
        return PaymentLimits.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise PaymentLimitsError(f"{path}: {error}") from error
