"""How values get onto paper: printed as they are, written by hand, or one digit to a box."""

from __future__ import annotations

import random
from collections.abc import Callable

from markupsafe import Markup, escape

from bots.sandbox.stationery import CIRCLED, LABELS, Stationery

# Families drawn small in their em square need more points to look like handwriting on the same form.
SMALL_FACES = {"Nanum Pen Script": 1.25, "Nanum Brush Script": 1.25, "UnPilgi": 1.1, "UnPilgia": 1.1}

# Hairline faces, which no ballpoint writes.
THIN_FACES = ("UnPen", "UnPenheulim", "UnPilgi", "UnPilgia")

HAND_MARK = 'class="hand"'


def typed_by_hand(text: str, k: Stationery) -> Markup:
    """`text` in a handwriting face but set by a program, one letter like the other."""
    scale = k.hand_scale * SMALL_FACES.get(k.hand_font, 1.0)
    css = f"font-family:'{k.hand_font}';font-size:{scale:.2f}em;line-height:1"
    return Markup(f'<span {HAND_MARK} style="{css}">{escape(text)}</span>')  # noqa: S704


def handwritten(text: str, k: Stationery, rng: random.Random) -> Markup:
    """`text` as a person writes it: every character a little turned, shifted and resized."""
    j = k.hand_jitter
    scale = k.hand_scale * SMALL_FACES.get(k.hand_font, 1.0)
    letters = []
    for ch in text:
        css = (
            f"transform:rotate({rng.gauss(0, 2.2 * j):.1f}deg) skewX({rng.gauss(0, 3 * j):.1f}deg);"
            f"margin-right:{rng.gauss(0, 0.015 * j):.3f}em;position:relative;top:{rng.gauss(0, 0.03 * j):.3f}em;"
            f"font-size:{100 + rng.gauss(0, 5 * j):.0f}%"
        )
        letters.append(f'<i style="{css}">{escape(ch)}</i>')
    pen = "-webkit-text-stroke:.25pt;" if k.hand_font in THIN_FACES else ""
    css = f"font-family:'{k.hand_font}';font-size:{scale:.2f}em;color:{k.hand_ink};line-height:1;{pen}"
    return Markup(f'<span {HAND_MARK} style="{css}">{"".join(letters)}</span>')  # noqa: S704


def in_boxes(number: str) -> Markup:
    """A number with every digit in a box of its own; hyphens stand between the boxes."""
    cells = "".join(f"<b>{d}</b>" if d.isalnum() else f"<u>{escape(d)}</u>" for d in number)
    return Markup(f'<span class="comb">{cells}</span>')  # noqa: S704


def spelled(value: str, rng: random.Random) -> str:
    """A number or a name as one of many people writes it: other separators, or none. Most keep to the rule."""
    way = rng.random()
    if way < 0.75 or not value:
        return value
    if "-" not in value:  # a name, spread out to fill its field
        return " ".join(value) if way > 0.9 else value
    marks = (" ", " - ", "- ", ".") if value.startswith("01") else (" ", " - ", "- ")
    return value.replace("-", "" if way < 0.83 else rng.choice(marks))


def value_writer(
    k: Stationery, by_hand: bool, rng: random.Random, typed: bool = False
) -> Callable[[object], Markup]:
    """Writes values: printed, by hand, or (`typed`) in a handwriting face that a program sets."""

    def write(text: object) -> Markup:
        if not by_hand or not text:
            return escape(text)
        return typed_by_hand(str(text), k) if typed else handwritten(str(text), k, rng)

    return write


def label_writer(k: Stationery, rng: random.Random) -> Callable[[str], str]:
    """Names a field in the words of this paper's split, now and then numbered as official forms do."""
    count = iter(range(len(CIRCLED)))

    def write(name: str) -> str:
        text = rng.choice(LABELS[k.split][name])
        return f"{CIRCLED[next(count)]} {text}" if k.numbered else text

    return write
