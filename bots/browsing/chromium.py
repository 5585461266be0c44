"""The browser: one Chromium and one private context a visit; nothing of it stays on the disk."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from playwright.async_api import (
    APIRequestContext,
    Browser,
    BrowserContext,
    Dialog,
    Error,
    Page,
    Playwright,
    ProxySettings,
    StorageState,
    async_playwright,
)

from bots.browsing.errors import BrowserGone
from bots.setting_up import programs
from config.settings import settings

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_SECRET = re.compile(
    r"(?i)(_KEY$|KEY_ID|TOKEN|SECRET|PASSW|CREDENTIAL|DATABASE_URL|STORE_URL|PORTAL_USER|POST_USER)"
)


class NoBrowser(RuntimeError):
    """Chromium is not installed. Install Debian's `chromium`, or set BACKOFFICE_CHROMIUM to its path."""


@dataclass
class Opened:
    """A running browser with one page. `said` are the boxes that popped up since it was emptied."""

    playwright: Playwright
    browser: Browser
    context: BrowserContext
    page: Page
    said: list[str] = field(default_factory=list)
    proxy: ProxySettings | None = None

    async def downloads(self) -> APIRequestContext:
        """Requests with the session as it is now, outside of any trace: faxes do not belong into one."""
        return await self.playwright.request.new_context(
            storage_state=await self.context.storage_state(),
            user_agent=await self.page.evaluate("navigator.userAgent"),
            proxy=self.proxy,
        )


@asynccontextmanager
async def chromium(state: StorageState | None = None, *, proxy: str = "") -> AsyncIterator[Opened]:
    """A browser for the length of the block, with the cookies of `state`; `proxy` is where it goes out.

    Raises `NoBrowser`, or `BrowserGone` when it does not start.
    """
    found = programs.chromium()
    if found is None:
        raise NoBrowser(str(NoBrowser.__doc__))
    async with async_playwright() as playwright:
        # A sandbox needs a user of its own; root has none to offer.
        flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        environment = {name: value for name, value in os.environ.items() if not _SECRET.search(name)}
        out = ProxySettings(server=proxy) if proxy else None
        try:
            browser = await playwright.chromium.launch(
                executable_path=found, headless=True, args=flags, env={**environment}, proxy=out
            )
        except Error as error:
            raise BrowserGone(f"Chromium이 시작하지 않습니다: {_first_line(error)}") from None
        try:
            opened = await _open(playwright, browser, state)
            opened.proxy = out
            yield opened
        finally:
            with suppress(Error):
                await browser.close()


async def _open(playwright: Playwright, browser: Browser, state: StorageState | None) -> Opened:
    context = await browser.new_context(
        locale="ko-KR",
        timezone_id=settings().timezone,
        viewport={"width": 1280, "height": 900},
        accept_downloads=False,
        storage_state=state,
    )
    page = await context.new_page()
    opened = Opened(playwright, browser, context, page)

    async def answer(dialog: Dialog) -> None:
        # A question (confirm) comes after a button of ours; only what the site says of itself is noted.
        if dialog.type == "alert":
            opened.said.append(dialog.message)
        with suppress(Error):
            await dialog.accept()

    async def shut(other: Page) -> None:
        if other is not page:
            with suppress(Error):
                await other.close()

    page.on("dialog", answer)
    context.on("page", shut)
    return opened


def _first_line(error: Error) -> str:
    return (error.message.strip().splitlines() or [""])[0][:200]
