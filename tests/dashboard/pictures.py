"""Pictures of the screens about letters, on a record of the test maker.

    python -m tests.dashboard.pictures FOLDER [NAME ...]

Each at 1280 and at 1920 pixels; names are those of `screens`. For looking at, and for the documentation.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from queues import database
from queues.postgres import temporary_server
from tests.bots import notice_world
from tests.conftest import environment
from tests.dashboard.conftest import FLAGS, enter, serving
from tests.dashboard.filling import fill

SIZES = ((1280, 800), (1920, 1080))


def screens(filled: notice_world.Filled) -> dict[str, tuple[str, Callable[[Page], None] | None]]:
    """By name: the address, and what is done there before the picture is taken."""
    asked = {name.removeprefix("notice_"): f"/notices?task={n}" for name, n in filled.tasks.items()}
    return {
        "my-work": ("/my-work", None),
        "reviews": ("/reviews", None),
        "notices": ("/notices", None),
        "notices-overview": ("/notices", _press("현황표")),
        "notice-served": (f"/notices?notice={filled.by_state['served']}", _press("전부 보기")),
        "notice-sent": (
            f"/notices?notice={filled.by_state['sent'] - 1}",
            _press("다른 방법으로 다시 보내기"),
        ),
        **{f"asked-{name}": (address, None) for name, address in asked.items()},
        "approvals": ("/approvals", None),
        "approval": ("/approvals", lambda page: page.get_by_role("row").nth(1).click()),
        "costs": ("/notice-costs", None),
        "preview": ("/notice-preview", None),
        "supplements": ("/supplements", None),
    }


def _press(name: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        found = page.get_by_text(name, exact=False).first
        if found.count():
            found.click()
            time.sleep(2)

    return press


def main(arguments: list[str]) -> None:
    """Take the pictures; prints the errors that the pages told of."""
    folder, names = Path(arguments[0]), arguments[1:]
    folder.mkdir(parents=True, exist_ok=True)
    with (
        temporary_server() as server,
        tempfile.TemporaryDirectory() as var,
        environment(BACKOFFICE_DATABASE_URL=server.url(), BACKOFFICE_VAR_DIR=var),
    ):
        database.upgrade(server.url())
        with database.session() as session:
            filled = notice_world.every_state(session)
            fill(session)
        with serving(Path(var)) as address:
            _take(address, folder, screens(filled), names)


def _take(
    address: str,
    folder: Path,
    all_screens: dict[str, tuple[str, Callable[[Page], None] | None]],
    names: list[str],
) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        for width, height in SIZES:
            context = browser.new_context(viewport={"width": width, "height": height}, base_url=address)
            page = enter(context, "super", notice_world.PASSWORD)
            page.wait_for_selector(".st-key-topbar")
            for name, (path, act) in all_screens.items():
                if names and name not in names:
                    continue
                page.goto(path)
                page.wait_for_selector(".st-key-topbar")
                time.sleep(2)
                if act is not None:
                    act(page)
                    time.sleep(2.5)
                page.screenshot(path=str(folder / f"{name}-{width}.png"))
                for problem in page.locator(".stException").all_inner_texts():
                    print(name, problem)
            context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
