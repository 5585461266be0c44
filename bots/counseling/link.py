"""counseling.link: whose talk it is, and whether it may be listened to.

counseling.relink: new cases came in, or new accounts: talks that wait for theirs are looked at again.
"""

from __future__ import annotations

from sqlmodel import Session

from bots.counseling import questions
from bots.counseling.whose import Whose, look
from queues import audit, recordings, session_notes, talk_undoing, talks
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
        return settle(session, talk, whose(session, talk), ACTOR)


def whose(session: Session, talk: CounselingSession) -> Whose:
    """As a person has decided, where one has; else by what the recorder tells."""
    if talk_undoing.stands(session, talk.id, questions.LINK):
        return Whose(talk.counselor_id, talk.person_id, talk.application_id, by=("decided",))
    recording = recordings.of(session, talk.id)
    told = recordings.facts(recording) if recording else {}
    way, _, recorder = recording.source.partition(":") if recording else ("", "", "")
    # Of what a recorder sent nobody has said whose it is: what was found before may be found otherwise now.
    return look(session, talk, told, recorder, anew=way == "recorder")


def settle(session: Session, talk: CounselingSession, found: Whose, actor: str) -> str:
    """Write down what is clear, ask about what is not, and go on when nothing stands against it."""
    known, before = (talk.counselor_id, talk.person_id, talk.application_id), (talk.state, talk.reason)
    talk.counselor_id, talk.person_id, talk.application_id = (
        found.counselor_id or talk.counselor_id,
        found.person_id,
        found.application_id,
    )
    session.add(talk)
    if known != (talk.counselor_id, talk.person_id, talk.application_id):
        audit.record(
            session, actor, "talk.linked", "talk", talk.id,
            counselor=talk.counselor_id, person=talk.person_id, application=talk.application_id, by=list(found.by),
        )  # fmt: skip
        session_notes.outdate(session, talk.id)
    _ask_or_withdraw(session, talk, found, actor)
    unclear = talk.consent != RecordingConsent.GIVEN
    if unclear:
        questions.ask(session, talk, questions.CONSENT, "talk_consent_unknown", actor=actor)
    else:
        talks.withdraw_questions(session, talk.id, actor, (questions.CONSENT,))
    if found.blocked or unclear:
        reason = found.reason if found.blocked else "talk_consent_unknown"
        if before != (TalkState.RECEIVED, reason) or known != (
            talk.counselor_id,
            talk.person_id,
            talk.application_id,
        ):
            talks.move(session, talk, TalkState.RECEIVED, actor, reason)
        return "asked"
    talks.go_on(session, talk, actor, talks.BY_PHONE if found.by == ("phone",) else "")
    return "ready"


def _ask_or_withdraw(session: Session, talk: CounselingSession, found: Whose, actor: str) -> None:
    if not found.missing:
        talks.withdraw_questions(session, talk.id, actor, (questions.LINK,))
        return
    evidence = {
        "missing": list(found.missing),
        "persons": list(found.persons),
        "applications": list(found.applications),
        "counselors": list(found.counselors),
        "by": list(found.by),
    }
    task = questions.ask(session, talk, questions.LINK, found.reason, evidence=evidence, actor=actor)
    if task.evidence != evidence and "refused" not in task.evidence:
        task.evidence, task.reason = evidence, found.reason
        task.version += 1
        session.add(task)
