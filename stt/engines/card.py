"""What a model tells of itself: a small JSON file beside its weights, of the same name."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stt.engines.options import BEAMS, TEMPERATURES
from stt.engines.problems import BAD_SETTING, EngineError


class Card(BaseModel):
    """How a model wants to be used. A released model has no such file: the defaults are made for those.

    label           what it is, for people
    prompt          whether it was trained with words before the speech; else it is given none
    languages       what it understands: with one language none is detected; empty: many
    longest_window  the longest stretch of speech in seconds that it is given at once
    pause           a pause of so many seconds ends a window
    beams           how many beginnings are followed at once; 1: always the likeliest next token
    temperatures    tried in turn while the outcome loops or is improbable
    sureness        the power to which its confidences are raised: above 1 for a model that is too sure of itself
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    label: str = ""
    prompt: bool = True
    languages: tuple[str, ...] = ()
    longest_window: float = Field(default=24.0, gt=1.0, le=30.0)
    pause: float = Field(default=2.0, gt=0.3, le=5.0)
    beams: int = Field(default=BEAMS, ge=1, le=20)
    temperatures: tuple[float, ...] = Field(default=TEMPERATURES, min_length=1)
    sureness: float = Field(default=1.0, gt=0.1, le=10.0)


def card_of(weights: Path) -> Card:
    """The card of a file, or of a folder (`card.json` in it). Raises EngineError when it cannot be understood."""
    path = weights / "card.json" if weights.is_dir() else weights.with_suffix(".json")
    if not path.is_file():
        return Card()
    try:
        return Card.model_validate(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise EngineError(
            BAD_SETTING, f"{path} is not the card of a model: {type(error).__name__}."
        ) from error
