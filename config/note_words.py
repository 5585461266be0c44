"""The words by which a talk is sorted into the fields of its note: ``note_words.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import layered


class NoteWordsError(ValueError):
    """``note_words.yaml`` says something that is not understood."""


class FieldWords(BaseModel):
    """What tells of a field of the note; each the beginning of a word, or of several."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    situation: tuple[str, ...] = Field(min_length=1)
    guidance: tuple[str, ...] = Field(min_length=1)
    agreed: tuple[str, ...] = Field(min_length=1)
    next: tuple[str, ...] = Field(min_length=1)


class NoteWords(BaseModel):
    """Words as they are spoken; what each list is for stands in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fillers: frozenset[str]
    backchannels: frozenset[str]
    small_talk: tuple[str, ...]
    fields: FieldWords
    unsure: tuple[str, ...]
    corrections: tuple[str, ...]
    loose: tuple[str, ...]
    meetings: tuple[str, ...]


def load_note_words() -> NoteWords:
    """The center's own file goes before the default. Raises `NoteWordsError`, which names the file."""
    return _read(layered("note_words.yaml")[-1])


@lru_cache
def _read(path: Path) -> NoteWords:
    try:
        return NoteWords.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise NoteWordsError(f"{path}: {error}") from error
