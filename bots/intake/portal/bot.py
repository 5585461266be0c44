"""intake.portal: one visit to the fax provider's web site.

What is wrong with the site is tried again with growing pauses for as long as it takes; after half an hour a
person is told, with a picture and a trace, and the question goes away by itself when the site is back. What
only a person can mend (a password, an account, a changed page) stops the visits until it is mended.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import threading
import uuid
from collections.abc import Coroutine

from playwright.async_api import Error

from bots.browsing.chromium import NoBrowser, Opened, chromium
from bots.browsing.holding import hold
from bots.browsing.scrub import Scrubber
from bots.browsing.witness import Witness, keep
from bots.intake.portal import kept, standing
from bots.intake.portal.credentials import Credentials, credentials
from bots.intake.portal.errors import BrowserGone, PortalDown
from bots.intake.portal.fetch import Fetching, Tally, could_not_fetch
from bots.intake.portal.visit import Visit, is_gone
from bots.intake.portal.whole import Checker
from config.portals import Portal, PortalsError, load_portal
from config.settings import settings
from queues.bots import Outcome, Work, bot
from queues.errors import BusinessError, StoreFull
from queues.retry import RetryPolicy

log = logging.getLogger(__name__)

ASK_AFTER, ASK_EVERY = 8, 12
"""Tries after which a person is told that the site does not answer (about half an hour), and told again."""
_BROWSERS = 3
_STOPPING = ("portal_refused", "portal_locked", "portal_password", "portal_changed")
SETTINGS = "portal_settings"


class UntilItAnswers(RetryPolicy):
    """The site is tried until it answers, with pauses that grow to thirty times the first."""

    def pause(self, error: Exception, tries: int) -> float | None:
        first = settings().portal_retry_seconds
        if isinstance(error, PortalDown | BrowserGone | StoreFull):
            return float(min(first * 2.5 ** min(tries - 1, 10), first * 30))
        return super().pause(error, tries)


@bot("intake.portal", title="팩스 포털 수신", retry=UntilItAnswers(), concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """One visit. Without the setting `portal` there is nothing to visit."""
    name = settings().portal
    if not name:
        return Outcome(idle=True)
    _check_room()
    try:
        portal, who = _told(name)
        standing.may_visit(name, who, item)
        with hold(f"portal:{name}", f"item:{item.id}:{uuid.uuid4().hex[:8]}") as lost:
            if lost is None:
                return Outcome(idle=True)  # another run is there
            return asyncio.run(_unless_lost(_Visits(portal, who, item).all(), lost))
    except standing.StillStopped:
        return Outcome(idle=True)
    except standing.AskAgain as again:
        text = f"팩스 포털({name})을 아직 방문하지 못합니다. 앞서 알린 문제가 그대로입니다. 고친 뒤 다시 실행하십시오."
        raise BusinessError(str(again), text) from None
    except BusinessError as error:
        # What a visit met has been noted where it was met; this is what stands in the way of any.
        if error.code == SETTINGS and not standing.stop(name, SETTINGS, item):
            return Outcome(idle=True)
        raise


def _told(name: str) -> tuple[Portal, Credentials]:
    """What the settings tell. Raises `BusinessError` (portal_settings)."""
    try:
        portal = load_portal(name)
    except PortalsError as error:
        raise BusinessError(SETTINGS, f"팩스 포털의 설정을 읽지 못했습니다: {error}") from None
    if settings().portal_url:
        portal = portal.model_copy(update={"address": settings().portal_url})
    return portal, credentials(settings())


async def _unless_lost(visits: Coroutine[None, None, Outcome], lost: threading.Event) -> Outcome:
    """Stop when another run has taken over."""
    work = asyncio.create_task(visits)
    while not work.done():
        await asyncio.wait({work}, timeout=1.0)
        if lost.is_set():
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
            raise PortalDown("포털 방문의 차례를 잃었습니다. 다른 실행이 이어 받습니다.")
    return work.result()


class _Visits:
    """The visits of one run: as many browsers as it takes, three at most."""

    def __init__(self, portal: Portal, who: Credentials, item: Work) -> None:
        self.portal, self.who, self.item = portal, who, item
        self._scrubber = Scrubber(who.secrets())
        self._witness = Witness(self._scrubber)
        self._checker, self._tally = Checker(), Tally()

    async def all(self) -> Outcome:
        try:
            for left in reversed(range(_BROWSERS)):
                try:
                    state = kept.recall(self.portal, self.who)
                    async with chromium(state, proxy=settings().portal_proxy) as opened:
                        return await self._one(opened, signed_in=state is not None)
                except BrowserGone as gone:
                    self._witness.note(str(gone))
                    if not left:
                        await self._give_up(gone)
                        raise
            raise AssertionError("the last browser returns or raises")
        except NoBrowser as error:
            raise BusinessError(SETTINGS, f"브라우저가 없습니다. {error}") from None
        finally:
            self._witness.close()
            await asyncio.to_thread(self._checker.close)

    async def _one(self, opened: Opened, *, signed_in: bool) -> Outcome:
        kept.forget()
        try:
            await self._witness.watch(opened.context, opened.page)
            visit = Visit(self.portal, self.who, opened, self._witness, self._scrubber)
            await (visit.learn_cookies() if signed_in else visit.open())
            fetching = Fetching(visit, self._checker, self._tally, self.item.id, self.item.progress)
            await fetching.all()
            kept.remember(self.portal, self.who, await opened.context.storage_state())
        except BusinessError as error:
            if error.code in _STOPPING:
                tell = await asyncio.to_thread(standing.stop, self.portal.name, error.code, self.item)
                if not tell:
                    raise standing.StillStopped from None
            await self._leave(error.text)
            raise
        except PortalDown as error:
            await self._give_up(error)
            raise
        except BrowserGone:
            raise
        except Error as error:
            gone = is_gone(error) or not opened.browser.is_connected()
            if gone:
                raise BrowserGone("브라우저가 종료되었습니다") from None
            raise PortalDown(f"{self.portal.title} 사이트의 화면이 예상과 다르게 움직였습니다.") from None
        except Exception:
            # When Playwright's own process dies, its calls end with errors of no particular kind.
            if opened.browser.is_connected():
                raise
            raise BrowserGone("브라우저가 종료되었습니다") from None
        return await self._done()

    async def _done(self) -> Outcome:
        await asyncio.to_thread(standing.withdraw_question, self.item.id)
        faxes = self._tally.to_tell
        if faxes:
            text = could_not_fetch(self.portal.title, faxes)
            await self._leave(text)
            await asyncio.to_thread(standing.ask, self.item, "portal_fax", text)
        counts = {name: count for name, count in self._tally.counts.items() if count}
        return Outcome(counts=counts, idle=not faxes and not set(counts) - {"postponed"})

    async def _give_up(self, error: PortalDown | BrowserGone) -> None:
        """A person is told now and then of what goes on being tried; before, it may be a matter of minutes."""
        beyond = self.item.tries - ASK_AFTER
        if beyond < 0 or beyond % ASK_EVERY:
            return
        await self._leave(str(error))
        text = f"{error} {self.item.tries}번 시도했고 계속 시도합니다. 사이트가 열리는지 확인해 주십시오."
        await asyncio.to_thread(standing.ask, self.item, type(error).__name__, text)

    async def _leave(self, why: str) -> None:
        """Picture, trace and diary at the work item. What cannot be kept must not hide what happened."""
        self._witness.note(why)
        try:
            found = await self._witness.gather()
            await asyncio.to_thread(keep, self.item.id, found)
        except Exception as error:
            log.warning("intake.portal: evidence of item %d not kept: %s", self.item.id, type(error).__name__)


def _check_room() -> None:
    """Fetch nothing when the disk is nearly full: what is not fetched is still at the portal."""
    folder, least = settings().var_dir, settings().min_free_bytes
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < least:
        raise StoreFull(
            f"디스크 여유가 {free // 2**20} MiB뿐이라 포털에서 더 받지 않습니다 ({folder}). 공간을 비우면 이어 받습니다."
        )
