"""A counselor, a person with a case, and a talk that was heard and noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from sqlmodel import Session

from queues import session_notes
from queues.crypto import seal
from queues.models import (
    Account,
    Application,
    CounselingSession,
    Person,
    Recording,
    RecordingConsent,
    Role,
    SessionNote,
    TalkState,
    Transcript,
    Utterance,
)
from stt.note.draft import Draft, FollowUp, NoteField, NoteLine

_number = count(1)
SAID = (
    ("counselor", "안녕하세요, 고용센터입니다. 무엇을 도와드릴까요?"),
    ("person", "지난달에 퇴사했고 사무직을 찾고 있어요."),
    ("person", "실업급여는 한 달에 백팔십만 원쯤 받는 건가요?"),
    ("counselor", "하루 육만 육천 원까지이고, 수급 자격은 아직 인정되지 않았습니다."),
    ("person", "이력서는 십이월 삼일까지 보내 드릴게요."),
    ("counselor", "그럼 십이월 팔일 화요일 두 시에 센터에서 뵙겠습니다."),
)


@dataclass(frozen=True)
class World:
    """What `talk` made."""

    counselor: Account
    person: Person
    application: Application
    talk: CounselingSession
    transcript: Transcript
    note: SessionNote


def counselor(session: Session) -> Account:
    made = Account(
        username=f"counselor{next(_number)}",
        password_hash="-",
        role=Role.COUNSELOR.value,
        display_name="윤상담",
    )
    session.add(made)
    session.flush()
    return made


def in_two_weeks() -> date:
    return datetime.now(UTC).date() + timedelta(days=14)


def drafted() -> Draft:
    """Seven lines, one of them doubtful, and two things to be done."""
    return Draft(
        lines=(
            NoteLine(NoteField.MEETING, "전화 상담, 3분", origin="facts"),
            NoteLine(NoteField.SITUATION, "지난달 퇴사, 사무직 희망", (2,)),
            NoteLine(NoteField.REQUESTS, "실업급여 월 180만 원 여부 문의", (3,), ("number_unclear",)),
            NoteLine(NoteField.GUIDANCE, "1일 66,000원까지. 수급 자격은 아직 인정되지 않음을 안내", (4,)),
            NoteLine(NoteField.AGREED, "구직자가 12월 3일까지 이력서를 보내기로 함", (5,)),
            NoteLine(NoteField.NEXT, "12월 8일(화) 14시 센터 방문 상담", (6,)),
            NoteLine(NoteField.TO_CHECK, "언급 없음", origin="absent"),
        ),
        follow_ups=(
            FollowUp("task", "person", "이력서 보내기", (5,), in_two_weeks()),
            FollowUp("appointment", "counselor", "센터 방문 상담", (6,), in_two_weeks(), "14:00"),
        ),
    )


def talk(session: Session, who: Account | None = None, person: Person | None = None) -> World:
    """A talk with a draft that nobody has touched."""
    n = next(_number)
    who = who or counselor(session)
    person = person or Person(
        source_key=f"talk-person-{n}", name="김서연", birth_date=date(1990, 3, 4), phone="01012345678",
        postcode="03925", address="서울특별시 마포구 월드컵북로 1",
    )  # fmt: skip
    session.add(person)
    session.flush()
    application = Application(
        receipt_no=f"2026-UB-{9_000_000 + n}",
        program="ub_application",
        person_id=person.id,
        received_on=date(2026, 11, 2),
    )
    session.add(application)
    session.flush()
    held = datetime.now(UTC) - timedelta(hours=2)
    made = CounselingSession(
        held_at=held,
        ended_at=held + timedelta(minutes=3),
        counselor_id=who.id,
        person_id=person.id,
        application_id=application.id,
        consent=RecordingConsent.GIVEN.value,
        consent_how="ars",
        consent_at=held,
        state=TalkState.HEARD.value,
        voices={"0": "counselor", "1": "person"},
    )
    session.add(made)
    session.flush()
    recording = Recording(
        session_id=made.id, source="test", source_ref=str(n), sha256="0" * 64, duration_ms=180_000
    )
    session.add(recording)
    session.flush()
    transcript = Transcript(session_id=made.id, recording_id=recording.id, number=1, source="recognised")
    session.add(transcript)
    session.flush()
    for number, (speaker, text) in enumerate(SAID, 1):
        session.add(
            Utterance(
                transcript_id=transcript.id,
                number=number,
                channel=0 if speaker == "counselor" else 1,
                start_ms=number * 20_000,
                end_ms=number * 20_000 + 9_000,
                speaker=speaker,
                text_enc=seal(text),
                redacted_enc=seal(text),
                confidence=0.9,
            )
        )
    session.flush()
    note = session_notes.propose(session, made, transcript.id, drafted(), actor="bot:counseling.draft")
    made.state = TalkState.DRAFTED.value
    session.add(made)
    session.flush()
    return World(who, person, application, made, transcript, note)
