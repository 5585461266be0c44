"""intake.mail looks into every mailbox; one that does not answer gets an item of intake.mailbox of its own.

So a mailbox whose server is down holds up no other, and one that cannot put mails away still has them taken. The
item tries again with growing pauses, for as long as it
takes, and meanwhile says what it waits for; a person is asked once, at once where only a person can help.
"""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from bots.intake.mailbox.download import forget_stale
from bots.intake.mailbox.look import Look
from bots.intake.mailbox.problems import MailboxProblem, Refused
from config.settings import settings
from queues import audit, reviews, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BusinessError, StoreFull
from queues.models import ReviewState, ReviewTask, WorkItem, WorkState
from queues.retry import RetryPolicy

ALONE = "intake.mailbox"
ASIDE = "aside"
ACTOR = "bot:intake.mail"
ASK_AFTER = 6
_UNFINISHED = (WorkState.WAITING.value, WorkState.QUEUED.value, WorkState.RUNNING.value)


class UntilItAnswers(RetryPolicy):
    """A mailbox is tried until it answers. One that refuses us is tried seldom: servers lock accounts."""

    def pause(self, error: Exception, tries: int) -> float | None:
        if isinstance(error, Refused):
            return 600.0 if tries <= 1 else 3600.0
        if isinstance(error, MailboxProblem):
            return float(min(5.0 * 2.0 ** (tries - 1), 300.0))
        return super().pause(error, tries)


@bot("intake.mail", title="메일함 수신", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """One look into every mailbox that answers."""
    del item
    check_room()
    forget_stale()
    counts: Counter[str] = Counter()
    for box in settings().mailboxes:
        if _has_item(box.name):
            continue
        look = Look(box, aside=not _has_item(box.name, ASIDE))
        try:
            counts += look.run()
        except MailboxProblem:
            counts["unreachable"] += 1
            _give_item(box.name)
        if look.refused:
            _give_item(box.name, ASIDE)
    return _outcome(counts)


@bot(ALONE, title="메일함 다시 연결", retry=UntilItAnswers(), concurrency=2, patient=True)
def run_alone(item: Work) -> Outcome:
    """Look into one mailbox that did not answer, or did not put mails away, until it does."""
    name = str(item.payload["mailbox"])
    box = next((b for b in settings().mailboxes if b.name == name), None)
    if box is None:
        return Outcome()  # taken out of the settings meanwhile
    check_room()
    look = Look(box)
    try:
        counts = look.run()
        if look.refused and item.payload.get("about") == ASIDE:
            raise look.refused
    except MailboxProblem as problem:
        if isinstance(problem, Refused) or item.tries >= ASK_AFTER:
            _ask(item, str(problem), type(problem).__name__)
        raise
    if look.refused:
        _give_item(name, ASIDE)
    _withdraw_question(item)
    return _outcome(counts)


def check_room() -> None:
    """Stop taking before the disk is full: what is not taken is still in the mailbox."""
    folder, least = settings().var_dir, settings().min_free_bytes
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < least:
        raise StoreFull(
            f"디스크 여유가 {free // 2**20} MiB뿐이라 메일을 더 받지 않습니다 ({folder}). 공간을 비우면 이어 받습니다."
        )


def _outcome(counts: Counter[str]) -> Outcome:
    if counts["gone"]:
        raise BusinessError(
            "mail_gone",
            f"메일 {counts['gone']}통을 받기 전에 누군가 메일함에서 지우거나 옮겼습니다. "
            "메일함을 함께 보는 분께 확인하여, 팩스였다면 메일함(folders)에 되돌려 주십시오.",
        )
    told = {name: count for name, count in counts.items() if count}
    return Outcome(counts=told, idle=not told)


def _latest_item(session: Session, reference: str) -> WorkItem | None:
    query = select(WorkItem).where(WorkItem.bot == ALONE, WorkItem.reference == reference)
    return session.exec(query.order_by(col(WorkItem.attempt).desc()).limit(1)).first()


def _has_item(name: str, about: str = "") -> bool:
    with record() as session:
        latest = _latest_item(session, _reference(name, about))
        return latest is not None and latest.state in _UNFINISHED


def _give_item(name: str, about: str = "") -> None:
    """An item that tries this mailbox until it answers; one at a time."""
    reference = _reference(name, about)
    with record() as session:
        latest = _latest_item(session, reference)
        if latest is not None and latest.state in _UNFINISHED:
            return
        payload = {"mailbox": name, "about": about}
        work.add(session, ALONE, reference, payload=payload, attempt=latest.attempt + 1 if latest else 1)


def _reference(name: str, about: str = "") -> str:
    return f"mailbox:{name}:{about}" if about else f"mailbox:{name}"


def _ask(item: Work, text: str, reason: str) -> None:
    """A person is asked once for each item, however often it is tried."""
    with record() as session:
        reviews.open_task(
            session, kind="system_error", reason=reason, question=text, item_id=item.id, actor=ACTOR
        )


def _withdraw_question(item: Work) -> None:
    with record() as session:
        query = select(ReviewTask).where(
            ReviewTask.item_id == item.id,
            col(ReviewTask.state).in_((ReviewState.OPEN.value, ReviewState.CLAIMED.value)),
        )
        for task in session.exec(query.with_for_update()):
            task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
            task.decided_at = datetime.now(UTC)
            session.add(task)
            audit.record(session, ACTOR, "review.cancel", "review_task", task.id)


__all__ = ["run", "run_alone"]
