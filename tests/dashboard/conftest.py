"""One dashboard server and one browser for a module of tests, on a record of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from queues import database
from tests.conftest import ROOT
from tests.dashboard.filling import PASSWORD, Filled, fill, people

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Served:
    """A running dashboard: where it is, and what its record holds."""

    address: str
    filled: Filled


@pytest.fixture(scope="module")
def served(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real server in a process of its own."""
    with database.session() as session:
        people(session)
        filled = fill(session)
    with serving(tmp_path_factory.mktemp("log")) as address:
        yield Served(address, filled)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a dashboard on the record of this test; its log lies in `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "dashboard.server", "--port", str(port)],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server, log.read_text)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(address: str, server: subprocess.Popen[bytes], log) -> None:  # type: ignore[no-untyped-def]
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the dashboard ended: {log()}")
        try:
            urllib.request.urlopen(f"{address}/signin", timeout=2)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the dashboard does not answer: {log()}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """A browser that nobody has used, for one test."""
    opened = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=served.address)
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


def enter(context: BrowserContext, username: str, password: str = PASSWORD, to: str = "/") -> Page:
    """Fill in the sign-in form; where it leads is for the test to see."""
    page = context.new_page()
    page.goto(to)
    page.get_by_label("아이디").fill(username)
    page.get_by_label("비밀번호").fill(password)
    page.get_by_role("button", name="로그인").click()
    return page
