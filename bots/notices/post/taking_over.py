"""Registration numbers and receipt of what is paid."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bots.notices.post.errors import NotNow, SiteChanged, SiteDown
from bots.notices.post.waiting import do, seconds_since
from config.settings import settings
from queues import files
from queues.errors import BusinessError
from queues.models import PostBatch

if TYPE_CHECKING:
    from bots.notices.post.posting import Posting

_NUMBERS_SECONDS = 60.0
_REGISTERED = 13


async def take_over(posting: Posting, batch: PostBatch) -> dict[str, int]:
    """Numbers and receipt of what is paid."""
    numbers: dict[str, str] = {}
    if batch.service == "registered":
        numbers = await _numbers(posting, batch)
    receipt = batch.receipt_sha256
    if not receipt:
        with suppress(SiteDown, SiteChanged):
            content = await posting.site.receipt(batch.site_no)
            receipt = await do(lambda: files.put(content))
    differently = await do(lambda: posting.batch.taken_over(numbers, receipt))
    lacking = sum(not number for number in numbers.values())
    if lacking:
        raise BusinessError(
            "post_numbers_missing",
            f"우편 접수 {batch.site_no}: {lacking}통의 등기번호가 아직 없습니다. 우편은 접수되었습니다. "
            "사이트에 등기번호가 나온 뒤 다시 실행하면 받아 옵니다.",
        )
    if differently:
        raise BusinessError(
            "post_sent_after_all",
            f"우편 접수 {batch.site_no}: 나가지 않은 것으로 정한 {differently}통이 실제로는 접수되었습니다. "
            "다른 방법으로 다시 보냈는지 확인하십시오.",
        )
    return {"posted": batch.letters}


async def _numbers(posting: Posting, batch: PostBatch) -> dict[str, str]:
    """Registration numbers by key, waited for as long as the site may take."""
    told = await posting.site.numbers(batch.site_no)
    numbers = dict(told)
    if len(numbers) != len(told) or len(told) != batch.letters:
        raise SiteChanged(
            f"등기번호 조회 화면의 통수가 다릅니다 (접수번호 {batch.site_no}: 사이트 {len(told)}통, 접수 {batch.letters}통)."
        )
    given = [number for number in numbers.values() if number]
    if len(set(given)) != len(given) or any(
        not (number.isdecimal() and len(number) == _REGISTERED) for number in given
    ):
        raise SiteChanged("등기번호 조회 화면에 13자리가 아니거나 겹치는 등기번호가 있습니다.")
    waited = seconds_since(batch.paid_at)
    if len(given) < len(told) and not posting.wanted and waited < posting.limits.unknown_minutes * 60:
        raise NotNow(
            "post_numbers",
            f"우편 접수 {batch.site_no}: 등기번호가 아직 나오지 않았습니다.",
            min(_NUMBERS_SECONDS, settings().post_retry_seconds * 6),
            tell=False,
        )
    return numbers
