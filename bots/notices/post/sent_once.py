"""An order to the site leaves the machine once.

A browser sends a form a second time, without a word, when the connection on which it went breaks before anything
was answered (Chromium: whenever the connection had been used before). The first may have been carried out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from playwright.async_api import Error, Page, Route


@asynccontextmanager
async def sent_once(page: Page, seconds: float) -> AsyncIterator[None]:
    """What the page posts in this block goes out once at most, on a connection where nothing is repeated."""
    sent = False

    async def pass_on(route: Route) -> None:
        nonlocal sent
        if route.request.method != "POST":
            await route.continue_()
            return
        if sent:
            await route.abort("blockedbyclient")
            return
        sent = True
        try:
            answer = await route.fetch(max_redirects=0, max_retries=0, timeout=seconds * 1000)
            await route.fulfill(response=answer)
        except Error:
            with suppress(Error):
                await route.abort("connectionreset")

    await page.route("**/*", pass_on)
    try:
        yield
    finally:
        with suppress(Error):
            await page.unroute("**/*", pass_on)
