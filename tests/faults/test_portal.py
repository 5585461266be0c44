"""The portal gone for an hour, the browser killed, the worker killed: every fax is there exactly once."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlmodel import Session, select

from bots.intake.portal import bot
from bots.sandbox.portal_site import Clock, PortalSite, Troubles
from bots.supervisor import Program
from queues import database, files
from queues.models import Bot, Delivery, WorkItem, WorkState
from tests.bots.portal_world import World, needs_browser, portal_world
from tests.queues.processes import NO_SCHEDULE, QUICK, wait_for

pytestmark = [needs_browser, pytest.mark.browser]
FAXES = 24
HOUR = 3600.0


def _browsers(of: int) -> list[psutil.Process]:
    """Chromium's main processes below a process; its children end with them."""
    found = []
    for process in psutil.Process(of).children(recursive=True):
        try:
            if "--headless" in " ".join(process.cmdline()) and "--type=" not in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def _all_there(world: World) -> None:
    with Session(database.engine()) as session:
        found = session.exec(select(Delivery).where(Delivery.source == f"portal:{world.name}")).all()
    assert sorted(d.source_ref for d in found) == sorted(world.site.inbox.numbers)
    for delivery in found:
        fax = world.site.inbox.find(delivery.source_ref)
        assert fax is not None
        assert files.read(delivery.original_sha256) == fax.content


@pytest.mark.thorough
def test_the_browser_is_killed_again_and_again(database_url: str, tmp_path: Path) -> None:
    with portal_world(tmp_path, PortalSite(page_size=5)) as world:
        world.receive(FAXES)
        done, killed = threading.Event(), 0

        def kill() -> None:
            nonlocal killed
            while not done.wait(0.05) and killed < 4:
                # Not before something has come: a browser that dies at once proves little.
                if len(world.site.inbox.downloads) < 6 * (killed + 1):
                    continue
                for process in _browsers(os.getpid()):
                    process.send_signal(signal.SIGKILL)
                    killed += 1

        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        try:
            for tries in range(1, 8):
                try:
                    world.visit(world.item(tries=tries))
                    break
                except (bot.BrowserGone, bot.PortalDown):
                    continue
        finally:
            done.set()
            killer.join()
        assert killed >= 3, "it was over before it was disturbed"
        _all_there(world)
        assert world.site.inbox.unfetched == []
        assert _browsers(os.getpid()) == []


def _states(address: str) -> list[tuple[str, str, int]]:
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT state, error_code, tries FROM work_item WHERE bot = 'intake.portal' ORDER BY id"
        ).fetchall()
    return [(str(state), str(code), int(tries)) for state, code, tries in rows]


@pytest.mark.thorough
def test_an_hour_without_the_portal_and_a_worker_killed(database_url: str, tmp_path: Path) -> None:
    """Real workers, their own scheduler; an hour of the sandbox's clock is fifteen seconds of ours."""
    clock = Clock(speed=HOUR / 15)
    site = PortalSite(
        page_size=5, clock=clock, troubles=Troubles(seed=3, share=0.03), session_seconds=HOUR * 3
    )
    quick = {**QUICK, "BACKOFFICE_PORTAL_RETRY_SECONDS": "0.3", "BACKOFFICE_MAX_DEATHS": "20"}
    with portal_world(tmp_path, site, **quick) as world:
        lines = [line for line in NO_SCHEDULE.splitlines() if not line.startswith("intake.portal")]
        (tmp_path / "own" / "bots.yaml").write_text("\n".join([*lines, "intake.portal: {every: 1s}"]))
        with database.session() as session:
            # What arrives waits: this is about its arriving.
            session.merge(Bot(name="intake.read", paused=True, paused_reason="시험"))
        world.receive(FAXES)
        workers = [Program(f"worker {n}", "bots.worker", tmp_path / f"log{n}") for n in range(2)]
        try:
            for program in workers:
                program.start()
            wait_for(lambda: len(site.inbox.downloads) >= 5, 120)
            os.killpg(workers[0].process.pid, signal.SIGKILL)  # type: ignore[union-attr]
            began = clock.seconds()
            site.stop()  # a third of the hour nobody is at home, then the machine in front says so
            world.receive(10)
            site.outage(HOUR * 2 / 3, "maintenance", after=HOUR / 3)
            wait_for(lambda: clock.seconds() - began > HOUR / 3, 60)
            site.start()
            wait_for(lambda: clock.seconds() - began > HOUR, 120)
            entered = len(world.deliveries())
            assert entered < FAXES + 10, "it was over before the portal went"
            wait_for(lambda: len(world.deliveries()) == FAXES + 10, 180)
        except AssertionError as error:
            told = "\n".join(program.last_words(20) for program in workers)
            raise AssertionError(f"{error}\n{_states(database_url)}\n{told}") from error
        finally:
            for program in workers:
                program.stop(0)
        _all_there(world)
        with database.session() as session:
            stuck = select(WorkItem).where(
                WorkItem.bot == "intake.portal", WorkItem.state == WorkState.REVIEW
            )
            assert session.exec(stuck).all() == [], "it went on by itself"
