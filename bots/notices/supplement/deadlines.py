"""notices.deadlines: the time of each request that was sent is kept.

The applicant is reminded before the last day; after it an officer is asked whether to request once more or to
return the application. Nothing is returned without a person.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, or_, select

from config import review_reasons
from config.supplementing import supplementing as rules
from queues import processing_time, reviews, supplementing
from queues.bots import Outcome, Work, bot
from queues.completeness import settle_completeness
from queues.database import session as record
from queues.days import office_closes, today
from queues.missing_papers import outstanding, present_types, undecided
from queues.models import (
    Application,
    NoticeState,
    ReviewTask,
    SupplementRequest,
    SupplementState,
)
from queues.supplement_fate import came_back
from queues.supplement_letters import (
    SECOND,
    letter_of,
    remind,
    return_under_way,
    to_be_written,
    write,
    write_anew,
)
from queues.supplement_states import IS_OPEN, QUESTION, locked, notices_of, step

BOT = "notices.deadlines"
ACTOR = f"bot:{BOT}"
STALE = timedelta(days=5)
"""A letter that has not left after so long names a day that leaves too little time: it is written anew."""


@bot(BOT, title="보완 기한 관리", patient=True)
def run(_item: Work) -> Outcome:
    """Look at every request whose time has come, each in a transaction of its own."""
    return look_after()


def look_after() -> Outcome:
    """As the bot does it now."""
    with record() as session:
        ids = due(session, today())
    counts: dict[str, int] = {}
    for request_id in ids:
        with record() as session:
            done = settle_one(session, request_id)
        counts[done] = counts.get(done, 0) + 1
    counts.pop("", None)
    return Outcome(counts=counts, idle=not counts)


def due(session: Session, on: date) -> list[int]:
    """Requests that something may have to be done about on a day."""
    horizon = on + timedelta(days=rules().remind_before)
    query = (
        select(SupplementRequest.id)
        .join(Application, col(Application.id) == col(SupplementRequest.application_id))
        .where(
            or_(
                (col(SupplementRequest.state) == SupplementState.ASKED.value)
                & (
                    (col(SupplementRequest.due_on) <= horizon)
                    | col(SupplementRequest.asked_on).is_(None)
                    | (col(SupplementRequest.stage) == SECOND)
                    | (col(Application.status) != IS_OPEN)
                ),
                (col(SupplementRequest.state) == SupplementState.DRAFT.value)
                & (col(Application.status) != IS_OPEN),
            )
        )
    )
    return list(session.exec(query.order_by(col(SupplementRequest.id))))


def settle_one(session: Session, request_id: int) -> str:
    """What has to be done about one; returns what was done, "" for nothing."""
    application, request = locked(session, request_id)
    if application.status != IS_OPEN:
        supplementing.end_with_case(session, application, ACTOR)
        return "ended"
    if request.state != SupplementState.ASKED:
        return ""
    _take_over_what_nobody_told(session, request)
    processing_time.settle_due(session, application)
    missing = outstanding(request.missing, present_types(session, application.id))
    if not missing:
        settle_completeness(session, application.id, ACTOR)
        return "satisfied" if request.state != SupplementState.ASKED else ""
    if request.state != SupplementState.ASKED or return_under_way(session, request) is not None:
        return ""
    return _keep_time(session, application, request, missing)


def _keep_time(
    session: Session, application: Application, request: SupplementRequest, missing: list[str]
) -> str:
    if came_back(session, request) >= rules().returned_ends:
        return _ask(session, application, request, "supplement_not_reached", "count_as_withdrawn")
    letter = letter_of(session, request)
    if letter is None and to_be_written(session, request):
        return "written_anew" if write(session, application, request, ACTOR) else ""
    if letter is None:
        supplementing.dropped(session, application, request, ACTOR)
        return "dropped"
    if letter.state not in (
        NoticeState.SENT,
        NoticeState.SERVED,
    ):  # on its way, or somebody is asked about it
        old = letter.due_on is not None and letter.created_at < datetime.now(UTC) - STALE
        return "written_anew" if old and write_anew(session, request, missing, ACTOR) else ""
    if request.due_on is not None and request.due_on < today():
        proposed = "return" if request.stage == SECOND else "second_request"
        return _ask(session, application, request, "supplement_overdue", proposed)
    return _remind(session, application, request, missing)


def _take_over_what_nobody_told(session: Session, request: SupplementRequest) -> None:
    letter = letter_of(session, request)
    if letter is not None:
        supplementing.take_over(session, letter.id, ACTOR)


def _ask(
    session: Session, application: Application, request: SupplementRequest, reason: str, proposed: str
) -> str:
    before = select(ReviewTask.id).where(
        ReviewTask.kind == QUESTION,
        ReviewTask.application_id == application.id,
        col(ReviewTask.state).in_(["open", "claimed"]),
    )
    if session.exec(before).first() is not None:
        return ""
    reviews.open_task(
        session,
        kind=QUESTION,
        reason=reason,
        question=review_reasons.question(reason),
        application_id=application.id,
        evidence={"supplement_id": request.id, "proposed": proposed},
        due_at=office_closes(today()),
        actor=ACTOR,
    )
    return "questions"


def _remind(
    session: Session, application: Application, request: SupplementRequest, missing: list[str]
) -> str:
    """Once for each last day, and only when the request is older than the reminder is early."""
    early = rules().remind_before
    if not early or request.due_on is None or request.asked_on is None:
        return ""
    if today() < request.due_on - timedelta(days=early) or today() >= request.due_on:
        return ""
    if (request.due_on - request.asked_on).days <= 2 * early:
        return ""
    word = f"reminder:{request.due_on:%Y%m%d}"
    if any(n.key.endswith(word) for n in notices_of(session, request, ("reminder",))):
        return ""
    if undecided(session, [application.id]):
        return ""  # what is being looked at may be all that is missing: who has sent it is not reminded of it
    notice = remind(session, application, request, missing, "보완 서류 제출", word, ACTOR)
    step(session, request, "reminder", ACTOR, due_on=request.due_on, notice=notice)
    return "reminded"
