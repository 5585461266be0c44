"""The screen of the desk: files chosen or dropped, put in order, handed in, followed until they are linked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.look import tone_variables

HERE = Path(__file__).parent


def counter(counters: Sequence[str], *, most_files: int, most_bytes: int, file_bytes: int) -> int | None:
    """Show it. It sends and asks by itself; returns the delivery that was opened just now, else None."""
    result = _component()(
        key="counter",
        data={
            "counters": list(counters),
            "mostFiles": most_files,
            "mostBytes": most_bytes,
            "fileBytes": file_bytes,
        },
        on_opened_change=lambda: None,
    )
    opened = result.get("opened")
    return int(opened) if isinstance(opened, int) else None


@cache
def _component() -> Any:
    return st.components.v2.component(
        "backoffice_counter",
        html=(HERE / "counter.html").read_text("utf-8"),
        css=tone_variables() + (HERE / "counter.css").read_text("utf-8"),
        js=(HERE / "counter.js").read_text("utf-8"),
    )
