"""The recorder in the browser: consent, microphones, one press; pieces go to the server every few seconds.

Its scripts lie beside each other as plain files and are sent as one. What records (`recording.js`) belongs to the
window and not to the screen: it goes on while other screens are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.look import tone_variables

HERE = Path(__file__).parent

#: In the order in which one needs the other.
SCRIPTS = (
    "../desk/dom.js",
    "wire.js",
    "microphones.js",
    "sending.js",
    "recording.js",
    "floating.js",
    "cases.js",
    "recorder.js",
)


def recorder(
    account_id: int,
    *,
    who: Mapping[str, str],
    how: Mapping[str, str],
    ways: Mapping[str, str],
    piece_seconds: float,
    longest_seconds: float,
) -> None:
    """Show it. It asks for the microphones, records and sends by itself."""
    _component()(
        key="recorder",
        data={
            "account": account_id,
            "who": dict(who),
            "how": dict(how),
            "ways": dict(ways),
            "pieceMs": round(piece_seconds * 1000),
            "longestSeconds": longest_seconds,
        },
    )


@cache
def _component() -> Any:
    return st.components.v2.component(
        "backoffice_recorder",
        html=(HERE / "recorder.html").read_text("utf-8"),
        css=tone_variables() + (HERE / "recorder.css").read_text("utf-8"),
        js="\n".join((HERE / name).read_text("utf-8") for name in SCRIPTS),
    )
