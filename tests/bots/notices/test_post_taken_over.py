"""What the post took over is what was uploaded: no other letter, no other number, at the price that is right by now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from bots.notices.post import letters
from bots.notices.post.errors import SiteChanged
from bots.notices.post.record import BatchRecord
from bots.notices.post.upload import Row
from bots.sandbox.post_site import PostSite
from config.post_rates import post_rates
from config.settings import CONFIG_DIR
from queues import database
from queues.errors import BusinessError
from queues.models import PostBatch, PostBatchState
from tests.bots.notices.post_world import TO, World, make_batch, needs_browser, post_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with post_world(tmp_path, PostSite()) as made:
        yield made
    post_rates.cache_clear()


def paid(session: Session) -> tuple[int, list[str]]:
    """A batch of two registered letters that is paid; its id and the keys of its letters."""
    batch = make_batch(session, [TO, TO])
    session.flush()
    locked = letters.lock(session, batch.id)
    rows = tuple(Row(d.id, d.key, n, 1, 1, 2920) for n, d in enumerate(locked.letters, 1))
    letters.leave(locked, rows)
    batch.state, batch.site_no = PostBatchState.PAID.value, "A1"
    session.commit()
    return batch.id, [row.key for row in rows]


def test_numbers_of_other_letters_are_not_taken_over(database_url: str) -> None:
    with database.session() as session:
        batch_id, keys = paid(session)
    batch = BatchRecord(batch_id, "post:test", "test")
    with pytest.raises(SiteChanged):
        batch.taken_over({keys[0]: "6100000000001", keys[1].upper() + "X": "6100000000002"}, "")
    with database.session() as session:
        found = letters.lock(session, batch_id).letters
        assert {(d.state, d.registered_no) for d in found} == {("leaving", "")}, "asked about, not lost"
    assert batch.taken_over(dict(zip(keys, ["6100000000001", "6100000000002"], strict=True)), "") == 0
    with database.session() as session:
        found = letters.lock(session, batch_id).letters
        assert [d.registered_no for d in found] == ["6100000000001", "6100000000002"]


@needs_browser
@pytest.mark.browser
def test_rates_put_right_hold_for_what_is_uploaded_and_what_stayed_here_is_no_letter_sent(
    world: World,
) -> None:
    world.site.ledger.rates = lambda *_: 620
    with database.session() as session:
        batch = make_batch(session, [TO, {**TO, "postcode": ""}], service="post").id
        for place, dispatch in enumerate(letters.lock(session, batch).letters, 1):
            dispatch.position = place  # as pooling counts them
    with pytest.raises(BusinessError) as raised:
        world.run(batch)
    assert raised.value.code == "post_price_differs"
    mine = world.folder / "own" / "post_rates.yaml"
    mine.write_text(
        (CONFIG_DIR / "post_rates.yaml").read_text("utf-8").replace("first: 520", "first: 620"), "utf-8"
    )
    post_rates.cache_clear()
    assert world.run(batch, attempt=2) == {"posted": 1}
    went, stayed = world.letters(batch)
    assert (went.state, went.price_won) == ("sent", 620)
    assert stayed.state == "failed"
    with database.session() as session:
        assert session.get_one(PostBatch, batch).expected_won == 620
