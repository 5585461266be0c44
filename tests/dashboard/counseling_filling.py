"""Recorded talks to look at, in every state: two-channel sound, what was said, a note with doubts, follow-ups."""

from __future__ import annotations

import io
import json
import wave
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from sqlmodel import Session, select

from queues import accounts, crypto, files, note_lines, note_signing, reviews, session_notes
from queues.models import (
    Account,
    Application,
    CounselingSession,
    Person,
    Recording,
    Role,
    SessionNote,
    TalkState,
    Transcript,
    Utterance,
)
from stt.note.draft import Draft, FollowUp, NoteField, NoteLine
from tests.dashboard.filling import PASSWORD

RATE = 8000
C, P = "counselor", "person"
RESIDENT = "880101 1234567"

#: speaker, seconds, words, those that were heard badly, what others read of it
SAID: tuple[tuple[str, float, str, tuple[int, ...], str], ...] = (
    (C, 3.2, "안녕하세요. 고용센터 상담사 최상담입니다. 통화 괜찮으신가요?", (), ""),
    (P, 1.6, "네, 괜찮습니다.", (), ""),
    (C, 3.4, "지난번에 말씀하신 구직활동은 어떻게 되어 가세요?", (), ""),
    (P, 5.2, "요양병원 두 군데에 이력서를 냈는데 한 군데만 연락이 왔어요.", (2,), ""),
    (C, 2.8, "면접은 언제로 잡혔나요?", (), ""),
    (P, 3.6, "12월 3일 오후 두 시요. 그런데 야간 근무는 어렵다고 했어요.", (1, 2), ""),
    (C, 3.0, "네, 야간은 안 되시는 걸로 적어 두겠습니다.", (), ""),
    (
        P,
        4.4,
        f"제 주민등록번호 {RESIDENT} 그걸로 조회되나요?",
        (2, 3),
        "제 주민등록번호 [주민등록번호] 그걸로 조회되나요?",
    ),
    (C, 2.4, "네, 조회했습니다. 확인되셨어요.", (), ""),
    (P, 4.0, "직업훈련을 들으면 실업급여는 못 받는 건가요?", (), ""),
    (
        C,
        5.6,
        "아닙니다. 훈련을 받으셔도 실업급여는 계속 받으실 수 있고, 훈련수당은 한 달에 11만 6천 원입니다.",
        (7,),
        "",
    ),
    (P, 3.4, "그러면 간호조무사 과정을 알아봐 주실 수 있어요?", (), ""),
    (C, 4.8, "네, 제가 다음 주 화요일까지 과정 세 개를 찾아서 문자로 보내 드릴게요.", (), ""),
    (P, 3.0, "저는 이력서를 고쳐서 금요일까지 보내겠습니다.", (), ""),
    (C, 4.0, "좋습니다. 그럼 12월 10일 오전 열 시에 센터에서 뵙겠습니다.", (), ""),
    (P, 1.8, "네, 고맙습니다.", (), ""),
)


@dataclass(frozen=True)
class Filled:
    """Ids: of talks by what stands there, of questions by kind, of the person and the case."""

    talks: dict[str, int]
    tasks: dict[str, int]
    person_id: int
    application_id: int


def counselor(session: Session) -> Account:
    """The counselor whose talks these are, where `filling.people` has not made one."""
    return accounts.create(session, "counsel", PASSWORD, role=Role.COUNSELOR, display_name="최상담")


def colleague(session: Session) -> Account:
    """Another counselor, whose none of these talks is."""
    return accounts.create(session, "colleague", PASSWORD, role=Role.COUNSELOR, display_name="한동료")


def every_state(session: Session, own: Account) -> Filled:
    """Talks of `own` in every state, all with the same person."""
    person = Person(source_key="T1", name="김서연", birth_date=date(1988, 1, 1), phone="010-2222-3333")
    session.add(person)
    session.flush()
    case = Application(receipt_no="2026-UB-0700001", program="ub_application", person_id=person.id)
    session.add(case)
    session.flush()
    made: dict[str, int] = {}
    tasks: dict[str, int] = {}
    drafted = talk(session, own, case, "drafted", TalkState.DRAFTED, hours=2)
    transcribed(session, drafted)
    proposed(session, drafted)
    made["drafted"] = drafted.id
    mono = talk(session, own, case, "mono", TalkState.DRAFTED, hours=26, way="desk", channels=1)
    transcribed(session, mono, channels=1)
    proposed(session, mono)
    made["mono"] = mono.id
    made["signed"] = signed(session, own, case).id
    listening = talk(session, own, case, "listening", TalkState.LISTENING, hours=1)
    listening.progress = 420
    made["listening"] = listening.id
    made["ready"] = talk(session, own, case, "ready", TalkState.READY, hours=0.5).id
    made["heard"] = talk(session, own, case, "heard", TalkState.HEARD, hours=0.8).id
    failed = talk(session, own, case, "failed", TalkState.FAILED, hours=30)
    failed.reason = "recording_broken"
    made["failed"] = failed.id
    refused = talk(session, own, case, "refused", TalkState.CLOSED, hours=50, consent="refused")
    made["refused"] = refused.id
    unknown = talk(session, None, None, "unlinked", TalkState.RECEIVED, hours=3, consent="unknown")
    made["unlinked"] = unknown.id
    for kind, reason, evidence in (
        (
            "counseling_link",
            "talk_person_several",
            {"missing": ["counselor", "person"], "persons": [person.id]},
        ),
        ("counseling_consent", "talk_consent_unknown", {}),
    ):
        task = reviews.open_task(
            session,
            kind=kind,
            reason=reason,
            question="확인해 주십시오.",
            session_id=unknown.id,
            evidence=evidence,
        )
        tasks[kind] = task.id
    broken = reviews.open_task(
        session,
        kind="counseling_recording",
        reason="recording_broken",
        question="녹음 파일이 손상되어 열지 못했습니다.",
        session_id=failed.id,
    )
    tasks["counseling_recording"] = broken.id
    session.flush()
    return Filled(made, tasks, person.id, case.id)


def talk(
    session: Session,
    own: Account | None,
    case: Application | None,
    name: str,
    state: TalkState,
    *,
    hours: float,
    way: str = "phone",
    consent: str = "given",
    channels: int = 2,
) -> CounselingSession:
    """A talk with its recording; every name makes other bytes."""
    held = datetime.now(UTC) - timedelta(hours=hours)
    found = CounselingSession(
        way=way,
        held_at=held,
        ended_at=held + timedelta(seconds=length()),
        counselor_id=own.id if own else None,
        person_id=case.person_id if case else None,
        application_id=case.id if case else None,
        state=state.value,
        consent=consent,
        consent_how="recorder" if consent == "given" else "",
        voices={"0": C, "1": P} if channels == 2 else {},
    )
    session.add(found)
    session.flush()
    session.add(
        Recording(
            session_id=found.id,
            source="recorder:test",
            source_ref=name,
            sha256=files.put(sound(channels) + name.encode()),
            name_enc=crypto.seal(f"{name}.wav"),
            facts_enc=crypto.seal(
                json.dumps({"extension": "214", "phone": "010-2222-3333", "name": "김서연"})
            ),
            container="wav",
            codec="pcm_s16le",
            channels=channels,
            sample_rate=RATE,
            duration_ms=round(length() * 1000),
        )
    )
    session.flush()
    return found


def length() -> float:
    return sum(seconds + 0.6 for _, seconds, *_ in SAID)


def sound(channels: int) -> bytes:
    """A WAV file in which each utterance is a tone, the counselor's on the left channel."""
    samples = np.zeros((round(length() * RATE), 2), np.int16)
    at = 0.0
    for speaker, seconds, *_ in SAID:
        first, count = round(at * RATE), round(seconds * RATE)
        side = 0 if speaker == C else 1
        tone = np.sin(np.arange(count) * 2 * np.pi * (180 if side == 0 else 260) / RATE) * 6000
        samples[first : first + count, side] = tone.astype(np.int16)
        at += seconds + 0.6
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples if channels == 2 else samples.sum(axis=1, dtype=np.int16)).tobytes())
    return out.getvalue()


def transcribed(session: Session, of: CounselingSession, *, channels: int = 2) -> Transcript:
    """What was said, as the recogniser would keep it."""
    recording = session.exec(select(Recording).where(Recording.session_id == of.id)).one()
    made = Transcript(
        session_id=of.id,
        recording_id=recording.id,
        number=1,
        source="recognised" if channels == 2 else "delivered",
        engine="whisper" if channels == 2 else "",
        model="demo" if channels == 2 else "",
        language="ko",
        duration_ms=recording.duration_ms,
    )
    session.add(made)
    session.flush()
    at = 0.0
    for number, (speaker, seconds, words, low, redacted) in enumerate(SAID, 1):
        side = 0 if speaker == C or channels == 1 else 1
        voice = speaker if channels == 2 else f"voice{1 if speaker == C else 2}"
        session.add(_utterance(made.id, number, side, voice, at, seconds, words, low, redacted))
        at += seconds + 0.6
    session.flush()
    return made


def _utterance(
    transcript_id: int,
    number: int,
    channel: int,
    speaker: str,
    at: float,
    seconds: float,
    text: str,
    low: tuple[int, ...],
    redacted: str,
) -> Utterance:
    pieces = text.split()
    each = seconds / len(pieces)
    words = [
        {
            "text": word,
            "start": round(at + n * each, 3),
            "end": round(at + (n + 1) * each, 3),
            "confidence": 0.31 if n in low else 0.93,
        }
        for n, word in enumerate(pieces)
    ]
    hidden = []
    if redacted:
        begins = text.index(RESIDENT)
        first = text[:begins].count(" ")
        hidden = [
            {
                "kind": "resident",
                "start": words[first]["start"],
                "end": words[first + 1]["end"],
                "from": begins,
                "to": begins + len(RESIDENT),
            }
        ]
    confidence = sum(float(str(w["confidence"])) for w in words) / len(words)
    return Utterance(
        transcript_id=transcript_id,
        number=number,
        channel=channel,
        start_ms=round(at * 1000),
        end_ms=round((at + seconds) * 1000),
        speaker=speaker,
        text_enc=crypto.seal(text),
        redacted_enc=crypto.seal(redacted or text),
        words_enc=crypto.seal(json.dumps(words, ensure_ascii=False)),
        hidden=hidden,
        confidence=round(confidence, 3),
        flags=["low_confidence"] if len(low) > 1 and not redacted else [],
    )


def draft() -> Draft:
    """A note as it would be drafted from `SAID`."""
    f = NoteField
    return Draft(
        lines=(
            NoteLine(f.MEETING, "전화 상담, 1분 4초", (), (), "facts"),
            NoteLine(f.SITUATION, "요양병원 두 군데에 이력서를 냈고 한 군데에서 연락이 옴.", (4,)),
            NoteLine(
                f.SITUATION, "면접 12월 3일 오후 2시. 야간 근무는 어렵다고 함.", (6,), ("low_confidence",)
            ),
            NoteLine(f.REQUESTS, "직업훈련을 들으면 실업급여를 못 받는지 물음.", (10,)),
            NoteLine(f.REQUESTS, "간호조무사 과정을 알아봐 달라고 함.", (12,)),
            NoteLine(
                f.GUIDANCE,
                "훈련을 받아도 실업급여는 계속 받을 수 있고, 훈련수당은 한 달 11만 6천 원이라고 안내.",
                (11,),
                ("number_unclear",),
            ),
            NoteLine(f.AGREED, "상담사: 다음 주 화요일까지 과정 세 개를 찾아 문자로 보내기로 함.", (13,)),
            NoteLine(f.AGREED, "구직자: 이력서를 고쳐서 금요일까지 보내기로 함.", (14,)),
            NoteLine(f.NEXT, "12월 10일 오전 10시 센터 방문.", (15,)),
            NoteLine(f.TO_CHECK, "언급 없음", (), (), "absent"),
        ),
        follow_ups=(
            FollowUp("task", C, "간호조무사 과정 세 개를 찾아 문자로 보내기", (13,), date(2026, 12, 1)),
            FollowUp("task", P, "이력서를 고쳐서 보내기", (14,), None, "", ("date_loose",)),
            FollowUp("appointment", P, "센터 방문 상담", (15,), date(2026, 12, 10), "10:00"),
        ),
        flags=("one_channel",),
    )


def proposed(session: Session, of: CounselingSession) -> SessionNote:
    """The draft of the note, as a bot enters it."""
    transcript = session.exec(select(Transcript).where(Transcript.session_id == of.id)).one()
    return session_notes.propose(session, of, transcript.id, draft(), actor="bot:counseling.draft")


def signed(session: Session, own: Account, case: Application) -> CounselingSession:
    """A talk whose note was changed here and there, and signed; its papers are made."""
    found = talk(session, own, case, "signed", TalkState.DRAFTED, hours=75)
    transcribed(session, found)
    note = proposed(session, found)
    lines = session_notes.lines_of(session, note.id)
    note_lines.change(session, lines[2].id, 1, "면접은 12월 3일 오후 2시. 야간 근무는 할 수 없음.", own)
    note_lines.strike(session, lines[-1].id, 1, own)
    for line in session_notes.lines_of(session, note.id):
        if line.fate == "proposed":
            note_lines.accept(session, line.id, line.version, own)
    session.flush()
    session.refresh(note)
    made = note_signing.sign(session, note.id, note.version, own)
    made.pdf_sha256 = files.put(b"%PDF-1.7\n" + b"signed" * 40)
    made.docx_sha256 = files.put(b"PK\x03\x04" + b"signed" * 40)
    session.add(made)
    session.flush()
    return found
