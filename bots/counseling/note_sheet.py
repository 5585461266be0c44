"""What the paper of a signed note (상담일지) says: the same for PDF and DOCX."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bots.counseling.note_message import WHO
from config.letterhead import load_letterhead
from config.programs import load_programs
from config.settings import settings
from queues import crypto, note_signing
from queues.models import (
    Account,
    Application,
    CounselingSession,
    LineFate,
    NoteLine,
    Officer,
    Person,
    SessionNote,
    Transcript,
    Utterance,
)
from queues.session_notes import lines_of, stands, text_of
from stt.note.draft import TITLES, NoteField

WAYS = {"phone": "전화 상담", "desk": "대면 상담", "video": "화상 상담"}
CONSENT = {
    "desk": "상담 창구에서 구두 동의",
    "recorder": "녹취 안내에 따른 동의",
    "ars": "자동응답(ARS) 동의",
    "form": "서면 동의",
    "review": "상담사 확인",
}
KINDS = {"task": "할 일", "appointment": "일정"}
_SOURCES = {"recognised": "자동 녹취", "delivered": "녹취기 제공 녹취"}
_MARKS = {LineFate.CHANGED: "수정", LineFate.ADDED: "추가"}
_WEEKDAYS = "월화수목금토일"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it says, where in the recording it was said ("02:13"), "수정" or "추가" where a person wrote it."""

    text: str
    places: str
    mark: str


@dataclass(frozen=True, slots=True)
class Block:
    """One field of the note with its lines."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """One accepted task or appointment."""

    kind: str
    who: str
    text: str
    when: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of it, as it is printed."""

    center: str
    number: int
    talk: int
    held: str
    way: str
    length: str
    person: str
    birth: str
    receipt_no: str
    program: str
    counselor: str
    team: str
    consent: str
    transcript: str
    why: str
    blocks: tuple[Block, ...]
    agreed: tuple[Agreed, ...]
    signed: str
    signed_day: str
    content: str
    hides: bool


def sheet(session: Session, note: SessionNote) -> Sheet:
    """Of a signed note. Whose talk it was is what the signature binds."""
    of = note.made["of"]
    talk = session.get_one(CounselingSession, note.session_id)
    person = session.get(Person, of["person"]) if of["person"] else None
    application = session.get(Application, of["application"]) if of["application"] else None
    counselor = session.get_one(Account, of["counselor"])
    officer = session.get(Officer, counselor.officer_id) if counselor.officer_id else None
    program = load_programs().get(application.program) if application else None
    held, signed = _local(datetime.fromisoformat(of["held_at"])), _local(note.signed_at or datetime.now(UTC))
    blocks = _blocks(session, note)
    return Sheet(
        center=load_letterhead().center,
        number=note.number,
        talk=talk.id,
        held=_day_and_time(held),
        way=WAYS.get(of["way"], of["way"]),
        length=_length(talk),
        person=person.name if person else "",
        birth=f"{person.birth_date:%Y. %-m. %-d.}" if person and person.birth_date else "",
        receipt_no=application.receipt_no if application else "",
        program=program.title if program else "",
        counselor=counselor.display_name or counselor.username,
        team=officer.team if officer else "",
        consent=_consent(talk),
        transcript=_transcript(session, note),
        why=crypto.open_(note.why_enc) if note.why_enc else "",
        blocks=blocks,
        agreed=tuple(_agreed(one) for one in note_signing.agreed(note)),
        signed=f"{_day_and_time(signed)}",
        signed_day=f"{signed.year}년 {signed.month}월 {signed.day}일",
        content=note.content_sha256,
        hides=any("[" in line.text and "]" in line.text for block in blocks for line in block.lines),
    )


def _blocks(session: Session, note: SessionNote) -> tuple[Block, ...]:
    standing = [line for line in lines_of(session, note.id) if stands(line)]
    places = _places(session, note, {number for line in standing for number in line.cites})
    return tuple(
        Block(TITLES[field], tuple(_line(line, places) for line in standing if line.field == field))
        for field in NoteField
        if any(line.field == field for line in standing)
    )


def _line(line: NoteLine, places: dict[int, str]) -> Line:
    where = dict.fromkeys(places[number] for number in line.cites if number in places)
    return Line(text_of(line), ", ".join(where), _MARKS.get(LineFate(line.fate), ""))


def _places(session: Session, note: SessionNote, numbers: set[int]) -> dict[int, str]:
    """Where in the recording utterances begin, by their numbers."""
    query = select(Utterance.number, Utterance.start_ms).where(
        Utterance.transcript_id == note.transcript_id, col(Utterance.number).in_(numbers)
    )
    return {number: _clock(start // 1000) for number, start in session.exec(query)}


def _agreed(one: dict[str, str]) -> Agreed:
    when = "날짜 미정"
    if one["on"]:
        day = datetime.fromisoformat(one["on"])
        when = f"{day:%Y. %-m. %-d.}({_WEEKDAYS[day.weekday()]}) {one['at']}".strip()
    return Agreed(KINDS.get(one["kind"], one["kind"]), WHO.get(one["who"], one["who"]), one["text"], when)


def _consent(talk: CounselingSession) -> str:
    how = CONSENT.get(talk.consent_how, "동의")
    return f"{how} ({_local(talk.consent_at):%Y. %-m. %-d.})" if talk.consent_at else how


def _transcript(session: Session, note: SessionNote) -> str:
    found = session.get(Transcript, note.transcript_id) if note.transcript_id else None
    return f"{_SOURCES[found.source]} 초안을 상담사가 확인" if found else "상담사 작성"


def _length(talk: CounselingSession) -> str:
    if talk.ended_at is None or talk.ended_at <= talk.held_at:
        return ""
    seconds = int((talk.ended_at - talk.held_at).total_seconds())
    return f"{seconds // 60}분 {seconds % 60}초" if seconds >= 60 else f"{seconds}초"


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return (f"{hours}:" if hours else "") + f"{rest // 60:02d}:{rest % 60:02d}"


def _day_and_time(at: datetime) -> str:
    return f"{at:%Y. %-m. %-d.}({_WEEKDAYS[at.weekday()]}) {at:%H:%M}"


def _local(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(settings().timezone))
