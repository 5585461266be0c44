"""What the post takes for a letter, by our own count: ``post_rates.yaml``."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import layered

SERVICES = ("registered", "post")
ENVELOPES = ("small", "large")


class PostRatesError(ValueError):
    """``post_rates.yaml`` says something that is not understood, or has no rate for what is asked."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Envelope(_Part):
    """How many sheets of paper it takes at most."""

    most_sheets: int = Field(gt=0)


class Price(_Part):
    """In won: a letter of one sheet, and each further sheet."""

    first: int = Field(ge=0)
    each: int = Field(ge=0)


class Rate(_Part):
    """Prices from a day on; `registered` is added to a letter that goes by registered mail."""

    effective: date
    confirmed: bool
    small: Price
    large: Price
    registered: int = Field(ge=0)


class PostRates(_Part):
    """The whole file. `sides`: pages that are printed on one sheet."""

    sides: int = Field(ge=1, le=2)
    envelopes: dict[str, Envelope]
    rates: tuple[Rate, ...]


@lru_cache
def post_rates() -> PostRates:
    """The center's own file goes before the default. Raises `PostRatesError`."""
    file = layered("post_rates.yaml")[-1]
    try:
        rates = PostRates(**yaml.safe_load(file.read_text("utf-8")))
    except (ValidationError, yaml.YAMLError, TypeError) as error:
        raise PostRatesError(f"{file}: {error}") from None
    if set(rates.envelopes) != set(ENVELOPES) or not rates.rates:
        raise PostRatesError(f"{file}: envelopes must be {', '.join(ENVELOPES)}, and rates must not be empty")
    return rates


def sheets_of(pages: int) -> int:
    """Sheets of paper on which so many pages are printed."""
    return -(-pages // post_rates().sides)


def envelope_for(sheets: int) -> str:
    """The smallest envelope that takes so many sheets. Raises `PostRatesError` when none does."""
    for name in ENVELOPES:
        if 1 <= sheets <= post_rates().envelopes[name].most_sheets:
            return name
    raise PostRatesError(f"no envelope takes {sheets} sheets")


def price(service: str, envelope: str, sheets: int, on: date | None = None) -> int:
    """Won for one letter.

    service   one of `SERVICES`; envelope: one of `ENVELOPES`
    on        the day on which it is posted, default: by the last rate of the file that has begun

    Raises `PostRatesError` for a letter that the envelope does not take, and where no rate has begun.
    """
    if service not in SERVICES or envelope not in ENVELOPES:
        raise PostRatesError(f"there is no service {service} in a {envelope} envelope")
    most = post_rates().envelopes[envelope].most_sheets
    if not 1 <= sheets <= most:
        raise PostRatesError(f"the {envelope} envelope takes 1 to {most} sheets, not {sheets}")
    begun = [rate for rate in post_rates().rates if rate.effective <= (on or date.today())]
    if not begun:
        raise PostRatesError("post_rates.yaml has no rate that is in force")
    rate = max(begun, key=lambda one: one.effective)
    of = rate.small if envelope == "small" else rate.large
    return of.first + of.each * (sheets - 1) + (rate.registered if service == "registered" else 0)
