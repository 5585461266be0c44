"""The screen on which a recording is handed in as a file: chosen or dropped, said what it is, sent."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.acts.talk_upload import CONSENTS, TRANSCRIPTS, WAYS, most_bytes
from dashboard.look import tone_variables

HERE = Path(__file__).parent
#: The case is found as in the recorder.
SCRIPTS = ("../desk/dom.js", "../recorder/wire.js", "../recorder/cases.js", "talk_upload.js")


def talk_upload() -> int | None:
    """Show it. It sends by itself; returns the talk that was opened just now, else None."""
    result = _component()(
        key="talk_upload",
        data={
            "most": most_bytes(),
            "consents": list(CONSENTS.items()),
            "ways": list(WAYS.items()),
            "transcripts": list(TRANSCRIPTS),
        },
        on_opened_change=lambda: None,
    )
    opened = result.get("opened")
    return int(opened) if isinstance(opened, int) else None


@cache
def _component() -> Any:
    return st.components.v2.component(
        "backoffice_talk_upload",
        html=(HERE / "talk_upload.html").read_text("utf-8"),
        css=tone_variables() + (HERE / "talk_upload.css").read_text("utf-8"),
        js="\n".join((HERE / name).read_text("utf-8") for name in SCRIPTS),
    )
