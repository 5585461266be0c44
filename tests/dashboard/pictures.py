"""Pictures of the screens about letters, payments and talks, on a record of the test makers.

    python -m tests.dashboard.pictures FOLDER [NAME ...]

Each at 1280 and at 1920 pixels; names are those of `screens`. For looking at, and for the documentation.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from queues import database
from queues.models import Worker
from queues.postgres import temporary_server
from tests.bots import notice_world
from tests.conftest import environment
from tests.dashboard import counseling_filling, payment_filling
from tests.dashboard.conftest import FLAGS, enter, serving
from tests.dashboard.filling import fill

SIZES = ((1280, 800), (1920, 1080))
_MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


_WHO = {"": "super", "mine": "payer", "made": "staff", "talk": "counsel"}
"""Who sees a screen, by how its name begins."""
Screens = dict[str, tuple[str, Callable[[Page], None] | None]]


def screens(filled: notice_world.Filled) -> Screens:
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


def payment_screens(filled: payment_filling.Filled) -> Screens:
    """The same about payments."""
    paid, asked = filled.payments, filled.tasks
    return {
        "payments": ("/payments", None),
        "mine-approval": (f"/payments?batch={filled.batches['approval']}", None),
        "mine-payments": ("/payments", None),
        "mine-my-work": ("/my-work", None),
        "payments-search": ("/payments", _search("홍길동")),
        **{f"batch-{state}": (f"/payments?batch={n}", None) for state, n in filled.batches.items()},
        **{
            f"payment-{s}": (f"/payments?payment={paid[s]}", None)
            for s in ("returned", "unknown", "settled", "held")
        },
        "made-approval": (f"/payments?batch={filled.batches['approval']}", _press("지급일 변경")),
        "made-take-off": (f"/payments?batch={filled.batches['approval']}&show=all", _tick("배치에서 빼기")),
        "made-checked": (f"/payments?batch={filled.batches['checked']}", None),
        "made-approved": (f"/payments?batch={filled.batches['approved']}", None),
        "made-running": (f"/payments?batch={filled.batches['running']}&show=approved", _tick("")),
        "made-late": (f"/payments?batch={filled.batches['late']}", None),
        "made-add": (f"/payment-orders?into={filled.batches['approval']}", _tick("")),
        "payment-message": (f"/payments?payment={paid['returned']}", _press("받음 불능")),
        "payment-asked": (f"/payment-attention?task={asked['payment_no_record']}", _press("지급되지 않은")),
        "payment-account": (f"/payment-attention?task={asked['payment_returned']}", _press("계좌 고쳐서")),
        "order-asked": (f"/payment-attention?task={asked['payment_order_double']}", None),
        "payment-orders": ("/payment-orders", None),
        "payment-orders-doubt": ("/payment-orders?state=doubt", None),
        "payment-order": (f"/payment-orders?order={filled.orders['ready']}", None),
        "payment-attention": ("/payment-attention", None),
        "payment-asking": ("/payment-attention?kind=asking", None),
        "payment-calendar": ("/payment-calendar", None),
        "reconciliation": ("/reconciliation", None),
        "budget": (f"/budget?item={filled.items['ub_application']}", None),
        "exports": ("/reconciliation?view=exports", None),
        "fund-returns": ("/fund-returns", None),
        "appointments": ("/appointments", None),
    }


def talk_screens(filled: counseling_filling.Filled) -> Screens:
    """The same about recorded talks."""
    talks = filled.talks

    def line(page: Page) -> None:
        page.locator(".line").nth(2).click()
        page.keyboard.press("Space")

    def record(page: Page) -> None:
        page.get_by_text("구직자 본인 · 말로 동의함").click()
        page.get_by_role("button", name="녹음 시작").click()
        time.sleep(8)

    return {
        "talk-list": ("/talks", None),
        "talk-list-all": ("/talks?state=&whose=all", None),
        "talk-drafted": (f"/talks?talk={talks['drafted']}", line),
        "talk-voices": (f"/talks?talk={talks['mono']}", None),
        "talk-listening": (f"/talks?talk={talks['listening']}", None),
        "talk-refused": (f"/talks?talk={talks['refused']}", None),
        "talk-signed": (f"/talks?talk={talks['signed']}", _press("내려받기")),
        "talk-help": (f"/talks?talk={talks['signed']}", _press("도움말")),
        "talk-link": (f"/talks?task={filled.tasks['counseling_link']}", None),
        "talk-consent": (f"/talks?task={filled.tasks['counseling_consent']}", None),
        "talk-notes": (f"/talk-search?person={filled.person_id}", None),
        "talk-upload": ("/talk-upload", None),
        "talk-recorder": ("/recorder", None),
        "talk-recording": ("/recorder", record),
        "talks-redacted": (f"/talks?talk={talks['drafted']}", None),
        "talks-why": (f"/talks?talk={talks['drafted']}", _press("전부 보기")),
        "talks-totals": ("/talk-totals?by=week", None),
        "made-talk-signed": (f"/talks?talk={talks['signed']}", None),
    }


def _search(words: str) -> Callable[[Page], None]:
    def search(page: Page) -> None:
        field = page.get_by_label("지급 찾기")
        field.fill(words)
        field.press("Enter")
        time.sleep(2)

    return search


def _press(name: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        found = page.get_by_text(name, exact=False).first
        if found.count():
            found.click()
            time.sleep(2)

    return press


def _tick(then: str) -> Callable[[Page], None]:
    """Tick the first two rows, and press what is there to be pressed then."""

    def tick(page: Page) -> None:
        for row in (0, 1):
            page.get_by_role("checkbox", name=re.compile("[0-9] 선택")).nth(row).check()
            time.sleep(2)
        if then:
            page.get_by_text(then).first.click()
            time.sleep(2)

    return tick


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
            paid = payment_filling.every_state(session)
            talked = counseling_filling.every_state(session, counseling_filling.counselor(session))
            session.add(Worker(executor_id="picture", heartbeat_at=datetime.now(UTC) + timedelta(hours=1)))
        with serving(Path(var)) as address:
            _take(address, folder, screens(filled) | payment_screens(paid) | talk_screens(talked), names)


def _settle(page: Page) -> None:
    """Until the script has run to its end, and what it drew stands."""
    time.sleep(1.5)
    page.wait_for_function(
        "() => !document.querySelector('[data-test-script-state=running]')", timeout=60_000
    )
    time.sleep(1)


def _take(
    address: str,
    folder: Path,
    all_screens: Screens,
    names: list[str],
) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, *_MICROPHONE])
        sizes = SIZES[:1] if names else SIZES
        for (width, height), who in product(sizes, _WHO.values()):
            context = browser.new_context(viewport={"width": width, "height": height}, base_url=address)
            page = enter(context, who, notice_world.PASSWORD)
            page.wait_for_selector(".st-key-topbar")
            for name, (path, act) in all_screens.items():
                if (names and name not in names) or _WHO.get(name.partition("-")[0], "super") != who:
                    continue
                page.goto(path)
                page.wait_for_selector(".st-key-topbar")
                _settle(page)
                if act is not None:
                    act(page)
                    _settle(page)
                page.screenshot(path=str(folder / f"{name}-{width}.png"))
                for problem in page.locator(".stException").all_inner_texts():
                    print(name, problem)
            context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
