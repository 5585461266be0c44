"""What stands on every letter of the center, from ``letterhead.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import layered, settings


class LetterheadError(ValueError):
    """``letterhead.yaml`` says something that is not understood."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Margins(_Part):
    """In mm. For certified content the post asks for 20 above, 40 below and 15 at the sides."""

    top: float = Field(20, ge=5, le=60)
    bottom: float = Field(22, ge=5, le=60)
    left: float = Field(15, ge=5, le=60)
    right: float = Field(15, ge=5, le=60)


class Window(_Part):
    """Where the window of the envelope lies on the folded sheet, in mm from its upper left corner."""

    left: float = Field(20, ge=0, le=200)
    top: float = Field(40, ge=0, le=280)
    width: float = Field(95, ge=40, le=180)
    height: float = Field(30, ge=15, le=80)


class Letterhead(_Part):
    """The center as its letters show it. `sample`: not filled in yet, and every letter says so."""

    sample: bool = False
    name: str = ""
    issuer: str = ""
    postcode: str = Field(pattern=r"^\d{5}$")
    address: str = Field(min_length=1)
    phone: str = Field(min_length=1)
    fax: str = ""
    email: str = ""
    homepage: str = ""
    hours: str = ""
    disclosure: str = ""
    margins: Margins = Margins()
    window: Window = Window()

    @property
    def center(self) -> str:
        """기관명."""
        return self.name or settings().center_name

    @property
    def signed_by(self) -> str:
        """발신명의."""
        return self.issuer or f"{self.center}장"


def load_letterhead() -> Letterhead:
    """The center's own file goes before the default. Raises `LetterheadError`, which names file and place."""
    return _read(layered("letterhead.yaml")[-1])


@lru_cache
def _read(path: Path) -> Letterhead:
    try:
        return Letterhead.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise LetterheadError(f"{path}: {error}") from error
