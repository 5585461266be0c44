"""The stages of a supplement request (보완), from ``supplementing.yaml``."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import layered


class SupplementingError(ValueError):
    """``supplementing.yaml`` says something that is not understood."""


class Supplementing(BaseModel):
    """How often and for how long; `confirmed` once the center has checked it against the law.

    extensions     how often the applicant may have the time extended
    second_days    days of the second request
    remind_before  days before the last day on which the applicant is reminded, 0 for never
    returned_ends  so many requests that came back let the application count as withdrawn
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    effective: date
    law: str
    clock_law: str
    confirmed: bool
    extensions: int = Field(ge=0)
    second_days: int = Field(gt=0)
    remind_before: int = Field(ge=0)
    returned_ends: int = Field(gt=0)


@lru_cache
def supplementing() -> Supplementing:
    """The rules; the center's own file goes before the default. Raises SupplementingError, which names the file."""
    path = layered("supplementing.yaml")[-1]
    try:
        return Supplementing.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise SupplementingError(f"{path}: {error}") from error
