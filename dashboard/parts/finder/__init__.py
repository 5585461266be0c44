"""The search box in the top bar: any delivery, by what a caller can say of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from dashboard.look import tone_variables

HERE = Path(__file__).parent


class Chosen(NamedTuple):
    """Where to go: "delivery" or "review", and its number."""

    kind: str
    number: int


def finder() -> Chosen | None:
    """Show the box. It asks the server by itself; returns what was chosen just now."""
    result = _component()(key="finder", data={}, on_chosen_change=lambda: None)
    chosen = result.get("chosen")
    if not isinstance(chosen, dict) or chosen.get("kind") not in ("delivery", "review"):
        return None
    return Chosen(chosen["kind"], int(chosen.get("number", 0)))


@cache
def _component() -> Any:
    return st.components.v2.component(
        "backoffice_finder",
        html=(HERE / "finder.html").read_text("utf-8"),
        css=tone_variables() + (HERE / "finder.css").read_text("utf-8"),
        js=(HERE / "finder.js").read_text("utf-8"),
    )
