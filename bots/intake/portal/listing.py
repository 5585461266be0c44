"""Rows of the inbox: found by what the heads of the columns say, in whatever order they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from bots.browsing import texts
from bots.browsing.tables import READ_TABLE
from config.portals import Inbox, Portal, plain, says
from queues.errors import BusinessError

__all__ = ["READ_TABLE", "Listed", "rows_of"]

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.:-]{1,63}")


@dataclass(frozen=True, slots=True)
class Listed:
    """One fax as the list tells of it.

    number       the portal's own, by which we know the fax for ever
    received_at  in the center's zone
    size         least and most bytes that the list promises, None when it does not say
    coming_in    it is still being received
    failed       nothing was received
    unfetched    the site says that nobody has fetched it; we do not go by that, but mark it afterwards
    """

    number: str
    received_at: datetime
    caller: str = ""
    sender: str = ""
    pages: int | None = None
    size: tuple[int, int] | None = None
    coming_in: bool = False
    failed: bool = False
    unfetched: bool = False
    link: str = ""


def rows_of(table: dict[str, Any], portal: Portal, zone: tzinfo, now: datetime) -> list[Listed]:
    """What a table says, each number once. Raises `BusinessError` (portal_changed) when it cannot be understood."""
    places = _columns(table["head"], portal)
    found: dict[str, Listed] = {}
    for row in table["rows"]:
        if row["single"] and len(places) > 1:
            continue  # "no faxes found", over the whole width
        cells = row["cells"]
        told = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        listed = _listed(told, str(row.get("link") or ""), portal, zone, now)
        found.setdefault(listed.number, listed)
    return list(found.values())


def _columns(head: list[str], portal: Portal) -> dict[str, int]:
    """Where each column stands. One that we need must be there, and none may be there twice."""
    titles = [plain(title) for title in head]
    places: dict[str, int] = {}
    for name, words in portal.inbox.columns.items():
        wanted = {plain(word) for word in words}
        hits = [place for place, title in enumerate(titles) if title in wanted]
        if len(hits) > 1 or (not hits and name in ("number", "received")):
            raise _changed(portal, f"'{words[0]}' 열이 {'여러 개 있습니다' if hits else '없습니다'}")
        if hits:
            places[name] = hits[0]
    return places


def _listed(told: dict[str, str], link: str, portal: Portal, zone: tzinfo, now: datetime) -> Listed:
    number = told["number"].strip()
    if not _NUMBER.fullmatch(number):
        raise _changed(portal, f"'{portal.inbox.columns['number'][0]}' 열에 번호가 아닌 값이 있습니다")
    received = texts.moment(told["received"], zone, now)
    if received is None:
        raise _changed(portal, f"'{portal.inbox.columns['received'][0]}' 열의 시각을 읽지 못했습니다")
    inbox, state = portal.inbox, told.get("state", "")
    return Listed(
        number=number,
        received_at=received,
        caller=_caller(told.get("caller", ""), inbox),
        sender=told.get("sender", "").strip(),
        pages=texts.count(told.get("pages", "")),
        size=texts.size(told.get("size", "")),
        coming_in=bool(state) and says(state, inbox.coming_in),
        failed=bool(state) and says(state, inbox.failed),
        unfetched=bool(state) and says(state, inbox.unfetched),
        link=link,
    )


def _caller(text: str, inbox: Inbox) -> str:
    return "" if says(text, inbox.withheld) else texts.phone(text)


def _changed(portal: Portal, what: str) -> BusinessError:
    return BusinessError(
        "portal_changed",
        f"{portal.title} 받은팩스함의 화면이 바뀐 듯합니다: {what}. "
        f"남긴 화면을 보고 portals/{portal.name}.yaml의 columns에 새 이름을 적으십시오.",
    )
