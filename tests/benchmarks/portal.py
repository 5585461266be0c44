"""`python -m tests.benchmarks.portal [--faxes 200] [--troubles]`: seconds in which the portal bot fetches faxes.

A site on 127.0.0.1, a real browser, a real database and file store; a fax has one to four pages.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from sqlmodel import func, select

from bots.intake.portal import bot
from bots.sandbox.portal_site import PortalSite, Troubles
from queues import database, work
from queues.bots import Work
from queues.models import Delivery
from queues.postgres import temporary_server
from tests.bots.faxes import fax_tiff
from tests.conftest import environment


def filled(site: PortalSite, faxes: int) -> None:
    """So many faxes in the inbox, the oldest first."""
    for number in range(faxes):
        pages = number % 4 + 1
        site.receive(fax_tiff(pages, number), caller=f"02-555-{number:04d}", sender="바른교육원", pages=pages)


def visit(reference: str) -> dict[str, object]:
    """One run of the bot; what it counted."""
    with database.session() as session:
        item = work.add(session, "intake.portal", reference)
    outcome = bot.run(
        Work(id=item.id, bot=item.bot, reference=item.reference, payload={}, attempt=1, tries=1)
    )
    return dict(outcome.counts) if outcome else {}


def measure(faxes: int, *, troubles: bool) -> dict[str, object]:
    """Fetch them all, and look once more with nothing new."""
    site = PortalSite(troubles=Troubles(seed=1, share=0.03) if troubles else None)
    filled(site, faxes)
    with tempfile.TemporaryDirectory() as folder, temporary_server() as server, site:
        values = {
            "BACKOFFICE_DATABASE_URL": server.url(),
            "BACKOFFICE_VAR_DIR": str(Path(folder) / "var"),
            "BACKOFFICE_PORTAL": "hanbit",
            "BACKOFFICE_PORTAL_URL": site.url,
            "BACKOFFICE_PORTAL_USER": site.member.user,
            "BACKOFFICE_PORTAL_PASSWORD": site.member.password,
        }
        with environment(**values):
            database.upgrade()
            began = time.monotonic()
            counts = visit("first")
            seconds = time.monotonic() - began
            began = time.monotonic()
            visit("again")
            idle = time.monotonic() - began
            with database.session() as session:
                entered = session.exec(select(func.count()).select_from(Delivery)).one()
            database.forget_connections()
    return {
        "faxes": faxes,
        "entered": entered,
        "seconds": round(seconds, 1),
        "nothing_new_seconds": round(idle, 1),
        "bytes": sum(len(fax.content) for fax in site.inbox.listing()),
        "counts": counts,
        "sign_ins": site.member.sign_ins,
        "troubles": dict(site.troubles.met),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faxes", type=int, default=200)
    parser.add_argument("--troubles", action="store_true", help="three in a hundred requests go wrong")
    told = parser.parse_args()
    print(json.dumps(measure(told.faxes, troubles=told.troubles)))
