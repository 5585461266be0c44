"""Calling a batch back: before it is paid at any time, afterwards within the site's hour."""

from __future__ import annotations

import time

from bots.notices.post import spares
from bots.notices.post.errors import SiteDown
from bots.notices.post.posting import Posting
from bots.notices.post.site import ACT_WITHIN, Answer, JobState
from bots.notices.post.waiting import do
from queues.errors import BusinessError
from queues.models import PostBatchState

S = PostBatchState


async def call_back(posting: Posting) -> dict[str, int]:
    """Cancel the job at the site, and have the letters back."""
    batch = await do(posting.batch.read)
    state = S(batch.state)
    if state in (S.CANCELLED, S.FAILED):
        return {}
    if state in (S.PLANNED, S.UPLOADING):
        for found in await posting.site.jobs(batch.key):
            if found.state not in (JobState.WAITING, JobState.CANCELLED):
                raise BusinessError(
                    "post_unknown",
                    f"우편 접수 {found.number}이 결제되어 있습니다. 우편 발송 작업을 먼저 실행하십시오.",
                )
            if found.state == JobState.WAITING:
                await spares.cancel(posting, found)
        await do(lambda: posting.batch.called_back(""))
        return {"cancelled": batch.letters}
    job = await posting.site.job(batch.site_no)
    if job is not None and job.state in (JobState.WAITING, JobState.PAID):
        answer = await posting.site.cancel(time.monotonic() + ACT_WITHIN)
        after = await posting.site.job(batch.site_no)
        if answer is Answer.TOO_LATE or (after is not None and after.state == JobState.PAID):
            raise BusinessError(
                "post_cancel_too_late",
                f"우편 접수 {batch.site_no}의 취소 시간이 지나 취소하지 못했습니다. 우편은 그대로 나갑니다.",
            )
        job = after
    if job is None or job.state != JobState.CANCELLED:
        raise SiteDown(f"{posting.site.told.title}: 접수 {batch.site_no}의 취소를 확인하지 못했습니다.")
    await do(lambda: posting.batch.called_back(""))
    return {"cancelled": batch.letters}
