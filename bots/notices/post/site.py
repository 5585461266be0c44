"""What is done at the site: letters are uploaded, jobs looked up, paid and cancelled, numbers taken down."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bots.browsing import texts
from bots.browsing.tables import READ_TABLE
from bots.notices.post import rows
from bots.notices.post.errors import NoJob, SiteChanged, SiteDown
from bots.notices.post.visit import Visit
from config.portals import says
from config.post_sites import Listing
from config.settings import settings

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.:-]{1,63}")
_MOST_PAGES = 200
ACT_WITHIN = 5.0
"""Seconds after which an order that was written down is not given any more: others may have looked meanwhile."""


class JobState(Enum):
    """What the site says of a job."""

    WAITING = "waiting"
    PROCESSING = "processing"
    PAID = "paid"
    CANCELLED = "cancelled"


class Answer(Enum):
    """What the site answers to an order."""

    DONE = "done"
    DEPOSIT = "deposit_short"
    CLOSED = "closed"
    TOO_LATE = "too_late"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Job:
    """A job at the site. What the list does not tell is None."""

    number: str
    name: str
    state: JobState
    letters: int | None = None
    sheets: int | None = None
    won: int | None = None
    deposit: int | None = None
    cancel_until: datetime | None = None


@dataclass(frozen=True)
class Uploaded:
    """`number` of the job that was made; or the rows that the site does not take, by key.

    said  the site said something else, and made nothing by it. Nothing of all: unclear
    """

    number: str = ""
    refused: Mapping[str, str] | None = None
    said: bool = False


class Site:
    """The pages of the site. Every method raises as `Visit` does."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.told = visit, visit.site
        self._zone = ZoneInfo(settings().timezone)

    async def jobs(self, name: str) -> list[Job]:
        """All jobs of that name, cancelled ones too."""
        found = await self._table("접수 내역", self.told.jobs, name=quote(name, safe=""))
        jobs = []
        for row in found:
            if row["name"] != name:
                continue
            if not _NUMBER.fullmatch(row["number"]):
                raise SiteChanged("'접수 내역' 화면의 접수번호가 번호가 아닙니다.")
            jobs.append(
                Job(
                    number=row["number"],
                    name=name,
                    state=self._state(row["state"]),
                    letters=rows.number(row.get("letters", "")),
                    sheets=rows.number(row.get("sheets", "")),
                    won=rows.number(row.get("price", "")),
                )
            )
        return list({job.number: job for job in jobs}.values())

    async def job(self, number: str) -> Job | None:
        """One job; its page is shown afterwards. None when the site has none of that number."""
        try:
            return await self.visit.read("접수 내용 확인", lambda: self._job(number))
        except NoJob:
            return None

    async def _job(self, number: str) -> Job:
        page = self.told.job
        needed = {"number": page.number, "name": page.name, "state": page.state}
        needed |= {"letters": page.letters, "sheets": page.sheets, "price": page.price}
        await self.visit.go("접수 내용 확인", page.page.replace("{number}", quote(number)), needed)
        seen = await self.visit.look({**needed, "deposit": page.deposit, "until": page.cancel_until})
        told = seen.places
        if told.get("number") != number:
            raise SiteChanged("'접수 내용 확인' 화면의 접수번호가 찾은 접수와 다릅니다.")
        return Job(
            number=number,
            name=told.get("name", ""),
            state=self._state(told.get("state", "")),
            letters=rows.number(told.get("letters", "")),
            sheets=rows.number(told.get("sheets", "")),
            won=rows.number(told.get("price", "")),
            deposit=rows.number(told.get("deposit", "")),
            cancel_until=texts.moment(told.get("until", ""), self._zone, datetime.now(self._zone)),
        )

    async def prepare_upload(
        self, name: str, service: str, envelope: str, pdf: Path, addresses: Path
    ) -> None:
        """Fill in the form; nothing is sent yet."""
        await self.visit.read("우편물 접수", lambda: self._fill(name, service, envelope, pdf, addresses))

    async def _fill(self, name: str, service: str, envelope: str, pdf: Path, addresses: Path) -> None:
        form, page = self.told.apply, self.visit.page
        choice = form.service.replace("{value}", form.services[service])
        size = form.envelope.replace("{value}", form.envelopes[envelope])
        needed = {"name": form.name, "service": choice, "envelope": size}
        needed |= {"letters": form.letters, "addresses": form.addresses, "submit": form.submit}
        await self.visit.go("우편물 접수", form.page, needed)
        wait = self.visit.page_ms
        ask = self.visit.ask
        await ask(page.locator(form.name).fill(name, timeout=wait))
        await ask(page.locator(choice).check(timeout=wait))
        await ask(page.locator(size).check(timeout=wait))
        await ask(page.locator(form.letters).set_input_files(pdf, timeout=wait))
        await ask(page.locator(form.addresses).set_input_files(addresses, timeout=wait))

    async def upload(self, name: str, by: float) -> Uploaded:
        """Send the form that was filled in; `by` (monotonic) is the latest moment at which it is sent."""
        form, job = self.told.apply, self.told.job
        self._not_after(by)
        seen = await self.visit.press(
            form.submit, {"number": job.number, "errors": form.errors}, self.told.limits.upload_seconds
        )
        if seen is None:
            return Uploaded()
        if seen.has("number"):
            shown = (await self.visit.look({"name": job.name})).places.get("name")
            number = seen.places["number"]
            if shown == name and _NUMBER.fullmatch(number):
                return Uploaded(number)
            return Uploaded()
        if seen.has("errors"):
            table = await self.visit.ask(self.visit.page.evaluate(READ_TABLE, form.errors))
            refused = rows.told(table, form.error_columns, "주소록 오류")
            return Uploaded(refused={row["key"]: row["problem"] for row in refused})
        return Uploaded(said=bool(self.visit.opened.said) and not self.visit.said(self.told.sign_in.expired))

    async def pay(self, by: float) -> Answer:
        """Press the button of the job whose page is shown."""
        self._not_after(by)
        seen = await self.visit.press(
            self.told.job.pay,
            {"receipt": self.told.receipt.place},
            self.told.limits.page_seconds,
            once=True,
        )
        words = self.told.says
        if self.visit.said(words.deposit_short):
            return Answer.DEPOSIT
        if self.visit.said(words.closed):
            return Answer.CLOSED
        return Answer.DONE if seen is not None and seen.has("receipt") else Answer.UNCLEAR

    async def cancel(self, by: float) -> Answer:
        """Cancel the job whose page is shown."""
        self._not_after(by)
        await self.visit.press(
            self.told.job.cancel, {"list": self.told.jobs.table}, self.told.limits.page_seconds, once=True
        )
        if self.visit.said(self.told.says.too_late):
            return Answer.TOO_LATE
        return Answer.DONE if self.visit.said(self.told.says.cancelled_now) else Answer.UNCLEAR

    async def numbers(self, number: str) -> list[tuple[str, str]]:
        """(key, registration number or "") of every letter of a job."""
        found = await self._table("등기번호 조회", self.told.letters, number=quote(number))
        return [(row["key"], re.sub(r"[\s-]", "", row["registered"])) for row in found]

    async def receipt(self, number: str) -> bytes:
        """The receipt as a PDF."""

        async def show() -> bytes:
            page = self.told.receipt
            await self.visit.go(
                "접수증", page.page.replace("{number}", quote(number)), {"receipt": page.place}
            )
            return await self.visit.ask(self.visit.page.pdf(format="A4", print_background=True))

        return await self.visit.read("접수증", show)

    async def _table(self, what: str, place: Listing, **known: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        for page in range(1, _MOST_PAGES):
            path = place.page.replace("{page}", str(page))
            for name, value in known.items():
                path = path.replace("{" + name + "}", value)
            told, more = await self.visit.read(what, lambda path=path: self._page(what, place, path))  # type: ignore[misc]
            found += told
            if not more:
                return found
        raise SiteDown(f"{self.told.title} '{what}'이 끝나지 않습니다.")

    async def _page(self, what: str, place: Listing, path: str) -> tuple[list[dict[str, str]], bool]:
        await self.visit.go(what, path, {"table": place.table})
        table = await self.visit.ask(self.visit.page.evaluate(READ_TABLE, place.table))
        more = await self.visit.ask(self.visit.page.locator(place.next).count())
        return rows.told(table or {"head": [], "rows": []}, place.columns, f"'{what}' 화면"), more > 0

    def _state(self, text: str) -> JobState:
        words = self.told.says
        for state, known in (
            (JobState.CANCELLED, words.cancelled),
            (JobState.PROCESSING, words.processing),
            (JobState.WAITING, words.waiting),
            (JobState.PAID, words.paid),
        ):
            if says(text, known):
                return state
        raise SiteChanged(f"접수 상태 '{text[:30]}'의 뜻을 모릅니다.")

    def _not_after(self, by: float) -> None:
        if time.monotonic() > by:
            raise SiteDown("작업이 멈추었다가 이어져 주문을 내지 않았습니다. 사이트를 다시 확인합니다.")
