"""The post's site, batches of letters for it, and the bot's settings, for the length of a test."""

from __future__ import annotations

import io
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from sqlmodel import Session, col, select

from bots.notices.post import bot
from bots.sandbox.post_site import PostSite
from bots.setting_up import programs
from config.settings import CONFIG_DIR
from queues import database, dispatches, files, notices, work
from queues.bots import Outcome, Work
from queues.models import Application, Dispatch, Notice, NoticeState, PostBatch, ReviewState, ReviewTask
from tests.conftest import environment

needs_browser = pytest.mark.skipif(programs.chromium() is None, reason="needs Chromium")
TO = {
    "name": "홍길동",
    "postcode": "44543",
    "address": "울산광역시 중구 종가로 1",
    "detail": "101동 202호",
}
SETTLE_SECONDS = 0.4


def letter(pages: int = 1) -> bytes:
    """A PDF of so many empty A4 pages."""
    made = pikepdf.Pdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(595.28, 841.89))
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def make_batch(
    session: Session,
    people: Sequence[dict[str, str]],
    *,
    service: str = "registered",
    envelope: str = "small",
    pages: int = 1,
) -> PostBatch:
    """A planned batch with one letter for each of `people`, committed by the caller."""
    application = session.exec(select(Application)).first()
    if application is None:
        application = Application(
            receipt_no=f"2026-UB-{uuid.uuid4().int % 10**7:07d}", program="ub_application"
        )
        session.add(application)
    batch = PostBatch(key=uuid.uuid4().hex, service=service, envelope=envelope)
    session.add(batch)
    session.flush()
    sha256 = files.put(letter(pages))
    for to in people:
        notice = Notice(
            key=f"test:{uuid.uuid4().hex}",
            kind="supplement",
            application_id=application.id,
            program=application.program,
            state=NoticeState.READY.value,
            letter_sha256=sha256,
            pages=pages,
            sheets=pages,
        )
        session.add(notice)
        session.flush()
        dispatch = dispatches.plan(session, notice, service, to)
        dispatch.batch_id = batch.id
        session.add(dispatch)
    batch.letters = len(people)
    session.add(batch)
    return batch


@dataclass
class World:
    """`folder` holds the center's own configuration."""

    site: PostSite
    folder: Path

    def batch(self, people: int | Sequence[dict[str, str]] = 2, **more: object) -> int:
        """A planned batch; its id."""
        given = [TO] * people if isinstance(people, int) else people
        with database.session() as session:
            return make_batch(session, given, **more).id  # type: ignore[arg-type]

    def item(self, batch_id: int, *, tries: int = 1, attempt: int = 1, name: str = "notices.post") -> Work:
        with database.session() as session:
            row = work.add(session, name, f"post_batch:{batch_id}", payload={"batch_id": batch_id})
        return Work(
            id=row.id, bot=row.bot, reference=row.reference, payload=row.payload, attempt=attempt, tries=tries
        )

    def run(self, batch_id: int, *, tries: int = 1, attempt: int = 1) -> dict[str, int]:
        """One run of the bot; what it counted."""
        outcome = bot.run(self.item(batch_id, tries=tries, attempt=attempt))
        assert isinstance(outcome, Outcome)
        return outcome.counts

    def cancel(self, batch_id: int) -> dict[str, int]:
        outcome = bot.cancel(self.item(batch_id, name="notices.post_cancel"))
        assert isinstance(outcome, Outcome)
        return outcome.counts

    def look(self, batch_id: int) -> PostBatch:
        with database.session() as session:
            return session.get_one(PostBatch, batch_id)

    def letters(self, batch_id: int) -> list[Dispatch]:
        query = select(Dispatch).where(Dispatch.batch_id == batch_id).order_by(col(Dispatch.id))
        with database.session() as session:
            return list(session.exec(query))

    def notices(self, batch_id: int) -> Counter[str]:
        query = select(Notice.state).join(Dispatch).where(Dispatch.batch_id == batch_id)
        with database.session() as session:
            return Counter(session.exec(query))

    def questions(self, item_id: int | None = None) -> list[ReviewTask]:
        query = select(ReviewTask).where(ReviewTask.state == ReviewState.OPEN)
        if item_id is not None:
            query = query.where(ReviewTask.item_id == item_id)
        with database.session() as session:
            return list(session.exec(query))

    def check_posted_once(self, batch_id: int) -> None:
        """Every letter is with the post exactly once, with its own number, and the record says so."""
        letters = self.letters(batch_id)
        posted = self.site.posted
        assert {posted[d.key] for d in letters} == {1}, "each letter once"
        assert {d.state for d in letters} == {"sent"}
        assert self.look(batch_id).state == "paid"
        assert self.notices(batch_id) == {"sent": len(letters)}
        at_the_post = {one.key: one.registered_no for job in self.site.jobs for one in job.letters}
        if letters[0].channel == "registered":
            assert {d.key: d.registered_no for d in letters}.items() <= at_the_post.items()
            assert len({d.registered_no for d in letters}) == len(letters)


def quick_site(folder: Path, *, settle_seconds: float = SETTLE_SECONDS, **changes: str) -> None:
    """A description of the site with short pauses; `changes`: texts in it and what they become."""
    text = (CONFIG_DIR / "post_sites" / "epost.yaml").read_text("utf-8")
    for old, new in {
        "page_seconds: 30": "page_seconds: 3",
        "upload_seconds: 300": "upload_seconds: 6",
        "settle_seconds: 90": f"settle_seconds: {settle_seconds}",
        '  cut_off: "18:00"\n': "",
        **changes,
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "own" / "post_sites").mkdir(parents=True, exist_ok=True)
    (folder / "own" / "post_sites" / "epost.yaml").write_text(text, "utf-8")


def its_settings(site: PostSite, folder: Path) -> dict[str, str]:
    return {
        "BACKOFFICE_CONFIG_DIR": str(folder / "own"),
        "BACKOFFICE_POST_SITE": "epost",
        "BACKOFFICE_POST_URL": site.url,
        "BACKOFFICE_POST_USER": site.member.user,
        "BACKOFFICE_POST_PASSWORD": site.member.password,
        "BACKOFFICE_POST_RETRY_SECONDS": "0.05",
        "BACKOFFICE_MIN_FREE_BYTES": "0",
    }


@contextmanager
def post_world(
    folder: Path, site: PostSite | None = None, *, changes: dict[str, str] | None = None, **settings: str
) -> Iterator[World]:
    """The site runs and the bot is told of it."""
    site = site or PostSite()
    quick_site(folder, **(changes or {}))  # type: ignore[arg-type]
    site.start()
    try:
        from config.post_sites import load_post_site

        load_post_site.cache_clear()
        with environment(**(its_settings(site, folder) | settings)):
            yield World(site, folder)
    finally:
        site.stop()
        load_post_site.cache_clear()


__all__ = ["TO", "World", "letter", "make_batch", "needs_browser", "notices", "post_world", "quick_site"]
