"""The desk in the browser: pages, fields, candidates and the decision, as one component.

Its scripts lie beside each other as plain files and are sent as one; it talks to `dashboard.door.desk` by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.look import tone_variables
from dashboard.parts.desk.fixed import fixed_data
from dashboard.parts.viewer import viewer_markup, viewer_script, viewer_style

HERE = Path(__file__).parent

#: In the order in which one needs the other.
SCRIPTS = (
    "dom.js",
    "wire.js",
    "store.js",
    "questions.js",
    "table.js",
    "cases_found.js",
    "panels.js",
    "arranging.js",
    "keys.js",
    "claim.js",
    "focus.js",
    "around.js",
    "deciding.js",
    "undoing.js",
    "case_words.js",
    "desk.js",
)
STYLES = ("desk.css", "table.css", "over.css")


@dataclass(frozen=True)
class Left:
    """Where the person goes from the desk: to the list, or to a question that is answered on another screen."""

    to_list: bool = False
    elsewhere: int | None = None


def desk_component(account_id: int, task_id: int | None) -> Left:
    """Show the desk, beginning with a task or, without one, with the next; says whereto it was left just now."""
    data = {"account": account_id, "task": task_id, "fixed": fixed_data()}
    result = _component()(
        key="desk", data=data, on_left_change=lambda: None, on_elsewhere_change=lambda: None
    )
    task = result.get("elsewhere")
    return Left(bool(result.get("left")), int(task) if task else None)


@cache
def _component() -> Any:
    return st.components.v2.component(
        "backoffice_desk",
        html=(HERE / "desk.html").read_text("utf-8").replace("VIEWER", viewer_markup()),
        css=tone_variables() + viewer_style() + _joined(STYLES),
        js=viewer_script() + _joined(SCRIPTS),
    )


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join((HERE / name).read_text("utf-8") for name in names)
