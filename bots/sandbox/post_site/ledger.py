"""What the post has taken in: jobs with their letters, payments, registration numbers; every letter counted."""

from __future__ import annotations

import io
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pikepdf

from bots.sandbox.portal_site.clock import Clock
from bots.sandbox.post_site.journey import Journeys
from config import post_rates

WAITING, PROCESSING, PAID, CANCELLED = "결제대기", "결제처리중", "접수완료", "취소"
CANCEL_WITHIN = timedelta(hours=1)
_FIRST_NUMBER = 6_100_000_000_000
Rates = Callable[[str, str, int], int]


class Refused(Exception):
    """The site does not do it; the text is what it says."""


@dataclass
class Letter:
    """One row of an address list with its pages. `key` is the client's own number (고객관리번호)."""

    position: int
    key: str
    name: str
    postcode: str
    address: str
    detail: str
    first_page: int
    pages: int
    sheets: int
    won: int = 0
    registered_no: str = ""


@dataclass
class Job:
    """One reception (접수). Moments `seconds` are by the site's clock since it was made.

    extra_won, extra_sheets  what the site asks or counts besides, by mistake
    shown_from      when it stands in the list; numbers_from: when registration numbers are given
    """

    number: str
    name: str
    service: str
    envelope: str
    letters: list[Letter]
    content: bytes
    made_at: datetime
    shown_from: float
    state: str = WAITING
    extra_won: int = 0
    extra_sheets: int = 0
    processed_from: float | None = None
    numbers_from: float | None = None
    paid_seconds: float | None = None
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    paid_count: int = 0

    @property
    def price(self) -> int:
        return sum(letter.won for letter in self.letters) + self.extra_won

    @property
    def sheets(self) -> int:
        return sum(letter.sheets for letter in self.letters) + self.extra_sheets

    @property
    def keys(self) -> list[str]:
        return [letter.key for letter in self.letters]

    @property
    def cancel_until(self) -> datetime | None:
        return self.paid_at + CANCEL_WITHIN if self.paid_at else None


@dataclass
class PostLedger:
    """Thread-safe. `rates` asks won of (service, envelope, sheets)."""

    clock: Clock
    deposit: int
    journeys: Journeys
    cutoff: str = ""
    rates: Rates = post_rates.price
    uploads: int = 0
    double_pay_attempts: int = 0
    payments: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._jobs: list[Job] = []
        self._numbers = 0

    @property
    def jobs(self) -> list[Job]:
        """All, the oldest first, as they stand now."""
        with self._lock:
            for job in self._jobs:
                self._advance(job)
            return list(self._jobs)

    @property
    def posted(self) -> Counter[str]:
        """How often each letter, by its key, is in a job that is paid and not cancelled."""
        return Counter(key for job in self.jobs if job.state == PAID for key in job.keys)

    @property
    def paid(self) -> Counter[str]:
        """How often each letter was ever paid for, also where that was cancelled later."""
        return Counter(key for job in self.jobs for key in job.keys for _ in range(job.paid_count))

    def take(self, name: str, service: str, envelope: str, letters: Sequence[Letter], content: bytes) -> Job:
        """An upload that was found in order becomes a job that waits to be paid."""
        with self._lock:
            self.uploads += 1
            for letter in letters:
                letter.won = self.rates(service, envelope, letter.sheets)
            now = self.clock.now()
            number = f"{now:%Y%m%d}{len(self._jobs) + 1:06d}"
            job = Job(number, name, service, envelope, list(letters), content, now, self.clock.seconds())
            self._jobs.append(job)
            return job

    def find(self, number: str) -> Job | None:
        return next((job for job in self.jobs if job.number == number), None)

    def listing(self, name: str = "") -> list[Job]:
        """What the list shows, the newest first; with a `name` only jobs of exactly that name."""
        now = self.clock.seconds()
        return [
            job for job in reversed(self.jobs) if job.shown_from <= now and (not name or job.name == name)
        ]

    def pay(self, job: Job, *, late: float = 0.0, numbers_late: float = 0.0) -> None:
        """Pay from the deposit; `late` seconds it is worked on before. Raises `Refused`."""
        with self._lock:
            self._advance(job)
            if job.state in (PAID, PROCESSING):
                self.double_pay_attempts += 1
                raise Refused("이미 결제된 접수입니다.")
            if job.state == CANCELLED:
                raise Refused("취소된 접수입니다.")
            if self.cutoff and f"{self.clock.now():%H:%M}" >= self.cutoff:
                raise Refused("금일 접수가 마감되었습니다.")
            if job.price > self.deposit:
                raise Refused("예치금 잔액이 부족합니다.")
            self.deposit -= job.price
            job.state, job.processed_from = PROCESSING, self.clock.seconds() + late
            job.numbers_from = job.processed_from + numbers_late
            self._advance(job)

    def cancel(self, job: Job) -> None:
        """Call a job back; what was paid returns to the deposit. Raises `Refused`."""
        with self._lock:
            self._advance(job)
            if job.state == CANCELLED:
                raise Refused("이미 취소된 접수입니다.")
            if job.state == PROCESSING:
                raise Refused("결제가 처리되고 있습니다.\n잠시 후 다시 시도하여 주십시오.")
            if job.cancel_until and self.clock.now() > job.cancel_until:
                raise Refused("취소 가능 시간이 지났습니다.")
            if job.state == PAID:
                self.deposit += job.price
            job.state, job.cancelled_at = CANCELLED, self.clock.now()
            for letter in job.letters:
                self.journeys.stop(letter.registered_no)

    def letter(self, key: str) -> tuple[Job, Letter] | None:
        """The letter of that key in the newest job that is paid, else in the newest."""
        found = [(job, one) for job in self.jobs for one in job.letters if one.key == key]
        return max(found, key=lambda pair: (pair[0].state == PAID, pair[0].number), default=None)

    def letter_pdf(self, key: str) -> bytes:
        """The pages of a letter as they were uploaded. Raises KeyError."""
        found = self.letter(key)
        if found is None:
            raise KeyError(key)
        job, letter = found
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(job.content)) as whole, pikepdf.new() as part:
            part.pages.extend(whole.pages[letter.first_page - 1 : letter.first_page - 1 + letter.pages])
            part.save(out)
        return out.getvalue()

    def _advance(self, job: Job) -> None:
        """What has become due since somebody looked last: the payment, the numbers."""
        now = self.clock.seconds()
        if job.state == PROCESSING and job.processed_from is not None and now >= job.processed_from:
            job.state, job.paid_seconds = PAID, job.processed_from
            job.paid_at = self.clock.at(job.processed_from)
            job.paid_count += 1
            self.payments.append((job.number, job.price))
        if job.state == PAID and job.numbers_from is not None and now >= job.numbers_from:
            job.numbers_from = None
            if job.service == "registered":
                self._give_numbers(job)

    def _give_numbers(self, job: Job) -> None:
        for letter in job.letters:
            self._numbers += 1
            letter.registered_no = str(_FIRST_NUMBER + self._numbers * 7)
            self.journeys.begin(letter.registered_no, letter.key, letter.name, job.paid_seconds or 0.0)
