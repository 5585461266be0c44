"""The table that lists are shown in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.look import tone_variables
from dashboard.parts.korean import Label

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Column:
    """`align` is "", "right", "center" or "nowrap"; `width` a length of CSS."""

    key: str
    label: str
    width: str = ""
    align: str = ""


def chip(label: Label, title: str = "") -> dict[str, str]:
    """A word in its tone."""
    return {"text": label.text, "tone": label.tone, "title": title}


def muted(text: str, *, below: bool = False) -> dict[str, Any]:
    return {"text": text, "muted": True, "below": below}


def strong(text: str) -> dict[str, Any]:
    return {"text": text, "strong": True}


def bar(parts: Sequence[tuple[str, float]], title: str = "") -> dict[str, Any]:
    """Parts of a whole (tone, share from 0 to 1) as a line; what is 0 is left out."""
    return {"bar": [[tone, round(share, 4)] for tone, share in parts if share > 0], "title": title}


def table(
    key: str,
    columns: Sequence[Column],
    rows: Sequence[dict[str, Any]],
    *,
    label: str,
    opens: bool = True,
    narrowest: str = "",
    selected: str | None = None,
    keys: bool = False,
) -> str | None:
    """Show rows of {"id": text, "cells": {column: text or piece or list of them}, "note": text}.

    With `keys` the letters j and k go through the rows from anywhere on the page; Enter opens one.

    Returns the id of the row that was opened just now, else None.
    """
    data = _data(columns, rows, label, opens, narrowest, selected, keys)
    opened = _component()(key=key, data=data, on_opened_change=lambda: None).get("opened")
    return str(opened) if opened is not None else None


def picking_table(
    key: str,
    columns: Sequence[Column],
    rows: Sequence[dict[str, Any]],
    *,
    label: str,
    picks: Sequence[str],
    selected: str | None = None,
    keys: bool = False,
) -> tuple[str | None, list[str] | None]:
    """The same with a box to tick in each row but those that are "fixed". `picks` are the ids that are ticked.

    Returns the id of the row that was opened just now, and the ids that are ticked if that changed.
    """
    data = _data(columns, rows, label, True, "", selected, keys) | {"picks": list(picks)}
    result = _component()(key=key, data=data, on_opened_change=lambda: None, on_picked_change=lambda: None)
    opened, picked = result.get("opened"), result.get("picked")
    return (
        str(opened) if opened is not None else None,
        [str(row) for row in picked] if picked is not None else None,
    )


def _data(
    columns: Sequence[Column],
    rows: Sequence[dict[str, Any]],
    label: str,
    opens: bool,
    narrowest: str,
    selected: str | None,
    keys: bool,
) -> dict[str, Any]:
    return {
        "columns": [asdict(c) for c in columns],
        "rows": list(rows),
        "label": label,
        "opens": opens,
        "narrowest": narrowest,
        "selected": selected,
        "keys": keys,
        "picks": None,
    }


@cache
def _component() -> Any:
    return st.components.v2.component(
        "backoffice_table",
        html='<div class="table-root"></div>',
        css=tone_variables() + (HERE / "table.css").read_text("utf-8"),
        js=(HERE / "table.js").read_text("utf-8"),
    )
