"""Words that a speech model is told beforehand: ``vocabulary.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from config.settings import layered


class VocabularyError(ValueError):
    """``vocabulary.yaml`` says something that is not understood."""


class Vocabulary(BaseModel):
    """An opening sentence, and words in the order of their weight."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    opening: str = ""
    words: tuple[str, ...] = ()


def vocabulary() -> Vocabulary:
    """The center's own file takes the place of the default. Raises `VocabularyError`, which names the file."""
    return _read(layered("vocabulary.yaml")[-1])


@lru_cache
def _read(path: Path) -> Vocabulary:
    try:
        return Vocabulary.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise VocabularyError(f"{path}: {error}") from error
