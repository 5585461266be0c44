"""The inbox, page by page: what is not in the record is fetched, checked, entered, and then marked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bots.intake.portal import entering, standing, unfetched
from bots.intake.portal.entering import Known
from bots.intake.portal.errors import NotFetched
from bots.intake.portal.files import Files
from bots.intake.portal.listing import Listed
from bots.intake.portal.visit import Visit
from bots.intake.portal.whole import WORDS, Checker

_TRIES, _PAUSE, _SIGN_INS = 3, 0.4, 3
_KNOWN_PAGES = 2  # so many in a row without anything new end a look that need not be whole
_MOST_PAGES, _MOST_LOOKS = 2000, 5


@dataclass
class Tally:
    """What a visit has done so far, over all its browsers."""

    counts: Counter[str] = field(default_factory=Counter)
    to_tell: list[str] = field(default_factory=list)


class Fetching:
    """One go through the inbox with one browser. Doing it again after any end does nothing twice."""

    def __init__(
        self, visit: Visit, checker: Checker, tally: Tally, item_id: int, progress: Callable[[int, int], None]
    ) -> None:
        self.visit, self.portal, self.tally = visit, visit.portal, tally
        self._files = Files(visit)
        self._checker, self._item_id, self._progress = checker, item_id, progress
        # Seen and not in the record: what the next visit looks for, and what a person was told of.
        self._not_yet: set[str] = set()
        self._stubborn: set[str] = set()
        self._begun = False

    async def all(self) -> None:
        """Look until a look finds nothing new."""
        whole = await asyncio.to_thread(standing.needs_whole_look, self.portal)
        try:
            for _ in range(_MOST_LOOKS):
                before = self.tally.counts["fetched"]
                await self._look(whole)
                await asyncio.to_thread(
                    standing.end_look, self.portal, whole=whole, left_over=bool(self._not_yet)
                )
                if self.tally.counts["fetched"] == before:
                    break
                whole, self._begun = False, False  # what has arrived meanwhile stands in front
        finally:
            await self._files.close()
        self.tally.counts["postponed"] = len(self._not_yet | self._stubborn)

    async def _look(self, whole: bool) -> None:
        """From the newest page on. New faxes push rows to later pages, where they are met again."""
        nothing_new = repeated = 0
        before: list[str] = []
        for number in range(1, _MOST_PAGES):
            rows, more = await self.visit.inbox(number)
            numbers = [row.number for row in rows]
            # A site that shows its last page for any further one.
            repeated = repeated + 1 if numbers == before else 0
            news = await self._page(number, rows)
            nothing_new = 0 if news else nothing_new + 1
            if not rows or not more or repeated == 2 or (not whole and nothing_new >= _KNOWN_PAGES):
                return
            before = numbers

    async def _page(self, number: int, rows: list[Listed]) -> bool:
        """Fetch what is new on a page, mark what is in the record; returns whether anything was new."""
        there = [row for row in rows if not row.failed]
        found = await asyncio.to_thread(entering.known, self.portal, there)
        later = await asyncio.to_thread(unfetched.postponed, self.portal, [row.number for row in there])
        new = [row for row in there if not row.coming_in and not entering.is_in_record(row, found)]
        given_up = self._not_yet | self._stubborn  # in this visit
        due = [row for row in new if row.number not in later and row.number not in given_up]
        self._not_yet |= {row.number for row in there if row.coming_in}
        self._not_yet |= {row.number for row in new if later.get(row.number) is False}
        self._stubborn |= {row.number for row in new if later.get(row.number)}
        if due and not self._begun:
            self._begun = True
            await asyncio.to_thread(standing.begin_look, self.portal)
        taken = await self._take(number, due, found)
        if self.portal.mark is not None:
            entered = [row for row in there if row not in new or row.number in taken]
            unmarked = [row.number for row in entered if row.unfetched and not row.coming_in]
            if unmarked:
                done = await self.visit.mark(number, unmarked) or await self.visit.mark(number, unmarked)
                self.tally.counts["marked" if done else "unmarked"] += len(unmarked)
        return bool(due)

    async def _take(self, page: int, rows: list[Listed], found: dict[str, Known]) -> set[str]:
        """Several at a time; the first serious error ends all of them."""
        tasks = [asyncio.create_task(self._take_one(page, row, found.get(row.number))) for row in rows]
        try:
            return {
                row.number for row, taken in zip(rows, await asyncio.gather(*tasks), strict=True) if taken
            }
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take_one(self, page: int, row: Listed, first: Known | None) -> bool:
        problem, content, attempt = "", b"", 0
        for _ in range(_TRIES + _SIGN_INS):
            if attempt:
                await asyncio.sleep(_PAUSE * 3 ** (attempt - 1))
            session, site = self.visit.session, False
            try:
                content = await self._files.fetch(row)
                problem = await asyncio.to_thread(self._checker.problem, content, row)
            except NotFetched as error:
                problem, site, content = error.problem, error.site, b""
            if not problem:
                await self._enter(row, content, first)
                return True
            self.visit.witness.note(f"팩스 {row.number}: {WORDS[problem]}")
            if site and session == self.visit.session:
                # Ends the visit when the site as a whole is down, and signs in when the session has ended.
                await self.visit.inbox(page)
            attempt += session == self.visit.session
            if attempt == _TRIES:
                break
        return await self._gave_up(row, problem, content, first)

    async def _gave_up(self, row: Listed, problem: str, content: bytes, first: Known | None) -> bool:
        sha256 = entering.digest(content) if content else ""
        trouble = await asyncio.to_thread(
            unfetched.failed, self.portal, row.number, problem, sha256, self._item_id
        )
        if trouble.as_it_is:
            await self._enter(row, content, first, f"팩스 포털: {WORDS[problem]}")
            return True
        (self._not_yet if trouble.tries < unfetched.TELL_AFTER else self._stubborn).add(row.number)
        if trouble.tell:
            self.tally.to_tell.append(f"{row.number} ({WORDS[problem]})")
        return False

    async def _enter(self, row: Listed, content: bytes, first: Known | None, status: str = "") -> None:
        await asyncio.to_thread(entering.take, self.portal, row, content, first, status)
        told = await asyncio.to_thread(unfetched.fetched, self.portal, row.number)
        if told is not None:
            await asyncio.to_thread(standing.withdraw_question, told)
        self._not_yet.discard(row.number)
        self._stubborn.discard(row.number)
        self.tally.counts["fetched"] += 1
        fetched = self.tally.counts["fetched"]
        await asyncio.to_thread(self._progress, fetched, fetched + len(self._not_yet))


def could_not_fetch(portal_title: str, faxes: list[str]) -> str:
    """What a person is told of faxes that do not come whole, once for each."""
    return (
        f"{portal_title}에서 다음 팩스를 온전히 내려받지 못했습니다: {', '.join(faxes)}. "
        "사이트에서 열리는지 확인하고, 열리지 않으면 보낸 곳에 다시 보내 달라고 하십시오. "
        "봇은 한 시간에 한 번 계속 시도합니다."
    )
