"""What a browser is shown: pages in the manner of a Korean provider's site."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from bots.sandbox.portal_site.inbox import RECEIVED, Fax

# Order and labels of the columns: how the site looks, and how it looks after "개편".
COLUMNS = {
    "check": "선택",
    "row": "번호",
    "number": "관리번호",
    "time": "수신일시",
    "caller": "발신번호",
    "sender": "발신자명",
    "pages": "매수",
    "size": "용량",
    "state": "상태",
    "download": "내려받기",
}
OTHER_ORDER = ("check", "state", "sender", "caller", "number", "row", "size", "time", "pages", "download")


@dataclass
class Look:
    """How the site looks today.

    notice_layer   a notice lies over the inbox and catches every click until it is closed
    notice_window  the main page opens a window of its own with a notice
    columns        keys of `COLUMNS` in their order
    size_unit      "" writes bytes with commas, "KB" as 120.6KB
    time_format    of 수신일시
    labels         other words for columns, by key
    """

    page_size: int = 20
    notice_layer: bool = False
    notice_window: bool = False
    columns: tuple[str, ...] = tuple(COLUMNS)
    size_unit: str = ""
    time_format: str = "%Y-%m-%d %H:%M:%S"
    labels: dict[str, str] = field(default_factory=dict)


@cache
def _templates() -> Environment:
    folder = Path(__file__).with_name("templates")
    return Environment(loader=FileSystemLoader(folder), autoescape=select_autoescape(default=True))


def page(name: str, **values: object) -> str:
    """The template `name`.html with its values."""
    return _templates().get_template(f"{name}.html").render(**values)


def alert(text: str, then: str) -> str:
    """A page that says something in a box and goes elsewhere; "" goes back."""
    return page("alert", text=text, then=then)


def inbox_page(faxes: list[Fax], number: int, look: Look, user: str, *, reordered: bool = False) -> str:
    """Page `number` of the inbox (1 is the newest). Beyond the last there are no rows."""
    pages = max(1, math.ceil(len(faxes) / look.page_size))
    start = (number - 1) * look.page_size
    rows = [
        {"fax": fax, "cells": _cells(fax, len(faxes) - start - place, look)}
        for place, fax in enumerate(faxes[start : start + look.page_size])
    ]
    columns = OTHER_ORDER if reordered else look.columns
    first = (number - 1) // 10 * 10 + 1
    return page(
        "inbox",
        user=user,
        look=look,
        columns=[(key, look.labels.get(key, COLUMNS[key])) for key in columns],
        rows=rows,
        number=number,
        pages=pages,
        shown=range(first, min(first + 10, pages + 1)),
        total=len(faxes),
    )


def _cells(fax: Fax, row: int, look: Look) -> dict[str, str]:
    size = f"{len(fax.content):,}"
    if look.size_unit == "KB":
        size = f"{len(fax.content) / 1024:.1f}KB"
    return {
        "row": str(row),
        "number": fax.number,
        "time": fax.received_at.strftime(look.time_format),
        "caller": fax.caller or "발신번호표시제한",
        "sender": fax.sender,
        "pages": f"{fax.pages}매",
        "size": size,
        "state": ("확인" if fax.fetched else "미확인") if fax.state == RECEIVED else fax.state,
    }
