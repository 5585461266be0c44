"""Jobs of one name at the site: one is kept, those that are too many are cancelled before anything is paid."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bots.notices.post.errors import SiteDown
from bots.notices.post.site import ACT_WITHIN, Job, JobState
from bots.notices.post.waiting import do
from queues.errors import BusinessError
from queues.models import PostBatch

if TYPE_CHECKING:
    from bots.notices.post.posting import Posting


async def adopt(posting: Posting, batch: PostBatch) -> bool:
    """Whether the site has a job of this name already; of several that are not paid one is kept."""
    jobs = [job for job in await posting.site.jobs(batch.key) if job.state != JobState.CANCELLED]
    begun = [job for job in jobs if job.state in (JobState.PAID, JobState.PROCESSING)]
    if len(begun) > 1:
        await do(lambda: posting.batch.unknown("post_unknown"))
        raise BusinessError(
            "post_paid_twice",
            f"같은 우편이 사이트에서 {len(begun)}번 결제되었습니다"
            f" (접수번호 {', '.join(job.number for job in begun)}). "
            "한 건만 남기고 한 시간 안에 취소한 뒤 이 작업을 다시 실행하십시오.",
        )
    kept = begun[0] if begun else next((job for job in jobs[::-1] if _is_ours(batch, job)), None)
    for job in jobs:
        if kept is None or job.number != kept.number:
            await cancel(posting, job)
    if kept is None:
        return False
    found = kept.number
    posting.note(f"접수번호 {found}: 사이트의 접수 내역에 있음 ({kept.state.value})")
    await do(lambda: posting.batch.found_paying(found) if begun else posting.batch.uploaded(found))
    return True


def _is_ours(batch: PostBatch, job: Job) -> bool:
    """Whether a job holds what we would upload now, as far as the list tells."""
    return job.letters in (None, batch.letters) and job.sheets in (None, batch.sheets)


async def cancel(posting: Posting, job: Job) -> None:
    """A job of ours that is one too many, and not paid."""
    shown = await posting.site.job(job.number)
    if shown is None or shown.state != JobState.WAITING:
        raise SiteDown(f"{posting.site.told.title}: 접수 {job.number}의 상태가 바뀌었습니다.")
    answer = await posting.site.cancel(time.monotonic() + ACT_WITHIN)
    after = await posting.site.job(job.number)
    if after is not None and after.state != JobState.CANCELLED:
        raise SiteDown(
            f"{posting.site.told.title}: 중복된 접수 {job.number}을 취소하지 못했습니다 ({answer.value})."
        )
    posting.note(f"접수번호 {job.number}: 중복되어 취소함")


async def clear(posting: Posting, batch: PostBatch) -> bool:
    """Jobs of this name besides ours are cancelled; whether one of them has been paid."""
    for job in await posting.site.jobs(batch.key):
        if job.number == batch.site_no or job.state == JobState.CANCELLED:
            continue
        if job.state != JobState.WAITING:
            await do(lambda: posting.batch.upload_again("post_found_paid"))
            return True
        await cancel(posting, job)
    return False
