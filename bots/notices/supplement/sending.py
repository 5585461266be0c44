"""notices.supplement: what is missing is asked for once a case's papers have come to rest.

All papers of one delivery, and of those that follow it closely, come together into one letter. What may still
belong to the case but is being looked at holds it up: it may be the very paper that is missing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, func, select

from config.programs import load_programs
from config.settings import settings
from queues import supplementing
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.missing_papers import undecided
from queues.models import Application, Attachment, SupplementRequest, SupplementState
from queues.supplement_fate import DROPPED
from queues.supplement_letters import BOT, write
from queues.supplement_states import IS_OPEN, locked
from queues.supplementing import CannotSupplement

ACTOR = f"bot:{BOT}"
MOST = 500
"""So many at most in one run; the next one goes on."""
OLDEST = timedelta(days=14)
"""Papers that came to rest longer ago are an officer's to ask about: nobody expects a letter any more."""


@bot(BOT, title="보완 요청", patient=True)
def run(item: Work) -> Outcome:
    """With a notice: its fate moves its request. With a request: its letter is written anew. Without: send the
    requests that are ripe."""
    if "supplement_id" in item.payload:
        with record() as session:
            application, request = locked(session, int(item.payload["supplement_id"]))
            if request.state == SupplementState.ASKED:
                write(session, application, request, ACTOR)
        return Outcome()
    if "notice_id" in item.payload:
        with record() as session:
            supplementing.take_over(session, int(item.payload["notice_id"]), ACTOR)
        return Outcome()
    return send_ripe()


def send_ripe(now: datetime | None = None) -> Outcome:
    """Send every ripe request, each in a transaction of its own."""
    with record() as session:
        ids = ripe(session, now or datetime.now(UTC))
    sent = passed_over = 0
    for request_id in ids:
        try:
            with record() as session:
                sent += supplementing.ask(session, request_id, ACTOR) is not None
        except CannotSupplement:  # an officer, or the source, was quicker
            passed_over += 1
    return Outcome(counts={"asked": sent, "passed_over": passed_over}, idle=not ids)


def ripe(session: Session, now: datetime) -> list[int]:
    """Requests that go out by themselves and whose cases have come to rest, the first made first."""
    rest = now - timedelta(minutes=settings().supplement_wait_minutes)
    touched = func.max(func.greatest(Attachment.decided_at, Attachment.undone_at))
    query = (
        select(SupplementRequest.id, SupplementRequest.application_id)
        .join(Application, col(Application.id) == col(SupplementRequest.application_id))
        .join(Attachment, col(Attachment.application_id) == col(Application.id))
        .where(
            SupplementRequest.state == SupplementState.DRAFT,
            SupplementRequest.reason != DROPPED,
            Application.status == IS_OPEN,
            col(Application.program).in_(automatic()),
        )
        .group_by(col(SupplementRequest.id), col(SupplementRequest.application_id))
        .having(touched <= rest, touched > now - OLDEST)
        .order_by(col(SupplementRequest.id))
    )
    found = session.exec(query.limit(MOST)).all()
    held = undecided(session, [application_id for _, application_id in found])
    return [request_id for request_id, application_id in found if application_id not in held]


def automatic() -> list[str]:
    """Programs whose requests are sent without an officer's press."""
    by = settings().supplement_by
    return [name for name, program in load_programs().items() if (by or program.supplement) == "auto"]
