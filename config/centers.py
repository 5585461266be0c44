"""The centers (고용센터) to which papers may be passed on, from ``centers.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.assignment import assignment
from config.settings import layered, settings


class CentersError(ValueError):
    """``centers.yaml`` says something that is not understood."""


class Center(BaseModel):
    """Another center, by the name under which papers are passed on to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    phone: str = ""


def load_centers(path: Path | None = None) -> tuple[Center, ...]:
    """Every center but our own: those of the list, then those that ``assignment.yaml`` names besides.

    Raises CentersError, which names the file and the place.
    """
    listed = _listed(path or layered("centers.yaml")[-1])
    ours = {settings().center_name, *assignment().center}
    names = {center.name for center in listed}
    further = [Center(name=name) for name in assignment().centers() if name not in names]
    return tuple(center for center in (*listed, *further) if center.name not in ours)


def is_center(name: str) -> bool:
    """Whether papers may be passed on to a center of this name."""
    return any(center.name == name for center in load_centers())


@lru_cache
def _listed(path: Path) -> tuple[Center, ...]:
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        return tuple(Center.model_validate(entry) for entry in data["centers"])
    except (yaml.YAMLError, ValidationError, KeyError, TypeError) as error:
        raise CentersError(f"{path}: {error}") from error
