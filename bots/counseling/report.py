"""counseling.report: the system of record is told of a signed note, once, in its own fields."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from bots.cases.connect import record_system
from bots.cases.sink import Declined
from bots.counseling.note_message import message
from bots.intake.outward import one_at_a_time
from config.note_fields import NoteFieldsError
from config.settings import settings
from queues import audit, days, reviews
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BusinessError
from queues.models import CounselingSession, NoteState, ReviewTask, SessionNote, SinkState
from queues.note_signing import REPORT, signed_before
from queues.work_again import add_again

ACTOR = f"bot:{REPORT}"
REVIEW, REFUSED = "counseling_report", "report_refused"
QUESTION = (
    "행정시스템이 상담일지를 받지 않았습니다({reason}). 연결된 신청과 입력란 설정을 확인한 뒤 다시 보내거나, "
    "행정시스템에 직접 입력하고 끝내 주십시오."
)
REASONS = {
    "too_long": "입력란보다 긺",
    "unknown_receipt": "등록되지 않은 접수번호",
    "unknown_character": "쓸 수 없는 글자가 있음",
    "unknown_field": "없는 입력란",
    "about_nobody": "누구의 상담인지 없음",
}
"""What the other system's words for its refusal mean; others are shown as they are."""
_TRANSIENT = (SinkState.PENDING, SinkState.SENT)


@bot(REPORT, title="상담일지 행정시스템 등록", concurrency=2, patient=True)
def run(item: Work) -> Outcome:
    """Tell of one note, after the versions before it; the key of each makes a repeated call harmless."""
    address = settings().case_sink_url
    if not address:
        return Outcome()
    try:
        told = [_tell(address, note_id) for note_id in _in_order(int(item.payload["note_id"]))]
    except NoteFieldsError as error:
        raise BusinessError(
            "note_fields",
            "상담일지 입력란 설정(config/note_fields.yaml)을 읽을 수 없습니다. 설정을 고친 뒤 다시 하십시오.",
        ) from error
    return Outcome(counts={"reported": sum(told), "refused": len(told) - sum(told)})


def apply_decision(
    session: Session, task: ReviewTask, talk: CounselingSession, decision: dict[str, Any], actor: str
) -> None:
    """What a person decided about a note that was refused: {"action": "again"} tells of it anew, "close" leaves it."""
    if decision.get("action") != "again":
        return
    note = session.get_one(SessionNote, int(task.evidence["note_id"]), with_for_update=True)
    if note.sink_state == SinkState.FAILED:
        note.sink_state = SinkState.PENDING.value
        session.add(note)
    add_again(session, REPORT, f"note:{note.id}", payload={"note_id": note.id}, actor=actor, reason="decided")


def _in_order(note_id: int) -> list[int]:
    """The note, and before it earlier versions that the other system may not have; none once a later one is there."""
    with record() as session:
        note = session.get_one(SessionNote, note_id)
        others = signed_before(session, note.session_id)
        if any(o.number > note.number and o.sink_state == SinkState.ACKNOWLEDGED for o in others):
            return []
        earlier = [o.id for o in others if o.number < note.number and o.sink_state in _TRANSIENT]
        return [*earlier, note_id] if note.state != NoteState.DRAFT else []


def _tell(address: str, note_id: int) -> bool:
    """Whether it was taken. Raises SourceError when there is no good answer: it may or may not have arrived."""
    _leaving(note_id)
    try:
        _send(address, note_id)
    except Declined as refused:
        _refused(note_id, refused.reason)
        return False
    return True


def _send(address: str, note_id: int) -> None:
    with record() as session:
        note = session.get_one(SessionNote, note_id)
        one_at_a_time(session, "session_note", note.session_id)
        session.refresh(note)
        if note.sink_state == SinkState.ACKNOWLEDGED or note.sink_key is None:
            return
        system = record_system(address)
        told = message(session, note)
        try:
            number = system.note(note.sink_key, told)
        finally:
            system.close()
        session.refresh(note, with_for_update=True)
        note.sink_state, note.sink_ref = SinkState.ACKNOWLEDGED.value, number
        session.add(note)
        audit.record(session, ACTOR, "note.reported", "session_note", note.id, number=number, cut=told["cut"])


def _leaving(note_id: int) -> None:
    """From here on the other system may have it."""
    with record() as session:
        note = session.get_one(SessionNote, note_id, with_for_update=True)
        if note.sink_state != SinkState.ACKNOWLEDGED:
            note.sink_state = SinkState.SENT.value
            session.add(note)


def _refused(note_id: int, reason: str) -> None:
    with record() as session:
        note = session.get_one(SessionNote, note_id, with_for_update=True)
        note.sink_state = SinkState.FAILED.value
        session.add(note)
        audit.record(session, ACTOR, "note.report_refused", "session_note", note.id, reason=reason)
        reviews.open_task(
            session,
            kind=REVIEW,
            reason=REFUSED,
            question=QUESTION.format(reason=REASONS.get(reason, reason) or "까닭을 말하지 않음"),
            session_id=note.session_id,
            application_id=note.made["of"]["application"],
            evidence={"note_id": note.id, "answer": reason},
            due_at=days.answer_by(datetime.now(UTC), settings().answer_within_days),
            actor=ACTOR,
        )
