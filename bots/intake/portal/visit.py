"""One visit: pages are opened, the session is kept up, notices are closed, and errors are told apart."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from playwright.async_api import Error, Response
from playwright.async_api import TimeoutError as TooLate

from bots.browsing.chromium import Opened
from bots.browsing.credentials import Credentials
from bots.browsing.scrub import Scrubber
from bots.browsing.witness import Witness
from bots.intake.portal import sign_in
from bots.intake.portal.errors import BrowserGone, PortalDown, SignedOut
from bots.intake.portal.listing import READ_TABLE, Listed, rows_of
from bots.intake.portal.sight import Seen, Sight, look
from config.portals import Portal, says
from config.settings import settings

T = TypeVar("T")
_TRIES, _PAUSE = 3, 0.5
_SETTLE_SECONDS = 3.0
_SIGN_INS_IN_A_ROW = 3
_COOKIE_AT_LEAST = 12
_GONE = re.compile(r"(?i)closed|crashed|connection lost|pipe|not connected")


class Visit:
    """A browser at a portal. Every method raises `PortalDown` once the site has failed too often in a
    row, `BrowserGone` when the browser ends, and `BusinessError` where a person has to see to it."""

    def __init__(
        self,
        portal: Portal,
        credentials: Credentials,
        opened: Opened,
        witness: Witness,
        scrubber: Scrubber,
    ) -> None:
        self.portal, self.credentials = portal, credentials
        self.opened, self.witness, self.scrubber = opened, witness, scrubber
        self.page = opened.page
        self.session = 0
        """Counts the sign-ins of this visit: work that began under an older one begins anew."""
        self.page_ms = portal.limits.page_seconds * 1000
        self._sign_ins = 0
        self._shown = 0  # the page of the inbox that is shown, 0 for anything else
        self._one_at_a_time = asyncio.Lock()

    async def inbox(self, number: int) -> tuple[list[Listed], bool]:
        """Rows of a page of the inbox, and whether further pages follow."""
        async with self._one_at_a_time:
            return await self._patiently(f"받은팩스함 {number}쪽", lambda: self._inbox(number))

    async def _inbox(self, number: int) -> tuple[list[Listed], bool]:
        portal = self.portal
        await self._go(portal.url(portal.inbox.page.replace("{page}", str(number))), Sight.INBOX)
        table = await self._ask(self.page.evaluate(READ_TABLE, portal.inbox.table))
        zone = ZoneInfo(settings().timezone)
        rows = rows_of(table or {"head": [], "rows": []}, portal, zone, datetime.now(zone))
        more = bool(rows)
        if portal.inbox.next:
            more = await self._ask(self.page.locator(portal.inbox.next).count()) > 0
        self._shown = number
        self.witness.note(f"받은팩스함 {number}쪽: {len(rows)}건")
        return rows, more

    async def mark(self, number: int, faxes: list[str]) -> bool:
        """Mark faxes of page `number` as fetched; False when the site does not say that it has done so."""
        async with self._one_at_a_time:
            if self._shown != number:
                await self._patiently(f"받은팩스함 {number}쪽", lambda: self._inbox(number))
            done = await self._mark(faxes)
            self._shown = 0
            self.witness.note(f"확인 처리 {len(faxes)}건: {'됨' if done else '되지 않음'}")
            return done

    async def _mark(self, faxes: list[str]) -> bool:
        mark = self.portal.mark
        assert mark is not None
        boxes = [mark.box.replace("{number}", fax) for fax in faxes]
        await self._close_notices()
        self.opened.said.clear()
        try:
            ticked = await self.page.evaluate(_TICK, boxes)
            if not ticked:
                return False
            await self.page.locator(mark.button).click(timeout=self.page_ms)
            await self._until(lambda seen: bool(self.opened.said) or _is_no_list(seen))
            await self._until(lambda seen: seen.sight is Sight.INBOX or _is_no_list(seen), _SETTLE_SECONDS)
        except Error as error:
            if is_gone(error):
                raise BrowserGone("브라우저가 종료되었습니다") from None
            return False
        return any(says(text, mark.done) for text in self.opened.said)

    async def _until(self, wanted: Callable[[Seen], bool], seconds: float = 0.0) -> None:
        """Wait until what is shown is wanted, or for as long as a page may take."""
        until = time.monotonic() + (seconds or self.portal.limits.page_seconds)
        while not wanted(await look(self.page, self.portal)) and time.monotonic() < until:
            await asyncio.sleep(0.05)

    async def open(self) -> None:
        """Sign in, unless the session is still good."""
        async with self._one_at_a_time:
            await self._patiently("로그인", self._sign_in)

    async def sign_in_again(self, session: int) -> None:
        """The session `session` has ended; whoever says so first signs in for all."""
        async with self._one_at_a_time:
            if session == self.session:
                await self._patiently("로그인", self._sign_in)

    async def learn_cookies(self) -> None:
        """What is given out to those who are signed in is as good as a password."""
        cookies = [c.get("value", "") for c in await self._ask(self.opened.context.cookies())]
        self.scrubber.add(*(value for value in cookies if len(value) >= _COOKIE_AT_LEAST))

    def went_well(self) -> None:
        """Something came under this session: it was worth signing in."""
        self._sign_ins = 0

    async def _sign_in(self) -> None:
        self._sign_ins += 1
        if self._sign_ins > _SIGN_INS_IN_A_ROW:
            raise PortalDown(f"{self.portal.title}: 로그인해도 세션이 곧바로 끊깁니다.")
        self._shown = 0
        await self._go(self.portal.url(self.portal.sign_in.page), Sight.SIGN_IN, Sight.INSIDE, Sight.INBOX)
        await self.witness.look_away()
        try:
            await sign_in.sign_in(self)
        finally:
            if not self.page.is_closed():
                await self._ask(self.witness.look_again())
        self.session += 1
        await self.learn_cookies()
        self.witness.note("로그인함")

    async def _patiently(self, what: str, act: Callable[[], Awaitable[T]]) -> T:
        """Do it again after failures that pass; sign in where the session has ended."""
        failures = 0
        while True:
            try:
                done = await act()
            except SignedOut:
                self.witness.note(f"{what}: 세션이 끊겨 다시 로그인합니다")
                await self._patiently("로그인", self._sign_in)
                continue
            except PortalDown as failure:
                failures += 1
                self.witness.note(f"{what}: {failure}")
                if failures >= _TRIES:
                    raise
                await asyncio.sleep(_PAUSE * 3 ** (failures - 1))
                continue
            if what != "로그인":
                self.went_well()
            return done

    async def _go(self, address: str, *wanted: Sight) -> Seen:
        """Open an address. Raises `SignedOut` or `PortalDown` unless what comes is wanted."""
        self.opened.said.clear()
        self._shown = 0
        response: Response | None = None
        led_away = False
        try:
            response = await self.page.goto(address, wait_until="domcontentloaded", timeout=self.page_ms)
        except TooLate:
            raise PortalDown(f"{self.portal.title} 사이트가 제때 답하지 않습니다.") from None
        except Error as error:
            if is_gone(error):
                raise BrowserGone("브라우저가 종료되었습니다") from None
            if (code := _network_error(error)) not in ("", "ERR_ABORTED"):
                raise PortalDown(f"{self.portal.title} 사이트에 연결하지 못했습니다 ({code}).") from None
            led_away = True  # by a script of the page before or of this one
        seen = await self._arrived(response, wanted)
        if led_away and Sight.INBOX in wanted and self.page.url != address:
            raise PortalDown(f"{self.portal.title} 사이트의 화면이 다른 곳으로 넘어갔습니다.")
        return seen

    async def _arrived(self, response: Response | None, wanted: tuple[Sight, ...]) -> Seen:
        until = time.monotonic() + _SETTLE_SECONDS
        while True:
            seen = await look(self.page, self.portal, response)
            if seen.sight in wanted:
                await self._close_notices()
                return seen
            if says("\n".join(self.opened.said), self.portal.sign_in.expired):
                raise SignedOut
            if seen.sight is Sight.SIGN_IN:
                raise SignedOut
            if seen.sight in (Sight.ERROR, Sight.MAINTENANCE):
                raise PortalDown(self._failure(seen, response))
            if seen.sight is Sight.PASSWORD:
                raise sign_in.must_change(self.portal)
            if time.monotonic() > until:
                if self.page.is_closed() or not self.opened.browser.is_connected():
                    raise BrowserGone("브라우저가 종료되었습니다")
                raise PortalDown(self._failure(seen, response))
            await asyncio.sleep(0.05)

    def _failure(self, seen: Seen, response: Response | None) -> str:
        status = f", HTTP {response.status}" if response is not None else ""
        return f"{self.portal.title} 사이트에 기다리던 화면이 없습니다 ({seen.sight.value}{status})."

    async def _close_notices(self) -> None:
        for place in self.portal.notices:
            if await self._ask(self.page.evaluate(_CLOSE, place)):
                self.witness.note("공지를 닫음")

    async def _ask(self, asked: Awaitable[T]) -> T:
        """An answer of the browser, its errors being ours."""
        try:
            return await asked
        except TooLate:
            raise PortalDown(f"{self.portal.title} 사이트의 화면이 제때 답하지 않습니다.") from None
        except Error as error:
            if is_gone(error):
                raise BrowserGone("브라우저가 종료되었습니다") from None
            raise PortalDown(f"{self.portal.title} 사이트의 화면을 읽는 중에 화면이 바뀌었습니다.") from None


def is_gone(error: Error) -> bool:
    """Whether the browser itself has ended."""
    return "net::" not in error.message and bool(_GONE.search(error.message))


def _is_no_list(seen: Seen) -> bool:
    """An error page or a notice: something is shown that is neither the list nor a page inside."""
    return seen.sight in (Sight.ERROR, Sight.MAINTENANCE) or (
        seen.sight is Sight.UNKNOWN and bool(seen.lines)
    )


def _network_error(error: Error) -> str:
    found = re.search(r"net::(ERR_[A-Z_]+)", error.message)
    return found[1] if found else ""


_CLOSE = """(place) => {
  const shown = [...document.querySelectorAll(place)].filter((e) => e.getClientRects().length > 0);
  shown.forEach((e) => e.click());
  return shown.length;
}"""

_TICK = """(places) => places.map((place) => document.querySelector(place)).filter((box) => {
  if (box && !box.checked) box.click();
  return !!box;
}).length"""
