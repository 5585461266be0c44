"""Opening pages of the site: the session is kept up, notices are closed, and errors are told apart."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from playwright.async_api import Error, Response
from playwright.async_api import TimeoutError as TooLate

from bots.browsing.chromium import Opened
from bots.browsing.credentials import Credentials
from bots.browsing.scrub import Scrubber
from bots.browsing.witness import Witness
from bots.notices.post import sign_in
from bots.notices.post.errors import BrowserGone, NoJob, SignedOut, SiteChanged, SiteDown
from bots.notices.post.sent_once import sent_once
from config.portals import says
from config.post_sites import PostSite

T = TypeVar("T")
_TRIES, _PAUSE, _SIGN_INS = 3, 0.4, 3
_SETTLE_SECONDS = 3.0
_COOKIE_AT_LEAST = 12
_GONE = re.compile(r"(?i)closed|crashed|connection lost|pipe|not connected")

# Which places are shown, what is written there and on the page, and whether the page is the one we marked.
_LOOK = """(places) => {
  const seen = {};
  for (const [name, place] of Object.entries(places)) {
    const found = place ? document.querySelector(place) : null;
    if (found && found.getClientRects().length > 0) seen[name] = (found.innerText || "").trim();
  }
  return { seen, text: document.body ? document.body.innerText.slice(0, 20000) : "", url: location.href,
           old: window.__before === true, ready: document.readyState !== "loading" };
}"""
_CLOSE = """(place) => {
  const shown = [...document.querySelectorAll(place)].filter((e) => e.getClientRects().length > 0);
  shown.forEach((e) => e.click());
  return shown.length;
}"""


@dataclass(frozen=True)
class Seen:
    """A page at a moment: the places that are shown with what stands in them, and all its text.

    old  it is still the page on which the last button was pressed
    """

    places: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    url: str = ""
    old: bool = False
    ready: bool = True

    def has(self, *names: str) -> bool:
        return all(name in self.places for name in names)


class Visit:
    """A browser at the site. Methods raise `SiteDown`, `SiteChanged`, `BrowserGone`; `BusinessError` where
    the site does not let us in."""

    def __init__(
        self, site: PostSite, who: Credentials, opened: Opened, witness: Witness, scrubber: Scrubber
    ) -> None:
        self.site, self.who, self.opened, self.witness, self.scrubber = site, who, opened, witness, scrubber
        self.page = opened.page
        self.page_ms = site.limits.page_seconds * 1000
        self._in = False

    async def read(self, what: str, act: Callable[[], Awaitable[T]]) -> T:
        """Look something up, again after failures that pass, signing in where the session has ended."""
        failures = sign_ins = 0
        while True:
            try:
                if not self._in:
                    await self.sign_in()
                return await act()
            except SignedOut:
                self._in, sign_ins = False, sign_ins + 1
                self.witness.note(f"{what}: 세션이 끊겨 다시 로그인합니다")
                if sign_ins >= _SIGN_INS:
                    raise SiteDown(f"{self.site.title}: 로그인해도 세션이 곧바로 끊깁니다.") from None
            except SiteDown as failure:
                failures += 1
                self.witness.note(f"{what}: {failure}")
                if failures >= _TRIES:
                    raise
                await asyncio.sleep(_PAUSE * 3 ** (failures - 1))

    async def sign_in(self) -> None:
        await self.go(
            "로그인", self.site.sign_in.page, {"password": self.site.sign_in.password}, inside=False
        )
        await self.witness.look_away()
        try:
            await sign_in.sign_in(self)
        finally:
            if not self.page.is_closed():
                await self.ask(self.witness.look_again())
        cookies = [c.get("value", "") for c in await self.ask(self.opened.context.cookies())]
        self.scrubber.add(*(value for value in cookies if len(value) >= _COOKIE_AT_LEAST))
        self._in = True
        self.witness.note("로그인함")

    async def go(self, what: str, path: str, places: Mapping[str, str], *, inside: bool = True) -> Seen:
        """Open a page and wait until all `places` (name to selector) are shown.

        Raises `SiteChanged` when it is a page for members on which they are missing, `SignedOut`, `SiteDown`.
        """
        self.opened.said.clear()
        response: Response | None = None
        try:
            response = await self.page.goto(
                self.site.url(path), wait_until="domcontentloaded", timeout=self.page_ms
            )
        except TooLate:
            raise SiteDown(f"{self.site.title} 사이트가 제때 답하지 않습니다 ({what}).") from None
        except Error as error:
            self._raise_if_gone(error)
            code = re.search(r"net::(ERR_[A-Z_]+)", error.message)
            if code and code[1] != "ERR_ABORTED":
                raise SiteDown(
                    f"{self.site.title} 사이트에 연결하지 못했습니다 ({what}, {code[1]})."
                ) from None
        until = time.monotonic() + _SETTLE_SECONDS
        while True:
            seen = await self.look(places)
            if seen.has(*places):
                await self._close_notices()
                return seen
            if not inside and seen.has(":inside"):
                return seen
            self._raise_if_out(seen, what, response if response and response.url == seen.url else None)
            if time.monotonic() > until:
                if inside and seen.has(":inside"):
                    missing = next(name for name in places if name not in seen.places)
                    raise SiteChanged(
                        f"{self.site.title} '{what}' 화면의 '{places[missing]}' 자리가 보이지 않습니다."
                    )
                raise SiteDown(f"{self.site.title} 사이트에 기다리던 화면이 없습니다 ({what}).")
            await asyncio.sleep(0.04)

    def _raise_if_out(self, seen: Seen, what: str, response: Response | None) -> None:
        if response is not None and response.status >= 400:
            raise SiteDown(f"{self.site.title} 사이트가 오류로 답했습니다 ({what}, HTTP {response.status}).")
        if self.said(self.site.says.no_job):
            raise NoJob
        if self.said(self.site.sign_in.expired) or (seen.has(":password") and not seen.has(":inside")):
            raise SignedOut
        if not seen.has(":inside") and says(seen.text, self.site.maintenance):
            raise SiteDown(f"{self.site.title} 사이트가 점검 중입니다.")

    async def press(
        self, button: str, places: Mapping[str, str], seconds: float, *, once: bool = False
    ) -> Seen | None:
        """Press a button and wait for what comes: one of `places` on another page, or the site says something.

        once  the form is sent by `sent_once`; not for forms with files, which it would not send whole

        None when nothing clear has come: the site may have done it or not.
        """
        if not once:
            return await self._press(button, places, seconds)
        async with sent_once(self.page, seconds):
            return await self._press(button, places, seconds)

    async def _press(self, button: str, places: Mapping[str, str], seconds: float) -> Seen | None:
        try:
            await self.page.evaluate("() => { window.__before = true; }")
            self.opened.said.clear()
            await self.page.locator(button).first.click(timeout=min(self.page_ms, 5000), no_wait_after=True)
        except Error as error:
            self._raise_if_gone(error)
            return None
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            seen = await self.look(places)
            if not seen.old and seen.ready:
                if any(name in seen.places for name in places):
                    return seen
                if seen.text and not seen.has(":inside"):
                    return seen if self.opened.said else None
                if self.opened.said:
                    return seen
            if self.page.is_closed() or not self.opened.browser.is_connected():
                raise BrowserGone("브라우저가 종료되었습니다")
            await asyncio.sleep(0.04)
        return None

    async def look(self, places: Mapping[str, str]) -> Seen:
        """What is shown now of `places`, of what only members see (":inside") and of the sign-in (":password")."""
        asked = {**places, ":inside": self.site.sign_in.inside, ":password": self.site.sign_in.password}
        try:
            found = await self.page.evaluate(_LOOK, asked)
        except Error as error:
            self._raise_if_gone(error)
            return Seen(ready=False)  # it is just going elsewhere
        return Seen(found["seen"], found["text"], found["url"], found["old"], found["ready"])

    def said(self, words: tuple[str, ...]) -> bool:
        return says("\n".join(self.opened.said), words)

    async def ask(self, asked: Awaitable[T]) -> T:
        """An answer of the browser, its errors being ours."""
        try:
            return await asked
        except Error as error:
            self._raise_if_gone(error)
            raise SiteDown(f"{self.site.title} 사이트의 화면이 읽는 중에 바뀌었습니다.") from None

    async def _close_notices(self) -> None:
        for place in self.site.notices:
            if await self.ask(self.page.evaluate(_CLOSE, place)):
                self.witness.note("공지를 닫음")

    def _raise_if_gone(self, error: Error) -> None:
        gone = "net::" not in error.message and bool(_GONE.search(error.message))
        if gone or self.page.is_closed() or not self.opened.browser.is_connected():
            raise BrowserGone("브라우저가 종료되었습니다") from None
