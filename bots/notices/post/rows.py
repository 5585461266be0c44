"""Tables of the site: columns found by what their heads say, in whatever order they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bots.notices.post.errors import SiteChanged
from config.portals import plain


def told(
    table: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]], where: str
) -> list[dict[str, str]]:
    """The rows, by what each column holds. Raises `SiteChanged` when a column is missing or there twice."""
    titles = [plain(title) for title in table["head"]]
    places: dict[str, int] = {}
    for name, words in columns.items():
        wanted = {plain(word) for word in words}
        hits = [place for place, title in enumerate(titles) if title in wanted]
        if len(hits) != 1:
            raise SiteChanged(
                f"{where}의 표에 '{words[0]}' 열이 {'여러 개 있습니다' if hits else '없습니다'}."
            )
        places[name] = hits[0]
    return [
        {
            name: row["cells"][place].strip() if place < len(row["cells"]) else ""
            for name, place in places.items()
        }
        for row in table["rows"]
        if not (row["single"] and len(titles) > 1)  # "nothing found", over the whole width
    ]


def number(text: str) -> int | None:
    """`1,402,000원`, `500통`: the number; None when there is none or more than one."""
    found = re.findall(r"\d[\d,]*", text)
    return int(found[0].replace(",", "")) if len(found) == 1 else None
