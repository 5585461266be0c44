"""counseling.link: whose talk it is, and whether it may be listened to.

counseling.relink: new cases came in, or new accounts: talks that wait for theirs are looked at again.
"""

from __future__ import annotations

from sqlmodel import Session

from bots.counseling import questions
from bots.counseling.whose import Whose, look
from queues import audit, recordings, talks
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import CounselingSession, RecordingConsent, TalkState

ACTOR = "bot:counseling.link"
_SAID_NO = (RecordingConsent.REFUSED, RecordingConsent.WITHDRAWN)


@bot(talks.LINK, title="상담 연결", concurrency=1)
def run(item: Work) -> Outcome:
    """Link one talk."""
    return Outcome(counts={link(int(item.payload["talk_id"])): 1})


@bot("counseling.relink", title="대기 상담 다시 연결", concurrency=1, patient=True)
def rerun(item: Work) -> Outcome:
    """Look again at every talk of which it is not clear whose it is."""
    del item
    with record() as session:
        waiting = talks.waiting_for_a_case(session)
    done = sum(link(talk_id) == "ready" for talk_id in waiting)
    return Outcome(counts={"ready": done}, idle=done == 0)


def link(talk_id: int) -> str:
    """Link a talk that is not linked yet; "ready", "asked", "closed", or "before" (nothing to do)."""
    with record() as session:
        talk = talks.hold(session, talk_id)
        if talk.state != TalkState.RECEIVED or talk.reason == talks.RECORDING:
            return "before"
        if talk.consent in _SAID_NO:
            talks.close(session, talk, "no_consent", ACTOR)
            return "closed"
        recording = recordings.of(session, talk_id)
        told = recordings.facts(recording) if recording else {}
        recorder = recording.source.partition(":")[2] if recording else ""
        return settle(session, talk, look(session, talk, told, recorder), ACTOR)


def settle(session: Session, talk: CounselingSession, whose: Whose, actor: str) -> str:
    """Write down what is clear, ask about what is not, and go on when nothing stands against it."""
    known = (talk.counselor_id, talk.person_id, talk.application_id)
    talk.counselor_id, talk.person_id, talk.application_id = (
        whose.counselor_id or talk.counselor_id,
        whose.person_id,
        whose.application_id,
    )
    session.add(talk)
    if known != (talk.counselor_id, talk.person_id, talk.application_id):
        audit.record(
            session, actor, "talk.linked", "talk", talk.id,
            counselor=talk.counselor_id, person=talk.person_id, application=talk.application_id, by=list(whose.by),
        )  # fmt: skip
    _ask_or_withdraw(session, talk, whose, actor)
    unclear = talk.consent != RecordingConsent.GIVEN
    if unclear:
        questions.ask(session, talk, questions.CONSENT, "talk_consent_unknown", actor=actor)
    else:
        talks.withdraw_questions(session, talk.id, actor, (questions.CONSENT,))
    if whose.blocked or unclear:
        talks.move(session, talk, TalkState.RECEIVED, actor, "consent" if not whose.blocked else whose.reason)
        return "asked"
    talks.go_on(session, talk, actor, talks.BY_PHONE if whose.by == ("phone",) else "")
    return "ready"


def _ask_or_withdraw(session: Session, talk: CounselingSession, whose: Whose, actor: str) -> None:
    if not whose.missing:
        talks.withdraw_questions(session, talk.id, actor, (questions.LINK,))
        return
    evidence = {
        "missing": list(whose.missing),
        "persons": list(whose.persons),
        "applications": list(whose.applications),
        "counselors": list(whose.counselors),
        "by": list(whose.by),
    }
    task = questions.ask(session, talk, questions.LINK, whose.reason, evidence=evidence, actor=actor)
    if task.evidence != evidence and "refused" not in task.evidence:
        task.evidence, task.reason = evidence, whose.reason
        task.version += 1
        session.add(task)
