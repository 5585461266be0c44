"""A question about a recorded talk, with what the recorder told and who and what it may be about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from dashboard.reads.cases import CaseOnFile, cases
from queues import recordings
from queues.models import Account, Application, CounselingSession, Person, Recording, ReviewTask, Role


@dataclass(frozen=True)
class TalkTask:
    """`told`: what the recorder says, by its names; people are in clear, for the screen to mask."""

    task: ReviewTask
    talk: CounselingSession
    recording: Recording | None
    told: dict[str, str]
    counselors: Sequence[Account]
    people: Sequence[Person]
    cases: Sequence[CaseOnFile]

    @property
    def needs_counselor(self) -> bool:
        return self.talk.counselor_id is None


def talk_task(session: Session, task: ReviewTask) -> TalkTask:
    """Everything needed to answer it. The question must be about a talk."""
    talk = session.get_one(CounselingSession, task.session_id)
    recording = recordings.of(session, talk.id)
    people = _people(session, [*_ids(task, "persons"), *([talk.person_id] if talk.person_id else [])])
    found = {*_ids(task, "applications"), *_cases_of(session, [p.id for p in people])}
    if talk.application_id:
        found.add(talk.application_id)
    return TalkTask(
        task,
        talk,
        recording,
        recordings.facts(recording) if recording is not None else {},
        _counselors(session),
        people,
        sorted(cases(session, found).values(), key=lambda c: (not c.open, c.receipt_no)),
    )


def _ids(task: ReviewTask, name: str) -> list[int]:
    return [int(i) for i in task.evidence.get(name) or ()][:20]


def _counselors(session: Session) -> Sequence[Account]:
    query = select(Account).where(Account.role == Role.COUNSELOR.value, col(Account.active))
    return session.exec(query.order_by(col(Account.display_name), col(Account.id))).all()


def _people(session: Session, ids: Sequence[int]) -> Sequence[Person]:
    return session.exec(select(Person).where(col(Person.id).in_(ids)).order_by(col(Person.id))).all()


def _cases_of(session: Session, person_ids: Sequence[int]) -> Sequence[int]:
    query = select(Application.id).where(col(Application.person_id).in_(person_ids))
    return session.exec(query.order_by(col(Application.id).desc()).limit(20)).all()
