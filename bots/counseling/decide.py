"""counseling.apply_decision: what a person decided about a talk takes effect.

The decision was committed by `queues.reviews.decide`; here it is carried out once, however often the work is
repeated. One that cannot be carried out as things stand by now changes nothing: the question is asked again, with
the reason.

    {"action": "link", "counselor_id"?, "person_id"?, "application_id"?}    whose talk it is; a person or case that is
                                        given as null is none on file
    {"action": "consent", "consent": "given" | "refused", "how": "form" | "ars" | "review"}
    {"action": "again"}                 a file that could not be heard is tried once more
    {"action": "close"}                 there will be no note of it

What was carried out is kept (`Effect`), so that it can be taken back: `queues.talk_undoing`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from bots.counseling import questions
from bots.counseling.given import Refused
from bots.counseling.link import settle, whose
from bots.counseling.whose import Whose
from queues import audit, follow_ups, reviews, session_notes, talk_undoing, talks
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import (
    Account,
    Application,
    CounselingSession,
    NoteState,
    Person,
    ReviewState,
    ReviewTask,
    Role,
    SessionNote,
    TalkState,
)
from queues.sealed_fields import APPLIED

REPORT = "counseling_report"


@bot(reviews.APPLY_TO_TALK, title="상담 결정 반영", concurrency=2, patient=True)
def run(item: Work) -> Outcome:
    """Carry out the decision of one review task."""
    return Outcome(counts={apply_decision(int(item.payload["task_id"])): 1})


def apply_decision(task_id: int) -> str:
    """Carry out a decided task, once; "done", "again" (it is asked again), or "before" (nothing to do)."""
    with record() as session:
        talk_id = session.exec(select(ReviewTask.session_id).where(ReviewTask.id == task_id)).one()
        if talk_id is None:
            return "before"
        talk = talks.hold(session, talk_id)
        task = session.get_one(ReviewTask, task_id, with_for_update=True, populate_existing=True)
        decision = task.decision
        if task.state != ReviewState.DECIDED or decision is None or APPLIED in decision:
            return "before"
        task.decision = {**decision, APPLIED: datetime.now(UTC).isoformat()}
        session.add(task)
        session.flush()
        return _carry_out(session, task, talk, decision)


def _carry_out(session: Session, task: ReviewTask, talk: CounselingSession, decision: dict[str, Any]) -> str:
    actor = f"account:{task.decided_by}"
    try:
        with session.begin_nested():
            _act(session, task, talk, decision, actor)
            session.flush()
    except Refused as refused:
        questions.ask(
            session, talk, task.kind, task.reason,
            evidence={k: v for k, v in task.evidence.items() if k != "refused"}, refused=refused.code, actor=actor,
        )  # fmt: skip
        return "again"
    return "done"


def _act(
    session: Session, task: ReviewTask, talk: CounselingSession, decision: dict[str, Any], actor: str
) -> None:
    if task.kind == REPORT:
        from bots.counseling import report

        report.apply_decision(session, task, talk, decision, actor)
        return
    act = _ACTIONS.get((task.kind, str(decision.get("action"))))
    if act is None:
        raise Refused("unknown_action")
    if talk.state == TalkState.CLOSED:
        raise Refused("closed")
    talk_undoing.keep_before(session, task, talk)
    act(session, talk, decision, actor, task)


def _link(
    session: Session, talk: CounselingSession, decision: dict[str, Any], actor: str, task: ReviewTask
) -> None:
    del task
    if signed(session, talk.id):
        raise Refused("signed")
    counselor_id = _counselor(session, decision.get("counselor_id") or talk.counselor_id)
    person_id = _person(session, decision.get("person_id", talk.person_id))
    application_id = _case(session, decision.get("application_id", talk.application_id), person_id)
    if talk.state == TalkState.RECEIVED:
        settle(session, talk, Whose(counselor_id, person_id, application_id, by=("decided",)), actor)
        return
    talk.counselor_id, talk.person_id, talk.application_id = counselor_id, person_id, application_id
    talk.reason = "" if talk.reason == talks.BY_PHONE else talk.reason
    talk.version += 1
    session.add(talk)
    follow_ups.belong_to(session, talk)
    session_notes.outdate(session, talk.id)
    if talk.state in (TalkState.HEARD, TalkState.DRAFTED) and talks.readable(talk):
        talks.begin(session, talks.DRAFT, talk.id, actor, redact=True)
    audit.record(
        session, actor, "talk.linked", "talk", talk.id,
        counselor=counselor_id, person=person_id, application=application_id, by=["decided"],
    )  # fmt: skip


def _counselor(session: Session, account_id: Any) -> int:
    account = session.get(Account, int(account_id)) if account_id else None
    if account is None or not account.active or account.role != Role.COUNSELOR:
        raise Refused("no_counselor")
    return account.id


def _person(session: Session, person_id: Any) -> int | None:
    if person_id is None:
        return None
    if session.get(Person, int(person_id)) is None:
        raise Refused("no_person")
    return int(person_id)


def _case(session: Session, application_id: Any, person_id: int | None) -> int | None:
    if application_id is None:
        return None
    case = session.get(Application, int(application_id))
    if case is None or case.person_id != person_id:
        raise Refused("other_person")
    return case.id


def signed(session: Session, talk_id: int) -> bool:
    """Whether the talk has a note whose signature binds whose talk it is."""
    query = select(SessionNote.id).where(
        SessionNote.session_id == talk_id, col(SessionNote.state) == NoteState.SIGNED
    )
    return session.exec(query).first() is not None


def _consent(
    session: Session, talk: CounselingSession, decision: dict[str, Any], actor: str, task: ReviewTask
) -> None:
    how = str(decision.get("how") or "review")
    if decision.get("consent") == "given":
        talks.agree(session, talk, how, actor, account_id=task.decided_by)
        settle(session, talk, whose(session, talk), actor)
    elif decision.get("consent") == "refused":
        talks.refuse(session, talk, how, actor, account_id=task.decided_by)
    else:
        raise Refused("unknown_action")


def _again(
    session: Session, talk: CounselingSession, decision: dict[str, Any], actor: str, task: ReviewTask
) -> None:
    del decision, task
    if talk.state == TalkState.FAILED and talks.readable(talk):
        talks.go_on(session, talk, actor, "")


def _close(
    session: Session, talk: CounselingSession, decision: dict[str, Any], actor: str, task: ReviewTask
) -> None:
    del decision
    if signed(session, talk.id):
        raise Refused("signed")
    talks.close(session, talk, "not_a_talk" if task.kind == questions.LINK else "no_recording", actor)


_Action = Callable[[Session, CounselingSession, dict[str, Any], str, ReviewTask], None]
_ACTIONS: dict[tuple[str, str], _Action] = {
    (questions.LINK, "link"): _link,
    (questions.LINK, "close"): _close,
    (questions.CONSENT, "consent"): _consent,
    (questions.CONSENT, "close"): _close,
    (questions.RECORDING, "again"): _again,
    (questions.RECORDING, "close"): _close,
}
