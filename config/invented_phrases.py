"""What speech models are known to invent in silence: ``invented_phrases.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from config.settings import layered


class InventedPhrasesError(ValueError):
    """``invented_phrases.yaml`` says something that is not understood."""


def invented_phrases() -> tuple[str, ...]:
    """The phrases as written. The center's own file takes the place of the default. Raises InventedPhrasesError."""
    return _read(layered("invented_phrases.yaml")[-1])


@lru_cache
def _read(path: Path) -> tuple[str, ...]:
    try:
        phrases = yaml.safe_load(path.read_text("utf-8"))["phrases"]
        if not all(isinstance(phrase, str) and phrase.strip() for phrase in phrases):
            raise TypeError("every phrase is a text")
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise InventedPhrasesError(f"{path}: {error}") from error
    return tuple(phrases)
