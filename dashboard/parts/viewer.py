"""The page viewer: pictures of a delivery's pages, with the read fields marked on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Mark:
    """A rectangle on the page, in pixels of the page image. `field` ties it to a row of the fields."""

    field: str
    label: str
    tone: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Sheet:
    """One page: its size in pixels and where its pictures are fetched from ("" when there is none)."""

    number: int
    title: str
    width: int
    height: int
    image: str
    thumb: str
    tone: str = ""
    problem: str = ""
    boxes: Sequence[Mark] = field(default_factory=tuple)


def viewer(
    key: str,
    subject: str,
    sheets: Sequence[Sheet],
    *,
    start: int | None = None,
    start_field: str | None = None,
) -> None:
    """Show the pages.

    Another `subject` starts anew at page `start`, with `start_field` marked; the same one stays
    where it is.
    """
    _component()(
        key=key,
        data={
            "subject": subject,
            "pages": [asdict(s) for s in sheets],
            "start": start,
            "startField": start_field,
        },
    )


def viewer_script() -> str:
    """The viewer as JavaScript, for the components that show pages."""
    return (HERE / "viewer.js").read_text("utf-8")


def viewer_markup() -> str:
    """Its elements."""
    return (HERE / "viewer.html").read_text("utf-8")


def viewer_style() -> str:
    """Its style."""
    return (HERE / "viewer.css").read_text("utf-8")


@cache
def _component() -> Any:
    return st.components.v2.component(
        "backoffice_viewer",
        html=viewer_markup(),
        css=viewer_style(),
        js=viewer_script() + (HERE / "viewer_alone.js").read_text("utf-8"),
    )
