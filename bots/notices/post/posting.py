"""What is done next with a batch, by its state in the record and by the site's own list.

The order is always: write down, then act. Whatever was begun without a clear answer is looked up before
anything else is done; what the list does not show counts as not done only after the site's settle time. So a
batch is uploaded again only when the site has no job of its name, paid only once, and where the site cannot
say whether it was paid, a person is asked.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from bots.notices.post import spares, upload
from bots.notices.post.checking import check, closed, deposit_short, in_time
from bots.notices.post.errors import SiteChanged, SiteDown
from bots.notices.post.record import BatchRecord
from bots.notices.post.site import ACT_WITHIN, Answer, JobState, Site
from bots.notices.post.taking_over import take_over
from bots.notices.post.waiting import POLL, do, seconds_since, settling
from config.post_rates import PostRatesError
from config.settings import settings
from queues import files
from queues.errors import BusinessError
from queues.models import PostBatch, PostBatchState

S = PostBatchState
_OVER = (S.CANCELLED, S.FAILED)
_MOST_STEPS = 30


class Posting:
    """One run for one batch.

    wanted  a person had it done again: what was stopped for a person's sake goes on
    note    writes a line of the visit's diary
    """

    def __init__(self, site: Site, batch: BatchRecord, *, wanted: bool, note: Callable[[str], None]) -> None:
        self.site, self.batch, self.wanted, self.note = site, batch, wanted, note
        self.limits = site.told.limits

    async def all(self) -> dict[str, int]:
        """Until the letters are with the post, or certainly are not; what was counted.

        Raises `NotNow`, `SiteDown`, `SiteChanged`, `BrowserGone` and `BusinessError`.
        """
        for _ in range(_MOST_STEPS):
            batch = await do(self.batch.read)
            self.note(f"우편 접수 {batch.id}번: {batch.state}")
            state = S(batch.state)
            if state in _OVER:
                return {"failed": batch.letters} if state == S.FAILED else {"cancelled": batch.letters}
            if state == S.PAID:
                return await take_over(self, batch)
            if state == S.PLANNED:
                await self._begin(batch)
            elif state == S.UPLOADING:
                await self._upload(batch)
            elif state == S.UPLOADED:
                await self._pay(batch)
            elif not batch.site_no:  # in doubt since before there was a number
                await self._find(batch)
            else:
                await self._paid_or_not(batch)
        raise SiteDown(f"{self.site.told.title}: 접수가 진행되지 않습니다.")

    async def _begin(self, batch: PostBatch) -> None:
        in_time(self.site.told)
        letters = await do(self.batch.to_go)
        if len(letters) > self.limits.most_letters:
            raise BusinessError(
                "post_too_many",
                f"우편 접수 한 건에 {len(letters)}통이 묶였습니다. 사이트는 {self.limits.most_letters}통까지 받습니다.",
            )
        addresses = self.site.told.addresses
        try:
            made, refused = await asyncio.to_thread(
                upload.build, letters, batch.service, batch.envelope, addresses
            )
        except PostRatesError as error:
            raise BusinessError(
                "post_settings", f"post_rates.yaml의 요금을 쓸 수 없습니다: {error}"
            ) from None
        sha256 = await do(lambda: files.put(made.packed())) if made.rows else ""
        await do(lambda: self.batch.begin(made, refused, sha256))

    async def _upload(self, batch: PostBatch) -> None:
        if not batch.upload_sha256:  # the site refused some letters: without them
            await self._begin(batch)
            return
        if await spares.adopt(self, batch):
            return
        if await self._settling(batch.uploaded_at):
            return
        in_time(self.site.told)
        pdf, addresses = await do(lambda: upload.unpack(files.read(batch.upload_sha256)))
        with tempfile.TemporaryDirectory(prefix="backoffice-post-", dir=_private_folder()) as folder:
            paths = Path(folder, "letters.pdf"), Path(folder, "addresses.csv")
            for path, content in zip(paths, (pdf, addresses), strict=True):
                path.write_bytes(content)
            await self.site.prepare_upload(batch.key, batch.service, batch.envelope, *paths)
            by = time.monotonic() + ACT_WITHIN
            await do(self.batch.uploading_now)
            sent = await self.site.upload(batch.key, by)
        if sent.number:
            self.note(f"접수번호 {sent.number}: {batch.letters}통을 올림")
            await do(lambda: self.batch.uploaded(sent.number))
        elif sent.refused is not None:
            await self._without(sent.refused)
        elif sent.said:
            raise BusinessError(
                "post_refused",
                f"{self.site.told.title} 사이트가 올린 파일을 받지 않습니다. 남긴 화면에서 사유를 확인하십시오.",
            )
        else:
            self.note("올린 결과를 알 수 없어 사이트의 접수 내역을 확인합니다")

    async def _without(self, refused: Mapping[str, str]) -> None:
        letters = await do(self.batch.to_go)
        reasons = {letter.dispatch_id: "post_refused_address" for letter in letters if letter.key in refused}
        if not reasons:
            raise BusinessError(
                "post_refused",
                f"{self.site.told.title} 사이트가 주소록을 받지 않습니다. 남긴 화면에서 사유를 확인하십시오.",
            )
        self.note(f"사이트가 {len(reasons)}통을 받지 않아 빼고 다시 올립니다")
        await do(lambda: self.batch.refused_letters(reasons))

    async def _pay(self, batch: PostBatch) -> None:
        job = await self.site.job(batch.site_no)
        if job is None or job.state == JobState.CANCELLED:
            await self._gone(batch)
            return
        if job.state in (JobState.PAID, JobState.PROCESSING):
            await do(lambda: self.batch.found_paying(batch.site_no))
            return
        if not await do(self.batch.undecided):
            # A person has decided about some of its letters meanwhile: these must not go with it.
            await spares.cancel(self, job)
            await do(lambda: self.batch.upload_again("post_decided_meanwhile"))
            return
        if self.wanted and job.won != batch.expected_won:
            await self._count_anew()
            batch = await do(self.batch.read)
        check(self.site.told, batch, job)
        if await spares.clear(self, batch):
            return
        in_time(self.site.told)
        again = await self.site.job(batch.site_no)
        if again is None or again.state != JobState.WAITING:
            return
        won = check(self.site.told, batch, again)
        by = time.monotonic() + ACT_WITHIN
        await do(lambda: self.batch.paying(won))
        answer = await self.site.pay(by)
        self.note(f"접수번호 {batch.site_no}: 결제를 누름 ({answer.value})")
        if answer is Answer.DEPOSIT:
            await self._refused(batch, "post_deposit")
        elif answer is Answer.CLOSED:
            await self._refused(batch, "post_closed")

    async def _count_anew(self) -> None:
        """A person who was told that the price differs may have put the rates right."""
        try:
            await do(self.batch.count_anew)
        except PostRatesError as error:
            raise BusinessError(
                "post_settings", f"post_rates.yaml의 요금을 쓸 수 없습니다: {error}"
            ) from None

    async def _gone(self, batch: PostBatch) -> None:
        """What we uploaded and never paid is gone: somebody cancelled it, or the site did."""
        if await self._settling(batch.uploaded_at):
            return
        if not self.wanted:
            raise BusinessError(
                "post_cancelled_outside",
                f"{self.site.told.title}에 올린 접수 {batch.site_no}이 결제 전에 취소되었습니다. 보내지 않은 상태입니다. "
                "다시 실행하면 새로 올려 접수합니다.",
            )
        await do(lambda: self.batch.upload_again("post_cancelled_outside"))

    async def _refused(self, batch: PostBatch, reason: str) -> None:
        """The site has said that it does not pay; it is believed once its list says so, too."""
        job = await self.site.job(batch.site_no)
        if job is None or job.state != JobState.WAITING:
            return
        await do(lambda: self.batch.not_paid(reason))
        if reason == "post_deposit":
            raise deposit_short(self.site.told, job.won or 0, job.deposit)
        raise closed(self.site.told)

    async def _find(self, batch: PostBatch) -> None:
        """Nobody knows whether it was uploaded: the list tells."""
        if not await spares.adopt(self, batch) and not await self._settling(batch.uploaded_at):
            await do(lambda: self.batch.upload_again("post_found_nothing"))

    async def _paid_or_not(self, batch: PostBatch) -> None:
        """After an order to pay, whatever was answered."""
        job = await self.site.job(batch.site_no)
        if job is not None and job.state == JobState.PAID:
            until, won = job.cancel_until, job.won
            await do(lambda: self.batch.paid(won, until))
        elif job is not None and job.state == JobState.CANCELLED:
            await do(self.batch.cancelled_outside)
        elif job is not None and job.state == JobState.WAITING:
            if not await self._settling(batch.paying_at):
                await do(lambda: self.batch.not_paid("post_not_paid"))
        elif self._too_long(batch) or (job is None and not await self._settling(batch.paying_at)):
            await self.cannot_tell(batch, "사이트가 결제 여부를 알려 주지 않습니다")
        else:
            await asyncio.sleep(POLL)
            if job is not None and seconds_since(batch.paying_at) > self.limits.page_seconds:
                raise SiteDown(f"{self.site.told.title}: 접수 {batch.site_no}의 결제가 처리 중입니다.")

    async def cannot_tell(self, batch: PostBatch, why: str) -> None:
        """A person is asked. Raises `BusinessError`."""
        await do(lambda: self.batch.unknown("post_unknown"))
        raise BusinessError(
            "post_unknown",
            f"우편 {batch.letters}통의 결제가 되었는지 알 수 없습니다 ({why}). 접수번호 {batch.site_no or '없음'}, "
            f"접수명 {batch.key}을 {self.site.told.title} 접수 내역에서 확인하고, 이 접수에 든 통지의 화면에서 "
            "‘접수·결제됨’ 또는 ‘접수되지 않음’으로 답하십시오. 다시 실행하면 봇이 사이트의 내역부터 다시 확인합니다.",
        )

    def gives_up(self, batch: PostBatch, error: Exception) -> bool:
        """Whether what the site does not tell of a payment is now a person's question."""
        return batch.state == S.PAYING and (isinstance(error, SiteChanged) or self._too_long(batch))

    async def _settling(self, since: datetime | None) -> bool:
        return await settling(since, self.limits.settle_seconds)

    def _too_long(self, batch: PostBatch) -> bool:
        return seconds_since(batch.paying_at) > self.limits.unknown_minutes * 60


def _private_folder() -> Path:
    folder = settings().var_dir / "open"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
