"""Letters through the post's site: each exactly once, or a person is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bots.sandbox.post_site import PostSite
from tests.bots.notices.post_world import World, needs_browser, post_world

pytestmark = [needs_browser, pytest.mark.browser]


@pytest.fixture(scope="module")
def site() -> PostSite:
    return PostSite()


@pytest.fixture
def world(database_url: str, site: PostSite, tmp_path: Path) -> Iterator[World]:
    with post_world(tmp_path, site) as made:
        yield made


def test_a_batch_is_posted(world: World) -> None:
    batch = world.batch(3)
    assert world.run(batch) == {"posted": 3}
    world.check_posted_once(batch)
