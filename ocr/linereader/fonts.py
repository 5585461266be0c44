"""Fonts for training and testing lines: found by path, told apart as printed, handwritten, held out."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFont

# Parts of file names. What imitates a pen or a brush counts as handwriting.
HAND = (
    "gaegu", "hi-melody", "gamja-flower", "poor-story", "single-day", "east-sea-dokdo", "nanum-pen", "nanumpen",
    "nanum-brush", "nanumbrush", "kirang-haerang", "yeon-sung", "cute-font", "unpen", "barunpen", "unpilgi",
)  # fmt: skip
UNSURE = (
    "barunpen",
    "dongle",
    "black-and-white",
    "stylish",
    "grandiflora",
    "unshinmun",
    "unyetgul",
    "undinaru",
)
# Never trained on; what is said about quality is measured on these.
HELD_OUT = (
    "gulim",
    "baekmuk/batang",
    "gowun-",
    "ibm-plex",
    "liberationmono",
    "gaegu",
    "hi-melody",
    "nanum-brush",
    "nanumbrush",
)
LEFT_OUT = (
    "unjamo",
    "untaza",
    "unvada",
    "yethangul",
    "ultralight",
    "black-han",
    "moirai",
    "oblique",
    "italic",
    "opens___",
    "symbol",
)
LATIN_ONLY = ("liberation", "dejavu", "freefont", "courier", "hack")


@dataclass(frozen=True)
class Font:
    """A font file; `hand` is None where it is neither clearly printed nor clearly handwritten."""

    path: Path
    hand: bool | None
    held_out: bool
    latin_only: bool


def find_fonts(folder: Path) -> list[Font]:
    """All usable fonts below a folder, in the order of their paths.

    Raises FileNotFoundError if there are none.
    """
    found = []
    for path in sorted(folder.rglob("*")):
        key = str(path).lower()
        if path.suffix.lower() not in (".ttf", ".otf", ".ttc") or any(p in key for p in LEFT_OUT):
            continue
        hand = None if any(p in key for p in UNSURE) else any(p in key for p in HAND)
        held_out = any(p in key for p in HELD_OUT)
        found.append(Font(path, hand, held_out, any(p in key for p in LATIN_ONLY)))
    if not found:
        raise FileNotFoundError(f"no .ttf, .otf or .ttc below {folder}: put Korean fonts there")
    return found


@functools.lru_cache(maxsize=600)
def load(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """A font at a size in pixels."""
    return ImageFont.truetype(str(path), size)
