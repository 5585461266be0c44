"""What the page that is shown is: told by where things stand first, by words only where nothing else tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from playwright.async_api import Error, Page, Response

from config.portals import Portal, says


class Sight(Enum):
    """Kinds of page."""

    INBOX = "받은팩스함"
    INSIDE = "로그인한 화면"
    SIGN_IN = "로그인 화면"
    PASSWORD = "비밀번호 변경 화면"  # noqa: S105
    MAINTENANCE = "점검 안내"
    ERROR = "오류 화면"
    UNKNOWN = "알 수 없는 화면"


@dataclass(frozen=True)
class Seen:
    """A page at a moment: what it is, and the lines of text it shows."""

    sight: Sight
    lines: frozenset[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


_LOOK = """(places) => {
  const shown = (place) => {
    if (!place) return false;
    const found = document.querySelector(place);
    return !!found && found.getClientRects().length > 0;
  };
  const seen = {};
  for (const [name, place] of Object.entries(places)) seen[name] = shown(place);
  return { seen, text: document.body ? document.body.innerText.slice(0, 20000) : "", url: location.href };
}"""


async def look(page: Page, portal: Portal, response: Response | None = None) -> Seen:
    """What is shown now. `response` is what brought the page, where that is known."""
    change = portal.password_change
    places = {
        "table": portal.inbox.table,
        "inside": portal.sign_in.inside,
        "password": portal.sign_in.password,
        "change": change.page if change else "",
    }
    try:
        found = await page.evaluate(_LOOK, places)
    except Error:
        return Seen(Sight.UNKNOWN, frozenset())  # it is just going elsewhere
    lines = frozenset(line.strip() for line in found["text"].splitlines() if line.strip())
    failed = response is not None and response.status >= 400 and response.url == found["url"]
    return Seen(_kind(found["seen"], failed, "\n".join(lines), portal), lines)


def _kind(seen: dict[str, bool], failed: bool, text: str, portal: Portal) -> Sight:
    if failed:
        return Sight.MAINTENANCE if says(text, portal.maintenance) else Sight.ERROR
    if seen["change"]:
        return Sight.PASSWORD
    if seen["table"] and seen["inside"]:
        return Sight.INBOX
    if seen["inside"]:
        return Sight.INSIDE
    if seen["password"]:
        return Sight.SIGN_IN
    return Sight.MAINTENANCE if says(text, portal.maintenance) else Sight.UNKNOWN
