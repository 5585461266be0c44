"""A talk in the browser: its sound with what was said running along, and the note beside it, as one component.

Its scripts lie beside each other as plain files and are sent as one; it talks to `dashboard.door.talks` by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.acts.seeing import REASONS
from dashboard.look import tone_variables
from dashboard.parts.talk_words import FOLLOW_UPS, SPEAKERS, WHOSE

HERE = Path(__file__).parent

#: In the order in which one needs the other.
SCRIPTS = (
    "../desk/dom.js",
    "wire.js",
    "ears.js",
    "player.js",
    "timeline.js",
    "spoken.js",
    "voices.js",
    "lines.js",
    "to_do.js",
    "signing.js",
    "keys.js",
    "talk.js",
)
STYLES = ("talk.css", "spoken.css", "note.css")


@dataclass(frozen=True)
class Left:
    """Where the person goes from the talk: to the list, to a question about it, to the notes of the person."""

    to_list: bool = False
    task: int | None = None
    person: int | None = None


def talk_component(talk_id: int, note_id: int | None) -> Left:
    """Show a talk, or an earlier version of its note; says whereto it was left just now."""
    data = {
        "talk": talk_id,
        "note": note_id,
        "speakers": SPEAKERS,
        "kinds": FOLLOW_UPS,
        "whose": WHOSE,
        "reasons": list(REASONS),
    }
    result = _component()(
        key="talk",
        data=data,
        on_left_change=lambda: None,
        on_task_change=lambda: None,
        on_person_change=lambda: None,
    )
    task, person = result.get("task"), result.get("person")
    return Left(bool(result.get("left")), int(task) if task else None, int(person) if person else None)


@cache
def _component() -> Any:
    return st.components.v2.component(
        "backoffice_talk",
        html=(HERE / "talk.html").read_text("utf-8"),
        css=tone_variables() + _joined(STYLES),
        js=_joined(SCRIPTS),
    )


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join((HERE / name).read_text("utf-8") for name in names)
