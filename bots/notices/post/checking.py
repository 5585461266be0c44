"""What must hold before money is spent, and why it may have to wait."""

from __future__ import annotations

from datetime import UTC, datetime

from bots.notices.post import hours
from bots.notices.post.errors import NotNow, SiteChanged
from bots.notices.post.site import Job
from config.post_sites import PostSite
from config.settings import settings
from queues.errors import BusinessError
from queues.models import PostBatch

_DEPOSIT_SECONDS = 600.0


def check(site: PostSite, batch: PostBatch, job: Job) -> int:
    """The price that the site asks, when everything is as we count it.

    Raises `BusinessError` (post_count_differs, post_price_differs), `NotNow` (post_deposit), `SiteChanged`.
    """
    if job.name != batch.key:
        raise SiteChanged("'접수 내용 확인' 화면의 접수명이 우리 것과 다릅니다.")
    if job.letters is None or job.sheets is None or job.won is None:
        raise SiteChanged("'접수 내용 확인' 화면의 통수, 매수 또는 요금을 읽지 못했습니다.")
    if (job.letters, job.sheets) != (batch.letters, batch.sheets):
        raise BusinessError(
            "post_count_differs",
            f"{site.title}에 올린 우편의 통수나 매수가 다릅니다 (접수번호 {batch.site_no}: "
            f"사이트 {job.letters}통 {job.sheets}매, 센터 {batch.letters}통 {batch.sheets}매). "
            "결제하지 않았습니다. 사이트의 접수 내용을 확인하십시오.",
        )
    if job.won != batch.expected_won:
        raise BusinessError(
            "post_price_differs",
            f"{site.title}의 요금이 다릅니다 (접수번호 {batch.site_no}: 사이트 {job.won:,}원, "
            f"센터 {batch.expected_won:,}원). 결제하지 않았습니다. 요금이 바뀌었으면 post_rates.yaml을 고친 뒤 "
            "다시 실행하십시오.",
        )
    if job.deposit is not None and job.deposit < job.won:
        raise deposit_short(site, job.won, job.deposit)
    return job.won


def in_time(site: PostSite) -> None:
    """Raises `NotNow` when letters are not taken any more today."""
    if hours.opens_again(site, datetime.now(UTC)) is not None:
        raise closed(site)


def closed(site: PostSite) -> NotNow:
    """Until the next business day."""
    now = datetime.now(UTC)
    opens = hours.opens_again(site, now) or hours.next_day(now)
    return NotNow(
        "post_closed",
        f"오늘 우편 접수가 마감되어 {opens:%m월 %d일}에 접수합니다.",
        (opens - now).total_seconds(),
        tell=False,
    )


def deposit_short(site: PostSite, needed: int, there: int | None) -> NotNow:
    """`needed` and what is `there`, in won; it is looked at again now and then."""
    has = "" if there is None else f" (잔액 {there:,}원)"
    return NotNow(
        "post_deposit",
        f"{site.title}의 예치금이 모자랍니다{has}. {needed:,}원이 필요합니다. 충전하면 이어서 접수합니다.",
        min(_DEPOSIT_SECONDS, settings().post_retry_seconds * 60),
    )
