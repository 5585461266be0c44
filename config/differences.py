"""Why a day does not agree, in the words of ``differences.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import layered


class DifferencesError(ValueError):
    """``differences.yaml`` says something that is not understood."""


class Cause(BaseModel):
    """One cause: `title` as it stands in a list, `do`: what a person does about it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1)
    do: str = Field(min_length=1)


def load_causes() -> dict[str, Cause]:
    """All causes by code. Raises `DifferencesError`, which names the file."""
    return _read(layered("differences.yaml")[-1])


def cause_named(code: str) -> Cause:
    """The words of a cause; of one that the center's file does not know, its code."""
    return load_causes().get(code) or Cause(title=code, do="담당자가 확인하고 사유를 적으십시오.")


@lru_cache
def _read(path: Path) -> dict[str, Cause]:
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        return {str(code): Cause.model_validate(told) for code, told in data["causes"].items()}
    except (yaml.YAMLError, ValidationError, KeyError, TypeError, AttributeError) as error:
        raise DifferencesError(f"{path}: {error}") from error
