"""payments.iso_collect: what the bank has for us is fetched, kept and understood, each file once.

A file that is understood is noted and takes effect in one transaction; one that is not has no effect, and a person
is asked. Then files that wait too long for an answer are seen to.
"""

from __future__ import annotations

import logging
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from bots.iso20022 import reading
from bots.iso20022.problem import NotUnderstood
from bots.payments.closing import close_batches
from bots.payments.iso import answers, overdue, statement
from bots.payments.iso.asking_about import KIND
from bots.payments.iso.channel import Channel, ChannelError, Incoming, NotYet
from bots.payments.iso.connect import channel
from config import review_reasons
from config.settings import settings
from queues import audit, days, files, reviews
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import BankMessage
from queues.retry import RetryPolicy
from queues.work_again import add_again

log = logging.getLogger(__name__)

COLLECT, RECONCILE = "payments.iso_collect", "payments.reconcile"
ACTOR = f"bot:{COLLECT}"
UNREADABLE = "file_unreadable"
_PAGE = 100


class WithTheNextRun(RetryPolicy):
    """It runs every few minutes anyway; what the bank does not answer now is asked then."""

    def pause(self, error: Exception, tries: int) -> float | None:
        return super().pause(error, tries) if not isinstance(error, ChannelError) or tries < 3 else None


@bot(COLLECT, title="지급 결과·거래내역 파일 수신", retry=WithTheNextRun(), patient=True)
def run(item: Work) -> Outcome:
    """Fetch what is new, then see to what waits too long."""
    if settings().bank_files is None:
        return Outcome(idle=True)
    way = channel()
    counts = collect(way, item.id)
    counts += overdue.see_to(way, ACTOR)
    return Outcome(counts=dict(counts), idle=not counts)


def collect(way: Channel, item_id: int | None = None) -> Counter[str]:
    """Take in what the bank has for us; how many of which kind. Raises `NotYet` when the bank's list is not to be
    had; a single file that cannot be fetched whole waits for the next time."""
    counts: Counter[str] = Counter()
    listed = way.incoming()
    while page := list(islice(listed, _PAGE)):
        known = _known(page)
        for one in page:
            if one.reference in known:
                continue
            known.add(one.reference)
            try:
                sha256 = _fetch(way, one)
            except NotYet as error:
                log.warning("file %s of the bank is not to be had: %s", one.number, error.code)
                counts["broken_off"] += 1
                continue
            counts[_take_in(one, sha256, item_id)] += 1
    return counts


def _known(page: Sequence[Incoming]) -> set[str]:
    query = select(BankMessage.reference).where(
        col(BankMessage.reference).in_([one.reference for one in page]), BankMessage.direction == "in"
    )
    with record() as session:
        return set(session.exec(query))


def _fetch(way: Channel, one: Incoming) -> str:
    place = settings().var_dir / "open"  # swept of what a killed process left (`queues.files.forget_opened`)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        target = Path(folder) / "file"
        way.fetch(one, target)
        return files.put(target)


def _take_in(one: Incoming, sha256: str, item_id: int | None) -> str:
    """Let one file take effect; its kind, or "not_understood"."""
    try:
        with reading.opened(sha256) as (type_, found):
            kind = type_[: len("pain.002")]
            if kind == "pain.002":
                _answered(one, sha256, found)
        if kind != "pain.002":
            _booked(one, sha256, kind)
    except NotUnderstood as problem:
        _not_understood(one, sha256, problem, item_id)
        return "not_understood"
    return kind


def _answered(one: Incoming, sha256: str, found: Iterator[dict[str, Any]]) -> None:
    """What the bank says of a file of ours."""
    with record() as session:
        message = _keep(session, one, sha256, "pain.002")
        applied = answers.apply(session, found, message.id, sha256[:12], ACTOR)
        audit.record(
            session, ACTOR, "bank_file.take", "bank_message", message.id,
            kind="pain.002", file=applied.file_id, status=applied.status, **applied.counts,
        )  # fmt: skip
    with record() as session:
        close_batches(session, [applied.batch_id], ACTOR)


def _booked(one: Incoming, sha256: str, kind: str) -> None:
    """Lines of statements and notices go into the record; who compares them is told."""
    with record() as session:
        message = _keep(session, one, sha256, kind)
        entered = statement.enter(session, sha256)
        told = [
            {
                "whole": of.head.whole, "fund": of.fund, "sha256": sha256,
                "days": [day.isoformat() for day in of.told_days],
            }
            for of in entered
            if of.fund
        ]  # fmt: skip
        if told:
            add_again(
                session, RECONCILE, f"bank_file:{message.id}", payload={"statements": told}, priority=20,
                actor=ACTOR,
            )  # fmt: skip
        audit.record(
            session, ACTOR, "bank_file.take", "bank_message", message.id, kind=kind,
            lines=sum(of.lines for of in entered), new=sum(of.new for of in entered),
            strange=sum(not of.fund for of in entered),
        )  # fmt: skip


def _not_understood(one: Incoming, sha256: str, problem: NotUnderstood, item_id: int | None) -> None:
    """Keep it without effect, and have a person look."""
    log.error("a file of the bank is not understood: %s", problem)
    with record() as session:
        message = _keep(session, one, sha256, "", note=f"unreadable: {problem.code}")
        audit.record(session, ACTOR, "bank_file.refuse", "bank_message", message.id, code=problem.code)
        if item_id is not None:
            reviews.open_task(
                session, kind=KIND, reason=UNREADABLE, question=review_reasons.question(UNREADABLE),
                item_id=item_id, evidence={"message_id": message.id, "code": problem.code}, priority=40,
                actor=ACTOR,
            )  # fmt: skip


def _keep(session: Session, one: Incoming, sha256: str, kind: str, note: str = "") -> BankMessage:
    message = BankMessage(
        direction="in",
        day=days.today(),
        class_code=kind,
        file_sha256=sha256,
        reference=one.reference,
        note=note,
    )
    session.add(message)
    session.flush()
    return message
