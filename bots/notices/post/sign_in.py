"""Signing in: once, with what we have, and no second time when the site says no.

Nothing here may carry a password into an error: what the browser says of a failed entry is dropped.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from playwright.async_api import Error

from bots.intake.portal import standing
from bots.notices.post.errors import BrowserGone, SiteDown
from config.portals import says
from queues.errors import BusinessError

if TYPE_CHECKING:
    from bots.notices.post.visit import Visit

_SAYS_NOTHING_SECONDS = 8.0
REFUSED, LOCKED = standing.REFUSED, standing.LOCKED


def standing_name(site_name: str) -> str:
    """Under which the standing with a site of the post is kept, apart from that with a fax portal."""
    return f"post:{site_name}"


class Standing:
    """The site, as `bots.intake.portal.standing` knows it."""

    def __init__(self, name: str, title: str) -> None:
        self.name, self.title = standing_name(name), title


async def sign_in(visit: Visit) -> None:
    """From the sign-in page to a page inside.

    Raises `BusinessError` (portal_refused, portal_locked) where the site says no, and `SiteDown` when it
    says nothing.
    """
    if (await visit.look({})).has(":inside"):
        return
    site = visit.site
    known = Standing(site.name, site.title)
    await asyncio.to_thread(standing.before_sign_in, known, visit.who)
    visit.opened.said.clear()
    failure = await _enter(visit)
    if failure is not None:
        raise failure
    began = time.monotonic()
    while time.monotonic() - began < site.limits.page_seconds:
        seen = await visit.look({})
        if seen.has(":inside"):
            await asyncio.to_thread(standing.answered, known, welcome=True)
            return
        said = "\n".join(visit.opened.said)
        for words, code, text in (
            (site.sign_in.locked, LOCKED, _LOCKED_TEXT),
            (site.sign_in.refused, REFUSED, _REFUSED_TEXT),
        ):
            if says(said, words):
                await asyncio.to_thread(standing.answered, known, welcome=False)
                raise BusinessError(code, text.format(title=site.title))
        if visit.page.is_closed() or not visit.opened.browser.is_connected():
            raise BrowserGone("브라우저가 종료되었습니다")
        if time.monotonic() - began > _SAYS_NOTHING_SECONDS and (said or not seen.has(":password")):
            break
        await asyncio.sleep(0.04)
    raise SiteDown(f"{site.title}: 로그인에 뚜렷한 답이 없습니다.")


async def _enter(visit: Visit) -> Exception | None:
    """Fill in and send; the error to raise, made without what the browser said."""
    place = visit.site.sign_in
    try:
        await visit.page.locator(place.user).fill(visit.who.user.get_secret_value(), timeout=visit.page_ms)
        await visit.page.locator(place.password).fill(
            visit.who.password.get_secret_value(), timeout=visit.page_ms
        )
        await visit.page.locator(place.submit).click(timeout=visit.page_ms, no_wait_after=True)
    except Error:
        gone = visit.page.is_closed() or not visit.opened.browser.is_connected()
    else:
        return None
    if gone:
        return BrowserGone("브라우저가 종료되었습니다")
    return SiteDown(f"{visit.site.title}: 로그인 화면에 입력하지 못했습니다.")


_REFUSED_TEXT = (
    "{title} 사이트에서 아이디나 비밀번호가 틀렸다고 합니다. 계정이 잠기지 않도록 더 시도하지 않습니다. "
    "BACKOFFICE_POST_USER와 BACKOFFICE_POST_PASSWORD(또는 BACKOFFICE_POST_SECRET_FILE)를 고치면 이어서 접수합니다."
)
_LOCKED_TEXT = "{title}의 계정이 잠겼습니다. 우체국 고객센터에서 잠금을 푼 뒤 이 작업을 다시 실행하십시오."
