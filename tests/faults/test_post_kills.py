"""kill -9 at every step of a batch's way to the post: every letter is there exactly once, paid once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bots.sandbox.post_site import PostSite
from tests.bots.notices.post_world import needs_browser, post_world
from tests.faults.post_child import STEPS, Runs

pytestmark = [needs_browser, pytest.mark.browser]


FEWER = ("uploading_now:after", "upload:after", "paying:after", "pay:after", "numbers:after")


def test_killed_at_every_step(database_url: str, tmp_path: Path, thorough: bool) -> None:
    site = PostSite()
    with (
        post_world(tmp_path, site, BACKOFFICE_LEASE_SECONDS="0.3", BACKOFFICE_PROCESSES="1") as world,
        Runs() as runs,
    ):
        batch = world.batch(3)
        item = world.item(batch)
        for step in STEPS if thorough else FEWER:
            killed = False
            for _ in range(20):
                runs.start(item.id, batch, die_at=step)
                ended = runs.end()
                killed = killed or ended.killed
                if ended.killed or not ended.error.startswith("Busy"):
                    break
            assert killed, (step, ended)
            assert max(site.posted.values(), default=0) <= 1, step
        for _ in range(20):
            runs.start(item.id, batch)
            ended = runs.end()
            if not ended.error.startswith("Busy"):
                break
        assert ended.counts == {"posted": 3}, ended
        world.check_posted_once(batch)
        assert (site.uploads, len(site.payments)) == (1, 1)
        assert site.double_pay_attempts == 0
