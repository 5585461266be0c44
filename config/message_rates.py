"""What one message costs, from ``message_rates.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import layered


class MessageRatesError(ValueError):
    """``message_rates.yaml`` says something that is not understood."""


class MessageRates(BaseModel):
    """Won for one message of each way. `confirmed`: the center has compared them with its contracts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    confirmed: bool = False
    sms: int = Field(ge=0)
    lms: int = Field(ge=0)
    alimtalk: int = Field(ge=0)
    electronic: int = Field(ge=0)
    email: int = Field(default=0, ge=0)


def message_price(way: str) -> int:
    """Won for one message by "sms", "lms", "alimtalk", "electronic" or "email". Raises `MessageRatesError`."""
    rates = message_rates()
    if way not in ("sms", "lms", "alimtalk", "electronic", "email"):
        raise MessageRatesError(f"there is no rate for {way}")
    return int(getattr(rates, way))


def message_rates() -> MessageRates:
    """The center's own file goes before the default. Raises `MessageRatesError`, which names the file."""
    return _read(layered("message_rates.yaml")[-1])


@lru_cache
def _read(path: Path) -> MessageRates:
    try:
        return MessageRates.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise MessageRatesError(f"{path}: {error}") from error
