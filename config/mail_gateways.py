"""How the mails of fax gateways are to be read: ``mail_gateways.yaml``."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from config.settings import layered


class MailGatewaysError(ValueError):
    """``mail_gateways.yaml`` says something that is not understood."""


def _checked(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
    return pattern


class Place(BaseModel):
    """Where a value stands: in a header, or where `pattern` fits in the subject or the text."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    header: str = ""
    where: Literal["", "subject", "text"] = Field(default="", alias="in")
    pattern: str = ""

    _pattern = field_validator("pattern")(_checked)

    @model_validator(mode="after")
    def _one_place(self) -> Place:
        if bool(self.header) == bool(self.where):
            raise ValueError("give either header or in (subject, text)")
        if self.where and not self.pattern:
            raise ValueError("in needs a pattern")
        return self


class Gateway(BaseModel):
    """One way of telling of a fax; `sent_by` limits it to mails whose From fits."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    title: str = ""
    sent_by: str = Field(default="", alias="from")
    caller: tuple[Place, ...] = ()
    sender: tuple[Place, ...] = ()
    received_at: tuple[Place, ...] = ()
    notices: tuple[str, ...] = ()

    _sent_by = field_validator("sent_by")(_checked)

    @field_validator("notices")
    @classmethod
    def _notices(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked(p) for p in patterns)


class MailGateways(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gateways: tuple[Gateway, ...] = ()
    time_formats: tuple[str, ...] = ()
    believe_hours: float = Field(default=8.0, ge=0)
    ignored_names: tuple[str, ...] = ()

    @field_validator("ignored_names")
    @classmethod
    def _ignored(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked(p) for p in patterns)


@lru_cache
def load_mail_gateways(path: Path | None = None) -> MailGateways:
    """The center's own file, else the default. Raises MailGatewaysError, which names file and place."""
    path = path or layered("mail_gateways.yaml")[-1]
    try:
        return MailGateways.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (yaml.YAMLError, ValidationError) as error:
        raise MailGatewaysError(f"{path}: {error}") from error
