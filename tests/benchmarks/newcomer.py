"""From the sign-in page to the first case settled, as somebody who has never seen the program.

`python -m tests.benchmarks.newcomer` signs in and settles the first case by visible words alone: no address, no key that
is not written on the screen, nothing that a person would not find. What a person takes is added and printed apart:
ten syllables a second to read each text that is looked at (the question, what speaks for each case), a quarter of a
second for a letter typed, a second and a half to find a thing and move the mouse to it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from config.settings import settings
from queues import database
from queues.models import ReviewState, ReviewTask
from queues.postgres import temporary_server
from tests.dashboard import desk_filling
from tests.dashboard.conftest import FLAGS, serving
from tests.dashboard.filling import PASSWORD, people

_ALLOWED = 60.0
_LETTER, _AIM, _SYLLABLE = 0.25, 1.5, 0.1


@dataclass
class Newcomer:
    """Somebody who reads before they press. `human` is the time that they would have taken, in seconds."""

    page: Page
    human: float = 0.0

    def reads(self, what: Locator) -> None:
        what.wait_for()
        self.human += len("".join(what.inner_text().split())) * _SYLLABLE

    def types(self, label: str, words: str) -> None:
        self.human += _AIM + len(words) * _LETTER
        self.page.get_by_label(label).fill(words)

    def presses(self, words: str, *, exact: bool = False) -> None:
        self.human += _AIM
        self.page.get_by_role("button", name=words, exact=exact).click()

    def ticks(self, words: str) -> None:
        self.human += _AIM
        self.page.get_by_role("checkbox", name=words).check()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, temporary_server() as server:
        os.environ |= {
            "BACKOFFICE_DATABASE_URL": server.url(),
            "BACKOFFICE_VAR_DIR": str(Path(folder) / "var"),
        }
        settings.cache_clear()
        database.upgrade(server.url())
        with database.session() as session:
            people(session)
            case = desk_filling.two_cases(session, 1, due_in=1)
            desk_filling.plain(session, 5, due_in=2)
        with serving(Path(folder)) as address, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
            page = chromium.new_page(viewport={"width": 1280, "height": 800}, base_url=address)
            began = time.monotonic()
            somebody = Newcomer(page)
            page.goto("/")
            _sign_in(somebody)
            _settle(somebody, case)
            machine = time.monotonic() - began
            chromium.close()
        with database.session() as session:
            settled = session.get_one(ReviewTask, case.task).state == ReviewState.DECIDED
        database.forget_connections()
    total = machine + somebody.human
    verdict = "under" if settled and total < _ALLOWED else "NOT under"
    print(
        f"from sign-in to the first case settled: {total:.0f} s ({machine:.0f} s of them waiting for the program, "
        f"{somebody.human:.0f} s reading, typing and aiming): {verdict} a minute"
    )


def _sign_in(somebody: Newcomer) -> None:
    somebody.reads(somebody.page.locator("form"))
    somebody.types("아이디", "staff")
    somebody.types("비밀번호", PASSWORD)
    somebody.presses("로그인")


def _settle(somebody: Newcomer, case: desk_filling.Case) -> None:
    page = somebody.page
    somebody.presses("다음 건 검토")
    somebody.reads(page.locator(".question"))
    for column in page.locator("th.case").all():
        somebody.reads(column)
    somebody.ticks(case.receipt)
    somebody.presses(f"{case.receipt}에 연결")
    page.get_by_text(f"{case.receipt}에 연결 (").wait_for()


if __name__ == "__main__":
    main()
