"""A person who looked at the site says whether a batch in doubt was taken; the site's own list has to agree.

    "posted"       it is paid: numbers and receipt are taken over, once the site's list shows it as paid
    "not_posted"   it is not: what still waits there is cancelled, and its letters may go out again

An answer that the list contradicts changes nothing. Nothing is ever paid by an answer.
"""

from __future__ import annotations

from bots.notices.post import spares
from bots.notices.post.errors import SiteDown
from bots.notices.post.posting import Posting
from bots.notices.post.site import Job, JobState
from bots.notices.post.waiting import do, settling
from queues.errors import BusinessError
from queues.models import PostBatch, PostBatchState

S = PostBatchState


async def posted(posting: Posting) -> dict[str, int]:
    """It is with the post. Raises `BusinessError` "post_not_shown_paid" where the site does not say so."""
    batch = await do(posting.batch.read)
    if batch.state == S.UNKNOWN:
        paid = [job for job in await _jobs(posting, batch) if job.state == JobState.PAID]
        if len(paid) > 1:
            raise BusinessError(
                "post_paid_twice",
                f"같은 우편이 사이트에서 {len(paid)}번 결제되었습니다"
                f" (접수번호 {', '.join(job.number for job in paid)}). "
                "한 건만 남기고 한 시간 안에 취소한 뒤 이 작업을 다시 실행하십시오.",
            )
        job = await posting.site.job(paid[0].number) if paid else None
        if job is None or job.state != JobState.PAID:
            raise BusinessError(
                "post_not_shown_paid",
                f"{posting.site.told.title} 접수 내역에 결제된 접수가 없습니다 (접수명 {batch.key}, "
                f"접수번호 {batch.site_no or '없음'}). 아무것도 바꾸지 않았습니다. 사이트에서 결제 여부를 다시 "
                "확인하고, 접수되지 않았으면 통지 화면에서 ‘접수되지 않음’으로 답하십시오.",
            )
        await do(lambda: posting.batch.found_paid(job.number, job.won, job.cancel_until))
    elif batch.state != S.PAID:
        await _over(posting, batch)
        return {}
    await do(posting.batch.questions_settled)
    return await posting.all()


async def not_posted(posting: Posting) -> dict[str, int]:
    """It is not with the post. Raises `BusinessError` "post_shown_paid" where the site says that it is."""
    batch = await do(posting.batch.read)
    if batch.state != S.UNKNOWN:
        await _over(posting, batch)
        return {}
    while await settling(batch.paying_at or batch.uploaded_at, posting.limits.settle_seconds):
        posting.note("사이트의 접수 내역에 나타날 때까지 기다립니다")
    jobs = await _jobs(posting, batch)
    begun = [job for job in jobs if job.state in (JobState.PAID, JobState.PROCESSING)]
    if begun:
        raise BusinessError(
            "post_shown_paid",
            f"{posting.site.told.title} 접수 내역에 결제되었거나 결제 중인 접수가 있습니다 "
            f"(접수번호 {', '.join(job.number for job in begun)}). 두 번 보내지 않도록 아무것도 바꾸지 않았습니다. "
            "통지 화면에서 ‘접수·결제됨’으로 답하십시오.",
        )
    for job in jobs:
        if job.state == JobState.WAITING:
            await spares.cancel(posting, job)
    await do(lambda: posting.batch.not_posted("by_person_not_sent"))
    await do(posting.batch.questions_settled)
    return {"failed": batch.letters}


async def _over(posting: Posting, batch: PostBatch) -> None:
    """An earlier run was stopped after it had answered: what was asked is settled now."""
    if batch.state in (S.FAILED, S.CANCELLED):
        await do(posting.batch.questions_settled)


async def _jobs(posting: Posting, batch: PostBatch) -> list[Job]:
    """All that the site has of a batch: by its name, and by the number that was given for it."""
    jobs = await posting.site.jobs(batch.key)
    if batch.site_no and batch.site_no not in [job.number for job in jobs]:
        job = await posting.site.job(batch.site_no)
        if job is not None and job.name != batch.key:
            raise SiteDown(f"{posting.site.told.title}: 접수 {batch.site_no}의 접수명이 우리 것과 다릅니다.")
        jobs += [job] if job is not None else []
    return jobs
