"""The whole way of registered letters: uploaded by the browser, followed at the post, served or asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from bots.notices.tracking import bot
from bots.sandbox.post_site import TRACKING_KEY, PostSite
from queues.bots import Work
from queues.database import session as record
from queues.models import Notice, ReviewTask
from tests.bots.notices.post_world import TO, needs_browser, post_world
from tests.conftest import environment

pytestmark = [needs_browser, pytest.mark.browser]


def test_letters_are_posted_followed_and_served(database_url: str, tmp_path: Path) -> None:
    site = PostSite(delivered_after=60.0)
    follows = {"BACKOFFICE_TRACKING_KEY": TRACKING_KEY, "BACKOFFICE_TRACKING_MINUTES": "0.0001"}
    with post_world(tmp_path, site, **follows) as world:
        batch = world.batch([TO, {**TO, "name": "김서연"}])
        assert world.run(batch) == {"posted": 2}
        arrives, returns = world.letters(batch)
        site.journeys.come_back(returns.key, "수취인불명")
        site.clock.skip(120)
        with environment(BACKOFFICE_TRACKING_URL=site.tracking_url):
            outcome = bot.run(Work(id=0, bot="notices.track", reference="", payload={}, attempt=1, tries=1))
        assert outcome and outcome.counts == {"delivered": 1, "returned": 1}
        with record() as session:
            served, back = (session.get_one(Notice, one.notice_id) for one in (arrives, returns))
            assert (served.state, served.served_how, back.state) == ("served", "registered", "returned")
            asked = session.exec(select(ReviewTask).where(ReviewTask.subject == f"notice:{back.id}")).one()
            assert (asked.kind, asked.evidence["reason"]) == ("notice_returned", "post_no_such_person")
        assert site.ledger.posted == {arrives.key: 1, returns.key: 1}
