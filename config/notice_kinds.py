"""The kinds of notices and the values that each one needs, from ``notices/notices.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from config.settings import layered


class NoticeKindsError(ValueError):
    """``notices.yaml`` says something that is not understood."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Value(_Part):
    """What a value must be. `label`: what staff call it; `most`: characters of a text, entries of a list."""

    label: str = ""
    type: Literal["line", "text", "date", "time", "won", "count", "flag", "lines", "counts", "rows"]
    most: int = Field(default=300, gt=0)
    pattern: str = ""
    columns: dict[str, str] = {}


class NoticeKind(_Part):
    """One kind. `values` are the names of those that it needs beside `always`; "name?" may be absent.

    letter      template of the letter; "" for one that is only a short message
    message     template of the short message; "" for one that is never sent as such
    official    an act (처분): it leaves only approved, with number, date of effect and seal
    reply_days  a period that runs from the day of service, where the program names no other
    remedy      how to object stands on it
    channels    in which order it is brought to people, where the kind names its own
    automatic   made by itself when its event comes; else only when a person or another bot asks
    """

    title: str
    subject: str
    letter: str = ""
    message: str = ""
    alimtalk: str = ""
    official: bool = False
    reply_days: int | None = Field(default=None, gt=0)
    remedy: bool = False
    values: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    automatic: bool = True


class NoticeKinds(_Part):
    """The whole file."""

    confirmed: bool
    values: dict[str, Value]
    always: tuple[str, ...]
    official: tuple[str, ...]
    kinds: dict[str, NoticeKind]

    @model_validator(mode="after")
    def _all_described(self) -> NoticeKinds:
        named = {*self.always, *self.official, *(v for kind in self.kinds.values() for v in kind.values)}
        unknown = sorted(name for name in named if name.rstrip("?") not in self.values)
        if unknown:
            raise ValueError(f"not described under values: {', '.join(unknown)}")
        return self

    def needs(self, kind: str, *, final: bool = True) -> dict[str, bool]:
        """The values of a kind by name, and whether each must be there. Raises KeyError for no kind.

        final  False: as it stands before an official act has its number, its date and its approvals
        """
        described = self.kinds[kind]
        names = [*self.always, *described.values]
        if described.official:
            names += [n if final else f"{n.rstrip('?')}?" for n in self.official]
        return {name.rstrip("?"): not name.endswith("?") for name in names}

    def label(self, name: str) -> str:
        """What staff call a value; its name where it has no other."""
        described = self.values.get(name)
        return (described.label if described else "") or name


def load_notice_kinds() -> NoticeKinds:
    """The center's own file goes before the default. Raises `NoticeKindsError`, which names the file."""
    return _read(layered("notices/notices.yaml")[-1])


def notice_kind(kind: str) -> NoticeKind:
    """Raises KeyError for no kind."""
    return load_notice_kinds().kinds[kind]


@lru_cache
def _read(path: Path) -> NoticeKinds:
    try:
        return NoticeKinds.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise NoticeKindsError(f"{path}: {error}") from error
