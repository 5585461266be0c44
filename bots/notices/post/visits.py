"""One run at the site for a batch: the right to be there, as many browsers as it takes, what is left behind.

What passes by itself (the site is down, the deposit is too small, letters are not taken any more today) is
tried again for as long as it takes, and a person is told where that helps; the question goes away by itself.
What only a person can decide ends the run with a `BusinessError`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from playwright.async_api import Error

from bots.browsing.chromium import NoBrowser, Opened, chromium
from bots.browsing.credentials import Credentials
from bots.browsing.holding import hold
from bots.browsing.scrub import Scrubber
from bots.browsing.witness import Witness, keep
from bots.intake.portal import standing
from bots.notices.post.credentials import credentials
from bots.notices.post.errors import BrowserGone, NotNow, PortalDown, SiteChanged, SiteDown, Stopped
from bots.notices.post.posting import Posting
from bots.notices.post.record import BatchRecord, Overtaken
from bots.notices.post.sign_in import LOCKED, REFUSED, standing_name
from bots.notices.post.site import Site
from bots.notices.post.visit import Visit
from config.post_sites import PostSite, PostSitesError, load_post_site
from config.settings import settings
from queues.bots import Work
from queues.errors import BusinessError
from queues.retry import RetryPolicy

log = logging.getLogger(__name__)

ASK_AFTER, ASK_EVERY = 8, 12
"""Tries after which a person is told that the site does not answer (about half an hour), and told again."""
_BROWSERS = 3
_STOPPED_SECONDS, _CHANGED_SECONDS = 600.0, 1800.0

Act = Callable[[Posting], Awaitable[dict[str, int]]]


class UntilItAnswers(RetryPolicy):
    """The site is tried until it answers, with pauses that grow to thirty times the first."""

    def pause(self, error: Exception, tries: int) -> float | None:
        first = settings().post_retry_seconds
        if isinstance(error, NotNow):
            return float(error.seconds)
        if isinstance(error, Busy):
            return float(min(first, settings().lease_seconds))
        if isinstance(error, Stopped):
            return float(min(_STOPPED_SECONDS, first * 60))
        if isinstance(error, SiteChanged):
            return float(min(_CHANGED_SECONDS, first * 180))
        if isinstance(error, PortalDown | BrowserGone):
            return float(min(first * 2.5 ** min(tries - 1, 10), first * 30))
        return super().pause(error, tries)


class Busy(SiteDown):
    """Another run is at the site; it takes one at a time."""


def run(item: Work, batch_id: int, act: Act) -> dict[str, int]:
    """Do `act` for a batch at the site. Raises what `UntilItAnswers` tries again, or `BusinessError`."""
    try:
        site, who = told()
    except BusinessError as error:
        raise NotNow(
            error.code, error.text, min(_STOPPED_SECONDS, settings().post_retry_seconds * 60)
        ) from None
    _may_visit(site, who, item)
    lease, holder = f"post:{site.name}", f"item:{item.id}:{uuid.uuid4().hex[:8]}"
    with hold(lease, holder, 2 * settings().lease_seconds) as lost:
        if lost is None:
            raise Busy("다른 우편 접수가 사이트에서 진행 중입니다. 끝나는 대로 이어서 합니다.")
        visits = _Visits(site, who, item, BatchRecord(batch_id, lease, holder), act)
        return asyncio.run(_unless_lost(visits.all(), lost))


def told() -> tuple[PostSite, Credentials]:
    """What the settings tell. Raises `BusinessError` (post_settings)."""
    name = settings().post_site
    if not name:
        raise BusinessError(
            "post_settings", "우편 사이트가 정해지지 않았습니다. BACKOFFICE_POST_SITE를 설정하십시오."
        )
    try:
        site = load_post_site(name)
    except PostSitesError as error:
        raise BusinessError("post_settings", f"우편 사이트의 설정을 읽지 못했습니다: {error}") from None
    if settings().post_url:
        site = site.model_copy(update={"address": settings().post_url})
    return site, credentials(settings())


def tell(item: Work, code: str, text: str) -> None:
    """Ask a person about work that goes on being tried, once."""
    standing.ask(item, code, text)


def _may_visit(site: PostSite, who: Credentials, item: Work) -> None:
    try:
        standing.may_visit(standing_name(site.name), who, item)
    except standing.StillStopped:
        raise Stopped(
            "우편 사이트의 로그인 문제가 그대로입니다. 앞서 알린 문제를 고치면 이어서 합니다."
        ) from None
    except standing.AskAgain as again:
        tell(
            item,
            str(again),
            "우편 사이트에 아직 로그인하지 못합니다. 앞서 알린 문제를 고치면 이어서 접수합니다.",
        )
        raise Stopped("우편 사이트의 로그인 문제가 그대로입니다.") from None


async def _unless_lost(visits: Coroutine[Any, Any, dict[str, int]], lost: threading.Event) -> dict[str, int]:
    """Stop when another run has taken over."""
    work = asyncio.create_task(visits)
    while not work.done():
        await asyncio.wait({work}, timeout=0.5)
        if lost.is_set() and not work.done():
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
            raise Busy("우편 사이트 방문의 차례를 잃었습니다. 다른 실행이 이어 갑니다.")
    return work.result()


class _Visits:
    """The visits of one run."""

    def __init__(self, site: PostSite, who: Credentials, item: Work, batch: BatchRecord, act: Act) -> None:
        self.site, self.who, self.item, self.batch, self.act = site, who, item, batch, act
        self._scrubber = Scrubber(who.secrets())
        self._witness = Witness(self._scrubber, "우편사이트")

    async def all(self) -> dict[str, int]:
        try:
            for left in reversed(range(_BROWSERS)):
                try:
                    async with chromium(proxy=settings().post_proxy) as opened:
                        return await self._one(opened)
                except BrowserGone as gone:
                    self._witness.note(str(gone))
                    if not left:
                        await self._give_up(gone)
                        raise
            raise AssertionError("the last browser returns or raises")
        except NoBrowser as error:
            seconds = min(_STOPPED_SECONDS, settings().post_retry_seconds * 60)
            raise NotNow("post_settings", f"브라우저가 없습니다. {error}", seconds) from None
        finally:
            self._witness.close()

    async def _one(self, opened: Opened) -> dict[str, int]:
        await self._witness.watch(opened.context, opened.page)
        visit = Visit(self.site, self.who, opened, self._witness, self._scrubber)
        wanted = self.item.attempt > 1
        posting = Posting(Site(visit), self.batch, wanted=wanted, note=self._witness.note)
        try:
            done = await self.act(posting)
        except BusinessError as error:
            if error.code in (REFUSED, LOCKED):
                await self._stop(error)
                raise Stopped(error.text) from None
            await self._leave(error.text)
            raise
        except (SiteDown, SiteChanged) as error:
            if not isinstance(error, Busy | Overtaken):
                await self._in_doubt(posting, error)
            raise
        except PortalDown as error:
            await self._give_up(error)
            raise
        except BrowserGone:
            raise
        except Error:
            if not opened.browser.is_connected():
                raise BrowserGone("브라우저가 종료되었습니다") from None
            raise SiteDown(f"{self.site.title} 사이트의 화면이 예상과 다르게 움직였습니다.") from None
        await asyncio.to_thread(standing.withdraw_question, self.item.id)
        return done

    async def _in_doubt(self, posting: Posting, error: SiteDown | SiteChanged) -> None:
        """The site could not be read. After an order to pay that is a question for a person, at once where the
        page has changed; else it is looked at again, and a person is told."""
        batch = await asyncio.to_thread(self.batch.read)
        if posting.gives_up(batch, error):
            await self._leave(str(error))
            await posting.cannot_tell(batch, str(error).rstrip("."))
        if isinstance(error, SiteChanged):
            await self._leave(error.text)
            text = (
                f"{error.text} 사이트가 화면을 바꾼 듯합니다. 남긴 화면을 보고 post_sites/{self.site.name}.yaml을 "
                "고치면 이어서 접수합니다."
            )
            await asyncio.to_thread(tell, self.item, "post_changed", text)
        else:
            await self._give_up(error)

    async def _stop(self, error: BusinessError) -> None:
        """Nobody signs in any more until a person has seen to it."""
        name = standing_name(self.site.name)
        if await asyncio.to_thread(standing.stop, name, error.code, self.item):
            await self._leave(error.text)
            await asyncio.to_thread(tell, self.item, error.code, error.text)

    async def _give_up(self, error: PortalDown | BrowserGone) -> None:
        """A person is told now and then of what goes on being tried; before, it may be a matter of minutes."""
        beyond = self.item.tries - ASK_AFTER
        if beyond < 0 or beyond % ASK_EVERY:
            return
        await self._leave(str(error))
        text = f"{error} {self.item.tries}번 시도했고 계속 시도합니다. 사이트가 열리는지 확인해 주십시오."
        await asyncio.to_thread(tell, self.item, "post_down", text)

    async def _leave(self, why: str) -> None:
        """Picture, trace and diary at the work item. What cannot be kept must not hide what happened."""
        self._witness.note(why)
        try:
            found = await self._witness.gather()
            await asyncio.to_thread(keep, self.item.id, found)
        except Exception as error:
            log.warning("notices.post: evidence of item %d not kept: %s", self.item.id, type(error).__name__)
