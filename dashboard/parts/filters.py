"""What a list is narrowed by: choices with their counts, one of each group chosen.

Streamlit's own choices know an option by its label; a count that changes while somebody looks would
make it another option. Here the value is what counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.look import tone_variables

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Option:
    """`count` None shows none; `tone` colours the count."""

    value: str
    text: str
    count: int | None = None
    tone: str = ""


@dataclass(frozen=True)
class Group:
    """`kind` is "chips" for a few options, "list" for many."""

    name: str
    label: str
    options: Sequence[Option]
    chosen: str = ""
    kind: str = "chips"


def filters(key: str, groups: Sequence[Group]) -> tuple[str, str] | None:
    """Show them; returns (name, value) of what was chosen just now, else None."""
    result = _component()(
        key=key, data={"groups": [asdict(g) for g in groups]}, on_chosen_change=lambda: None
    )
    chosen = result.get("chosen")
    return (str(chosen["name"]), str(chosen["value"])) if chosen else None


@cache
def _component() -> Any:
    return st.components.v2.component(
        "backoffice_filters",
        html='<div class="filters"></div>',
        css=tone_variables() + (HERE / "filters.css").read_text("utf-8"),
        js=(HERE / "filters.js").read_text("utf-8"),
    )
