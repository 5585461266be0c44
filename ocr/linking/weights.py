"""The probabilities of `weights.yaml`, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("weights.yaml")


@dataclass(frozen=True)
class Weights:
    """See the comments of `weights.yaml`; all values are probabilities unless said there."""

    on_file: float
    errors: Mapping[str, Mapping[str, float]]
    trust: Mapping[str, float]
    stale: Mapping[str, float]
    stranger: Mapping[str, float]
    relative: Mapping[str, float]
    colleague: Mapping[str, float]
    caller: Mapping[str, float]
    delivery: Mapping[str, float]
    fits: Mapping[str, tuple[str, ...]]
    discarded: Mapping[str, str]
    calibration: Mapping[str, Any]

    def trusted(self, confidence: float) -> float:
        """The chance that a reading is exact, from the reader's own confidence in it."""
        low, high = self.trust["lowest"], self.trust["highest"]
        return low + (high - low) * min(1.0, max(0.0, confidence))


def from_dict(d: Mapping[str, Any]) -> Weights:
    return Weights(
        on_file=d["on_file"],
        errors=d["errors"],
        trust=d["trust"],
        stale=d["stale"],
        stranger=d["stranger"],
        relative=d["relative"],
        colleague=d["colleague"],
        caller=d["caller"],
        delivery=d["delivery"],
        fits={k: tuple(v) for k, v in d["fits"].items()},
        discarded=d["discarded"],
        calibration=d.get("calibration", {}),
    )


@lru_cache(maxsize=1)
def default_weights() -> Weights:
    """The weights that come with the product."""
    return from_dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
