"""Letters for the post are gathered into uploads: one service, one envelope, at most 500 of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import Session, col, or_, select

from config.channels import CHANNELS, rules
from config.post_rates import price
from queues import audit, days, work
from queues.models import Dispatch, DispatchState, PostBatch

POST = "notices.post"
_LOCK = 0x706F7374  # "post"
_BY_POST = tuple(name for name, channel in CHANNELS.items() if channel.is_post)


def pool(session: Session, *, actor: str) -> int:
    """Every letter that waits for the post goes into an upload; returns how many uploads there are.

    One at a time: two runs at once would make two half-empty uploads of the same letters. What was called
    back before it was locked is not among them, and what is called back later leaves its upload again.
    """
    session.connection().execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    query = (
        select(Dispatch)
        .where(
            Dispatch.state == DispatchState.PLANNED.value,
            col(Dispatch.channel).in_(_BY_POST),
            col(Dispatch.batch_id).is_(None),
            or_(col(Dispatch.not_before).is_(None), col(Dispatch.not_before) <= datetime.now(UTC)),
        )
        .order_by(col(Dispatch.channel), col(Dispatch.envelope), col(Dispatch.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    made = 0
    for (service, envelope), waiting in groupby(session.exec(query), lambda d: (d.channel, d.envelope)):
        for letters in _in_uploads(list(waiting)):
            _make(session, service, envelope, letters, actor)
            made += 1
    return made


def _in_uploads(letters: Sequence[Dispatch]) -> Iterator[Sequence[Dispatch]]:
    most = rules().batch_letters
    for at in range(0, len(letters), most):
        yield letters[at : at + most]


def _make(session: Session, service: str, envelope: str, letters: Sequence[Dispatch], actor: str) -> None:
    batch = PostBatch(key=uuid4().hex, service=service, envelope=envelope, letters=len(letters))
    session.add(batch)
    session.flush()
    for position, letter in enumerate(letters, 1):
        letter.batch_id, letter.position = batch.id, position
        letter.price_won = price(service, envelope, letter.sheets, days.today())
        session.add(letter)
    batch.sheets = sum(letter.sheets for letter in letters)
    batch.expected_won = sum(letter.price_won for letter in letters)
    session.flush()
    audit.record(
        session,
        actor,
        "post_batch.plan",
        "post_batch",
        batch.id,
        letters=batch.letters,
        won=batch.expected_won,
    )
    work.add(
        session, POST, f"post_batch:{batch.id}", payload={"batch_id": batch.id}, priority=30, actor=actor
    )
