"""Synthetic lines: a text, a font, a medium, a crop; endless, for training and testing."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ocr.linereader.degrade import MEDIA, SHARES
from ocr.linereader.drawing import can_draw, draw
from ocr.linereader.fonts import Font, find_fonts
from ocr.linereader.texts import KINDS, VALUES, random_text

Gray = NDArray[np.uint8]
MIXED = 0.05  # share of lines in two fonts


@dataclass(frozen=True)
class SyntheticLine:
    """A crop, dark on light, with its text. `hand` is None where the font's class is unsure."""

    image: Gray
    text: str
    hand: bool | None
    kind: str
    medium: str


class LineMaker:
    """Makes lines from the fonts below `folder`: the held-out ones, or all the others."""

    def __init__(self, folder: Path, seed: int, held_out: bool = False, hand_share: float = 0.33) -> None:
        fonts = [f for f in find_fonts(folder) if f.held_out == held_out]
        self.random = random.Random(seed)
        self.generator = np.random.default_rng(seed)
        self.groups = [
            _families([f for f in fonts if f.hand is True]),
            _families([f for f in fonts if f.hand is not True]),
        ]
        self.hand_share = hand_share

    def font(self, text: str, hand: bool | None = None) -> Font | None:
        """A font that can draw the text, None if none was met; families are equally likely."""
        r = self.random
        if hand is None:
            hand = r.random() < self.hand_share
        for _ in range(40):
            one = r.choice(r.choice(self.groups[0 if hand else 1]))
            if can_draw(one, text):
                return one
        return None

    def line(
        self, kind: str | None = None, medium: str | None = None, hand: bool | None = None
    ) -> SyntheticLine:
        """One line; of a kind of text, a medium, a class of font if given."""
        r = self.random
        medium = medium or r.choices(list(SHARES), weights=list(SHARES.values()))[0]
        while True:
            try:
                if kind is None and hand is None and r.random() < MIXED:
                    text, drawing, pen = self._filled_in()
                else:
                    text, drawing, pen = self._drawn(random_text(r, kind), hand)
                crop = self._cropped(MEDIA[medium](drawing, r, self.generator))
            except (OSError, LookupError):  # FreeType cannot draw an outline at this size; no font has it
                continue
            if crop is not None:
                return SyntheticLine(crop, text, pen, kind or "", medium)

    def _drawn(self, text: str, hand: bool | None) -> tuple[str, Gray, bool | None]:
        font = self.font(text, hand)
        if font is None:
            raise LookupError("no font met has all characters")
        return text, draw(text, font, self.random), font.hand

    def _filled_in(self) -> tuple[str, Gray, bool | None]:
        """A printed label and a value by another hand or printer in one line."""
        r = self.random
        before, first, _ = self._drawn(KINDS["label"](r) + r.choice(["", " :", ":"]), False)
        value, second, _ = self._drawn(random_text(r, r.choice(VALUES)), r.random() < 0.6)
        if r.random() < 0.5:
            before, first, value, second = value, second, "(" + before.rstrip(": ") + ")", self._again(before)
        tall = max(len(first), len(second))
        both = [
            np.pad(i, (((tall - len(i)) // 2, (tall - len(i) + 1) // 2), (0, 0)), constant_values=255)
            for i in (first, second)
        ]
        return f"{before} {value}", np.concatenate(both, axis=1), None

    def _again(self, label: str) -> Gray:
        return self._drawn("(" + label.rstrip(": ") + ")", False)[1]

    def _cropped(self, image: Gray) -> Gray | None:
        """The crop of a line finder: the text's box and some margin, seldom a little too tight."""
        r = self.random
        height, width = image.shape
        middle = image[height // 5 : max(height * 4 // 5, height // 5 + 1)]
        level = (int(image.max()) + int(image.min())) // 2
        rows = np.flatnonzero((image < level).mean(axis=1) > 0.004)
        columns = np.flatnonzero((middle < level).any(axis=0))
        if len(rows) < 3 or len(columns) < 3:
            return None
        tall = int(rows[-1] - rows[0]) + 1
        edge = [r.choice([0.02, 0.1, 0.25, 0.5]) * r.random() * tall for _ in range(4)]
        if r.random() < 0.05:
            edge[r.randrange(2)] = -0.04 * tall
        top, bottom = max(0, int(rows[0] - edge[0])), min(height, int(rows[-1] + 1 + edge[1]))
        left, right = max(0, int(columns[0] - edge[2] - 1)), min(width, int(columns[-1] + 2 + edge[3]))
        return image[top:bottom, left:right]

    def __iter__(self) -> Iterator[SyntheticLine]:
        while True:
            yield self.line()


def _families(fonts: Sequence[Font]) -> list[list[Font]]:
    groups: dict[str, list[Font]] = {}
    for f in fonts:
        key = f.path.stem.lower().replace("-", "")
        groups.setdefault(key[:9], []).append(f)
    # Latin-only fonts together count as one family, so that digits are mostly seen in Korean fonts.
    latin = [f for f in fonts if f.latin_only]
    rest = [[f for f in g if not f.latin_only] for g in groups.values()]
    return [g for g in rest if g] + ([latin, latin] if latin else [])
