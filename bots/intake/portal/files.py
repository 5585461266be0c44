"""Fetching the file of a fax with the page's session, several at a time, outside of any trace."""

from __future__ import annotations

import asyncio
import contextlib

from playwright.async_api import APIRequestContext, APIResponse, Error
from playwright.async_api import TimeoutError as TooLate

from bots.intake.portal.errors import BrowserGone, NotFetched, SignedOut
from bots.intake.portal.listing import Listed
from bots.intake.portal.visit import Visit, is_gone
from config.portals import says
from config.settings import settings


class Files:
    """Downloads at one portal. Each session of the visit has a way in of its own."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._ways: dict[int, APIRequestContext] = {}
        self._at_once = asyncio.Semaphore(visit.portal.limits.downloads)
        self._making = asyncio.Lock()

    async def fetch(self, listed: Listed) -> bytes:
        """The bytes that came. Raises `NotFetched`; signs in again where the session has ended."""
        async with self._at_once:
            for _ in range(4):
                session = self._visit.session
                try:
                    content = await self._fetch(listed, session)
                except SignedOut:
                    self._visit.witness.note(f"팩스 {listed.number}: 세션이 끊겨 다시 로그인합니다")
                    await self._visit.sign_in_again(session)
                    continue
                self._visit.went_well()
                return content
            raise NotFetched("page", site=True)

    async def _fetch(self, listed: Listed, session: int) -> bytes:
        portal = self._visit.portal
        path = portal.download.address.replace("{number}", listed.number) or listed.link
        way = await self._way(session)
        try:
            answer = await way.get(
                portal.url(path),
                timeout=portal.limits.download_seconds * 1000,
                headers={"Referer": portal.url(portal.inbox.page.replace("{page}", "1"))},
                max_redirects=5,
            )
            return await self._content(answer)
        except TooLate:
            raise NotFetched("late", site=True) from None
        except Error as error:
            if is_gone(error) and not self._visit.opened.browser.is_connected():
                raise BrowserGone("브라우저가 종료되었습니다") from None
            refused = any(word in error.message for word in ("ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH"))
            raise NotFetched("error" if refused else "cut", site=refused) from None

    async def _content(self, answer: APIResponse) -> bytes:
        portal = self._visit.portal
        try:
            if answer.status >= 400:
                raise NotFetched("error", site=True)
            announced = answer.headers.get("content-length", "")
            packed = answer.headers.get("content-encoding", "identity") != "identity"
            if announced.isdecimal() and int(announced) > settings().max_file_bytes:
                raise NotFetched("size")
            content = await answer.body()
        finally:
            with contextlib.suppress(Error):
                await answer.dispose()
        if announced.isdecimal() and not packed and len(content) != int(announced):
            raise NotFetched("cut")
        html = "html" in answer.headers.get("content-type", "")
        if not html and not content.lstrip()[:15].lower().startswith((b"<!doctype", b"<html", b"<script")):
            return content
        text = content[:20_000].decode("utf-8", errors="replace")
        leads_to_sign_in = portal.sign_in.page in answer.url or portal.sign_in.page in text
        if leads_to_sign_in or says(text, portal.sign_in.expired):
            raise SignedOut
        raise NotFetched("page", site=True)

    async def _way(self, session: int) -> APIRequestContext:
        async with self._making:
            if session not in self._ways:
                self._ways[session] = await self._visit.opened.downloads()
            return self._ways[session]

    async def close(self) -> None:
        for way in self._ways.values():
            with contextlib.suppress(Error):
                await way.dispose()
