"""How delivered transcripts call who speaks: ``speaker_labels.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from config.settings import layered


class SpeakerLabelsError(ValueError):
    """``speaker_labels.yaml`` says something that is not understood."""


class SpeakerLabels(BaseModel):
    """Labels of the counselor and of the person, as they may be written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    counselor: tuple[str, ...] = ()
    person: tuple[str, ...] = ()


def speaker_labels() -> SpeakerLabels:
    """The center's own file takes the place of the default. Raises `SpeakerLabelsError`, which names the file."""
    return _read(layered("speaker_labels.yaml")[-1])


@lru_cache
def _read(path: Path) -> SpeakerLabels:
    try:
        return SpeakerLabels.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise SpeakerLabelsError(f"{path}: {error}") from error
