"""Misreadings drawn from what was measured of the reader (`confusions.yaml`)."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ocr.confusions import INITIALS, compose, digit_confusions, is_hangul, jamo
from ocr.types import FieldValue

_FILE = Path(__file__).parent.parent / "confusions.yaml"
_NUMBERS = frozenset(("rrn", "receipt_no", "phone", "business_no", "account"))
_SAME_SLIP = 0.3  # chance that a misread value is misread alike on the next paper of the same hand
_VOWEL_SLIPS = {
    "ㅓ": "ㅏ",
    "ㅏ": "ㅓ",
    "ㅗ": "ㅜ",
    "ㅜ": "ㅗ",
    "ㅕ": "ㅓ",
    "ㅐ": "ㅔ",
    "ㅔ": "ㅐ",
    "ㅣ": "ㅓ",
    "ㅡ": "ㅜ",
}
_FINAL_SLIPS = {"ㄴ": "ㄹ", "ㅇ": "_", "_": "ㄴ", "ㄹ": "ㄴ", "ㅁ": "ㅇ", "ㄱ": "_"}


@lru_cache(maxsize=1)
def measured() -> Mapping[str, Any]:
    """The measured confusions that come with the product."""
    found: Mapping[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


@dataclass
class Reader:
    """Reads values as the measured reader would under one condition ("fax_std hand", ...)."""

    condition: str
    rng: random.Random
    strangers: Sequence[Mapping[str, str]]
    confusions: Mapping[str, Any] = field(default_factory=measured)
    _slips: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(self, name: str, true: str, page: int) -> FieldValue | None:
        """A reading of `true`, or None when nothing was read."""
        figures = self.confusions["conditions"][self.condition]["fields"].get(name)
        if figures is None or not true or self.rng.random() < figures["missing"]:
            return None
        right = self.rng.random() < figures["right"]
        value = true if right else self._misread(name, true, figures["levels"])
        right = value == true
        confidence = self._confidence(figures["confidence_right" if right else "confidence_wrong"])
        return FieldValue(name, value, value, confidence, confidence < 0.7, page)

    def _confidence(self, quantiles: Sequence[float]) -> float:
        """A draw between two neighbouring quantiles."""
        at = self.rng.random() * (len(quantiles) - 1)
        low = int(at)
        return quantiles[low] + (quantiles[low + 1] - quantiles[low]) * (at - low)

    def _misread(self, name: str, true: str, levels: Mapping[str, float]) -> str:
        known = self._slips.get((name, true))
        if known is not None and self.rng.random() < _SAME_SLIP:
            return known
        level = self.rng.choices(list(levels), list(levels.values()))[0]
        value = self._stranger(name) if level == "different" else self._slip(name, true, level)
        self._slips[name, true] = value
        return value

    def _stranger(self, name: str) -> str:
        """The value of somebody else: the wrong cell, a co-worker, a representative."""
        return self.rng.choice(self.strangers).get(name, "") or "0"

    def _slip(self, name: str, true: str, level: str) -> str:
        if name in _NUMBERS:
            return self._digits(true, level)
        if level == "gap" and len(true) > 2:
            at = self.rng.randrange(len(true))
            return true[:at] + true[at + 1 :]
        at = self.rng.choice([i for i, c in enumerate(true) if is_hangul(c)] or [0])
        return true[:at] + self._syllable(true[at], level) + true[at + 1 :]

    def _syllable(self, c: str, level: str) -> str:
        if not is_hangul(c):
            return c
        first, vowel, final = tuple(jamo(c))
        if level == "alike":
            if self.rng.random() < 0.5:
                return compose(first, _VOWEL_SLIPS.get(vowel, vowel), final)
            return compose(first, vowel, _FINAL_SLIPS.get(final, "_"))
        return compose(self.rng.choice(INITIALS), self.rng.choice("ㅏㅓㅗㅜㅡㅣ"), final)

    def _digits(self, true: str, level: str) -> str:
        places = [i for i, c in enumerate(true) if c.isdigit()]
        out = list(true)
        at = self.rng.choice(places)
        if level == "gap":
            del out[at]
        elif level == "transposed":
            at = self.rng.choice(places[:-1])
            after = places[places.index(at) + 1]
            out[at], out[after] = out[after], out[at]
        elif level == "confusable":
            out[at] = self._confused(out[at])
        else:
            for place in {at} if level == "one_digit" else set(self.rng.sample(places, 2)):
                out[place] = self.rng.choice([d for d in "0123456789" if d != true[place]])
        return "".join(out)

    def _confused(self, digit: str) -> str:
        counts = self.confusions.get("digits", {}).get(digit, {})
        if counts:
            return str(self.rng.choices(list(counts), list(counts.values()))[0])
        likely = [(d, p) for d, p in digit_confusions(digit) if d != digit]
        if not likely:
            return self.rng.choice("0123456789")
        return self.rng.choices([d for d, _ in likely], [p for _, p in likely])[0]
