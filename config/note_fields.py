"""The fields in which the system of record takes a session note, and how much each holds: ``note_fields.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from config.settings import layered

Source = Literal["meeting", "situation", "requests", "guidance", "agreed", "next", "to_check", "follow_ups"]


class NoteFieldsError(ValueError):
    """``note_fields.yaml`` says something that is not understood."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Column(_Part):
    """One field there. `sources`: what of the note goes into it, in this order; `most`: how many of `unit` it holds."""

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,59}$")
    title: str = ""
    sources: tuple[Source, ...] = Field(alias="from", min_length=1)
    most: int = Field(ge=100, le=1_000_000)
    unit: Literal["bytes", "characters"] = "bytes"


class NoteFields(_Part):
    """The whole file. `confirmed`: somebody has compared it with the other system's own definition."""

    confirmed: bool
    encoding: Literal["utf-8", "cp949"] = "utf-8"
    cut_mark: str = Field(min_length=1, max_length=40)
    columns: tuple[Column, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _told_apart(self) -> NoteFields:
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names):
            raise ValueError("two columns have the same name")
        sources = [source for column in self.columns for source in column.sources]
        if len(set(sources)) < len(sources):
            raise ValueError("a field of the note stands in two columns")
        self.mark(1)
        return self

    def mark(self, number: int) -> str:
        """What stands at the end of a column that does not hold everything. number: the note's version."""
        try:
            return self.cut_mark.format(number=number)
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError("cut_mark may name {number} only") from error

    def size(self, text: str, column: Column) -> int:
        """How much of a column a text takes, in its unit."""
        return len(text) if column.unit == "characters" else len(text.encode(self.encoding, "replace"))


def load_note_fields() -> NoteFields:
    """The center's own file goes before the default. Raises `NoteFieldsError`, which names the file."""
    return _read(layered("note_fields.yaml")[-1])


@lru_cache
def _read(path: Path) -> NoteFields:
    try:
        return NoteFields.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise NoteFieldsError(f"{path}: {error}") from error
