"""Signing in: once, with what we have, and no second time when the site says no.

Nothing here may carry a password into an error: what the browser says of a failed entry is dropped.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from playwright.async_api import Error

from bots.intake.portal import standing
from bots.intake.portal.errors import BrowserGone, PortalDown
from bots.intake.portal.sight import Seen, Sight, look
from config.portals import Portal, says
from queues.errors import BusinessError

if TYPE_CHECKING:
    from bots.intake.portal.visit import Visit

_SAYS_NOTHING_SECONDS = 8.0


def must_change(portal: Portal) -> BusinessError:
    """A person has to choose a new password; a bot never does."""
    return BusinessError(
        standing.MUST_CHANGE,
        f"{portal.title} 사이트에서 비밀번호를 바꾸라고 합니다. 직접 로그인하여 비밀번호를 바꾼 뒤 "
        "BACKOFFICE_PORTAL_PASSWORD(또는 BACKOFFICE_PORTAL_SECRET_FILE)를 고치고 다시 실행하십시오. "
        "봇은 비밀번호를 바꾸지 않습니다.",
    )


def _refused(portal: Portal) -> BusinessError:
    return BusinessError(
        standing.REFUSED,
        f"{portal.title} 사이트에서 아이디나 비밀번호가 틀렸다고 합니다. 계정이 잠기지 않도록 더 시도하지 않습니다. "
        "설정의 아이디와 비밀번호를 확인하여 고친 뒤 다시 실행하십시오.",
    )


def _locked(portal: Portal) -> BusinessError:
    return BusinessError(
        standing.LOCKED,
        f"{portal.title}의 계정이 잠겼습니다. 업체 고객센터에서 잠금을 푼 뒤 다시 실행하십시오.",
    )


async def sign_in(visit: Visit) -> None:
    """From the sign-in page to a page inside.

    Raises `BusinessError` (portal_refused, portal_locked, portal_password) where the site says no, and
    `PortalDown` when it says nothing.
    """
    portal = visit.portal
    before = await look(visit.page, portal)
    if before.sight in (Sight.INSIDE, Sight.INBOX):
        return
    await asyncio.to_thread(standing.before_sign_in, portal, visit.credentials)
    visit.opened.said.clear()
    failure = await _enter(visit)
    if failure is not None:
        raise failure
    visit.witness.note("아이디와 비밀번호를 보냄")
    seen = await _answer(visit, before)
    if seen.sight is Sight.PASSWORD:
        await _later(visit)
    await asyncio.to_thread(standing.answered, portal, welcome=True)


async def _enter(visit: Visit) -> Exception | None:
    """Fill in and send; the error to raise, made without what the browser said."""
    place = visit.portal.sign_in
    gone = False
    try:
        await visit.page.locator(place.user).fill(
            visit.credentials.user.get_secret_value(), timeout=visit.page_ms
        )
        await visit.page.locator(place.password).fill(
            visit.credentials.password.get_secret_value(), timeout=visit.page_ms
        )
        await visit.page.locator(place.submit).click(timeout=visit.page_ms, no_wait_after=True)
    except Error:
        gone = visit.page.is_closed() or not visit.opened.browser.is_connected()
    else:
        return None
    if gone:
        return BrowserGone("브라우저가 종료되었습니다")
    return PortalDown(f"{visit.portal.title}: 로그인 화면에 입력하지 못했습니다.")


async def _answer(visit: Visit, before: Seen) -> Seen:
    """What the site answers. A hint that stood on the page before is no answer."""
    portal = visit.portal
    began = time.monotonic()
    while time.monotonic() - began < portal.limits.page_seconds:
        seen = await look(visit.page, portal)
        if seen.sight in (Sight.INSIDE, Sight.INBOX, Sight.PASSWORD):
            return seen
        said = "\n".join([*visit.opened.said, *(seen.lines - before.lines)])
        for words, error in ((portal.sign_in.locked, _locked), (portal.sign_in.refused, _refused)):
            if says(said, words):
                await asyncio.to_thread(standing.answered, portal, welcome=False)
                raise error(portal)
        if visit.page.is_closed() or not visit.opened.browser.is_connected():
            raise BrowserGone("브라우저가 종료되었습니다")
        if seen.sight is Sight.MAINTENANCE:
            raise PortalDown(f"{portal.title} 사이트가 점검 중입니다.")
        idle = time.monotonic() - began > _SAYS_NOTHING_SECONDS
        if idle and (visit.opened.said or seen.sight is Sight.UNKNOWN):
            break
        await asyncio.sleep(0.05)
    raise PortalDown(f"{portal.title}: 로그인에 뚜렷한 답이 없습니다.")


async def _later(visit: Visit) -> None:
    """Put a new password off where the site offers that, else leave it to a person."""
    change = visit.portal.password_change
    if change is None or not change.later:
        await asyncio.to_thread(standing.answered, visit.portal, welcome=False)
        raise must_change(visit.portal)
    offered = visit.page.locator(change.later)
    try:
        if await offered.count() > 0:
            await offered.first.click(timeout=visit.page_ms)
            until = time.monotonic() + visit.portal.limits.page_seconds
            while time.monotonic() < until:
                if (await look(visit.page, visit.portal)).sight in (Sight.INSIDE, Sight.INBOX):
                    visit.witness.note("비밀번호 변경을 다음으로 미룸")
                    return
                await asyncio.sleep(0.05)
    except Error:
        raise PortalDown(f"{visit.portal.title}: 비밀번호 변경 화면에서 나가지 못했습니다.") from None
    await asyncio.to_thread(standing.answered, visit.portal, welcome=False)
    raise must_change(visit.portal)
