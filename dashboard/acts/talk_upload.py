"""A recording that a counselor hands in as a file: kept, and entered as a talk of theirs."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, select

from config.settings import settings
from dashboard.acts.decisions import Refused
from dashboard.acts.handing_in import clean_name
from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import note_access
from dashboard.acts.talk_sight import subject
from dashboard.parts.times import now, zone
from dashboard.visitor import Visitor
from queues import crypto, files, talks
from queues.models import Application, RecordingConsent

CONSENTS = {"desk": "말로 동의를 받음", "form": "동의서를 받음", "": "아직 확인하지 못함"}
WAYS = {"desk": "대면", "phone": "전화", "video": "화상"}
TRANSCRIPTS = ("vtt", "srt", "json")
MOST_TRANSCRIPT = 20 * 1024 * 1024
_SOUNDS = (b"RIFF", b"OggS", b"ID3", b"fLaC", b"\x1aE\xdf\xa3", b".snd", b"#!AMR", b"caff", b"FORM")


@dataclass(frozen=True)
class KeptFile:
    """A file that lies in the store. `ticket`: that this person brought it, provable later."""

    sha256: str
    size: int
    ticket: str


@dataclass(frozen=True)
class Handed:
    """What is said of a recording that is handed in.

    sound, transcript   (sha256, ticket) of what was kept; transcript None without one, else with its format
    consent   a key of `CONSENTS`; held_at: local time as "2026-11-23T14:05"
    """

    sound: tuple[str, str]
    name: str
    held_at: str
    way: str
    consent: str | None
    receipt_no: str = ""
    transcript: tuple[str, str] | None = None
    transcript_format: str = ""


def is_sound(head: bytes) -> bool:
    """Whether the first bytes may be those of audio; what it truly is, the processes that decode it find out."""
    return (
        head.startswith(_SOUNDS)
        or head[4:8] == b"ftyp"
        or (len(head) > 1 and head[0] == 0xFF and head[1] >= 0xE0)
    )


def keep_file(visitor: Visitor, path: Path, *, transcript: bool) -> KeptFile:
    """Put what came into the store. Raises `NotAllowed`, `Refused`, `StoreFull`."""
    require(visitor, Right.RECORD_TALKS)
    size = path.stat().st_size
    with path.open("rb") as source:
        head = source.read(64)
    if not size:
        raise Refused("빈 파일입니다.")
    if transcript and (size > MOST_TRANSCRIPT or b"\0" in head.replace(b"\0", b"", 1)[:16]):
        raise Refused("녹취 파일로 볼 수 없습니다. VTT, SRT, JSON 파일을 골라 주십시오.")
    if not transcript and not is_sound(head):
        raise Refused("녹음 파일로 볼 수 없습니다. WAV, MP3, M4A, OGG, WEBM 파일을 골라 주십시오.")
    sha256 = files.put(path)
    return KeptFile(sha256, size, _ticket(visitor, sha256))


def hand_in(session: Session, visitor: Visitor, handed: Handed) -> tuple[int, bool]:
    """Enter it as a talk of the visitor's; the talk's number, and whether the same file had come before.

    Raises `NotAllowed`, `Refused`.
    """
    require(visitor, Right.RECORD_TALKS)
    for given in filter(None, (handed.sound, handed.transcript)):
        if given[1] != _ticket(visitor, given[0]):
            raise Refused("올린 파일을 찾을 수 없습니다. 다시 올려 주십시오.")
    if handed.consent not in CONSENTS:
        raise Refused("녹음에 동의를 받았는지 표시해 주십시오.", "consent")
    if handed.way not in WAYS:
        raise Refused("상담 방법을 골라 주십시오.", "way")
    if handed.transcript is not None and handed.transcript_format not in TRANSCRIPTS:
        raise Refused("녹취는 VTT, SRT, JSON 파일만 됩니다.", "transcript")
    application = _case(session, handed.receipt_no)
    agreed = bool(handed.consent)
    received = talks.receive(
        session,
        talks.Arrived(
            source="upload",
            reference=uuid.uuid4().hex,
            sha256=handed.sound[0],
            size=files.size_of(handed.sound[0]),
            held_at=_held_at(handed.held_at),
            name=clean_name(handed.name, 1),
            way=handed.way,
            counselor_id=visitor.account_id,
            person_id=application.person_id if application else None,
            application_id=application.id if application else None,
            consent=(RecordingConsent.GIVEN if agreed else RecordingConsent.UNKNOWN).value,
            consent_how=handed.consent or "",
            consent_by=visitor.account_id if agreed else None,
            transcript_sha256=handed.transcript[0] if handed.transcript else "",
            transcript_format=handed.transcript_format if handed.transcript else "",
        ),
        visitor.actor,
    )
    note_access(session, visitor, subject(received.talk.id), "hand_in")
    return received.talk.id, received.again


def _ticket(visitor: Visitor, sha256: str) -> str:
    return crypto.blind_index("talk_upload", f"{visitor.account_id}:{sha256}").hex()


def _held_at(given: str) -> datetime:
    """Raises `Refused` for what is no time, or one to come."""
    try:
        at = datetime.fromisoformat(given).replace(tzinfo=zone())
    except ValueError:
        raise Refused("상담 일시를 적어 주십시오.", "held_at") from None
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", given) or at > now() + timedelta(minutes=5):
        raise Refused("상담 일시가 지금보다 뒤입니다. 다시 적어 주십시오.", "held_at")
    return at


def _case(session: Session, receipt_no: str) -> Application | None:
    wanted = receipt_no.strip().upper()
    if not wanted:
        return None
    found = session.exec(select(Application).where(Application.receipt_no == wanted)).first()
    if found is None:
        raise Refused(f"접수번호 {wanted}인 신청이 없습니다. 번호를 다시 확인해 주십시오.", "receipt_no")
    return found


def most_bytes() -> int:
    """A larger recording is not taken."""
    return settings().max_audio_bytes
