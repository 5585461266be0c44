"""Characters that the fonts of papers lack: a signed note may hold any, and is printed all the same."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_GAP = re.compile(r"\{(?=[{%])")
"""What begins a gap of a template: none may be left in a paper."""


def printable(value: Any) -> Any:
    """The same with every character that cannot be printed shown by its number: "〔U+1F600〕"."""
    if isinstance(value, str):
        shown = (c if c in "\n " or ord(c) in _covered() else f"〔U+{ord(c):04X}〕" for c in value)
        return _GAP.sub("{ ", "".join(shown))
    if isinstance(value, dict):
        return {name: printable(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [printable(entry) for entry in value]
    return value


@cache
def _covered() -> frozenset[int]:
    """Read once: fonts do not change while a worker runs."""
    from fontTools.ttLib import TTFont

    from bots.typesetting.paper import faces

    plain, bold = (frozenset(TTFont(face, lazy=True).getBestCmap()) for face in faces())
    return plain & bold
