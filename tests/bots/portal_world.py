"""A provider's site, and the bot's settings for it, for the length of a test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import select

from bots.intake.portal import bot
from bots.sandbox.portal_site import PortalSite
from bots.setting_up import programs
from config.settings import CONFIG_DIR
from queues import database, work
from queues.bots import Outcome, Work
from queues.models import Delivery, ReviewState, ReviewTask
from tests.bots.faxes import fax_tiff
from tests.conftest import environment

needs_browser = pytest.mark.skipif(programs.chromium() is None, reason="needs Chromium")


@dataclass
class World:
    """`name` is that of the portal's description, another one for every test."""

    site: PortalSite
    name: str
    folder: Path

    def receive(self, count: int = 1, pages: int = 1) -> list[str]:
        """Faxes that differ; their numbers."""
        begin = len(self.site.inbox.numbers)
        return [
            self.site.receive(
                fax_tiff(pages, n), caller=f"02-555-{n:04d}", sender=f"바른교육 {n}", pages=pages
            )
            for n in range(begin, begin + count)
        ]

    def item(self, *, tries: int = 1, attempt: int = 1, trigger: str = "schedule") -> Work:
        with database.session() as session:
            row = work.add(session, "intake.portal", f"test:{uuid.uuid4().hex}")
        return Work(
            id=row.id,
            bot=row.bot,
            reference=row.reference,
            payload={"trigger": trigger},
            attempt=attempt,
            tries=tries,
        )

    def visit(self, item: Work | None = None) -> dict[str, int]:
        """One run of the bot; what it counted."""
        outcome = bot.run(item or self.item())
        assert isinstance(outcome, Outcome)
        return outcome.counts

    def deliveries(self) -> dict[str, Delivery]:
        """By the portal's number."""
        with database.session() as session:
            found = session.exec(select(Delivery).where(Delivery.source == f"portal:{self.name}")).all()
        assert len({d.source_ref for d in found}) == len(found)
        return {d.source_ref: d for d in found}

    def questions(self, item: Work | None = None) -> list[ReviewTask]:
        """Open ones (about an item)."""
        query = select(ReviewTask).where(ReviewTask.state == ReviewState.OPEN)
        if item is not None:
            query = query.where(ReviewTask.item_id == item.id)
        with database.session() as session:
            return list(session.exec(query))


@contextmanager
def portal_world(folder: Path, site: PortalSite, *, described: str = "", **settings: str) -> Iterator[World]:
    """The site runs and the bot is told of it. `described`: the text of another description."""
    name = f"t{uuid.uuid4().hex[:8]}"
    text = described or (CONFIG_DIR / "portals" / "hanbit.yaml").read_text("utf-8")
    (folder / "own" / "portals").mkdir(parents=True, exist_ok=True)
    quick = text.replace("page_seconds: 30", "page_seconds: 4").replace(
        "download_seconds: 180", "download_seconds: 6"
    )
    (folder / "own" / "portals" / f"{name}.yaml").write_text(quick, "utf-8")
    values = {
        "BACKOFFICE_CONFIG_DIR": str(folder / "own"),
        "BACKOFFICE_PORTAL": name,
        "BACKOFFICE_PORTAL_USER": site.member.user,
        "BACKOFFICE_PORTAL_PASSWORD": site.member.password,
        "BACKOFFICE_PORTAL_RETRY_SECONDS": "0.001",
        "BACKOFFICE_MIN_FREE_BYTES": "0",
    }
    site.start()
    try:
        with environment(**(values | {"BACKOFFICE_PORTAL_URL": site.url} | settings)):
            yield World(site, name, folder)
    finally:
        site.stop()
