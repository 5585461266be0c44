"""From what the decoder saw to probabilities that mean what they say."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Calibration:
    """Numbers fitted on held-out fonts by `ocr.linereader.calibrate`.

    temperature  divides the scores before softmax
    free         weights of [1, log-probability of the text, the worst character's log-odds]
    held         the same with the pattern: [1, log-probability given the pattern, worst character, log fit]
    hand         offset and scale of the handwriting logit
    """

    temperature: float = 1.0
    free: tuple[float, ...] = (0.0, 1.0, 0.0)
    held: tuple[float, ...] = (0.0, 1.0, 0.0, 0.0)
    hand: tuple[float, float] = (0.0, 1.0)

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """From JSON; the neutral one if there is no such file."""
        if not path.exists():
            return cls()
        d: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(d["temperature"], tuple(d["free"]), tuple(d["held"]), (d["hand"][0], d["hand"][1]))


def features(whole: float, characters: Sequence[float], fit: float) -> tuple[float, float, float, float]:
    """What the confidence of a line is computed from: 1, log-odds of the text's probability, log-odds of the
    worst character, and the fit to the pattern (0 without)."""
    worst = min(characters, default=0.0)
    return 1.0, _log_odds(math.exp(whole)), _log_odds(worst), max(fit, -20.0)


def _log_odds(p: float) -> float:
    p = min(max(p, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))


def logistic(z: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))
