"""상담 녹음: a talk is recorded in its counselor's browser. Begun only where somebody agreed; pieces come as it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, select

from config.settings import settings
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import note_access
from dashboard.parts.times import now
from dashboard.visitor import Visitor
from queues import audit, files, talk_pieces, talks
from queues.models import Application, CounselingSession
from queues.talk_pieces import PieceRefused

WHO = {"person": "구직자 본인", "guardian": "법정대리인"}
HOW = {"desk": "말로 동의함", "form": "동의서를 받음"}
WAYS = {"desk": "대면", "phone": "전화", "video": "화상"}
LONGEST_PIECE = 4 * 1024 * 1024
_TAKE = re.compile(r"[0-9a-f]{32}")
_HEADS = (b"\x1aE\xdf\xa3", b"OggS")
_OTHER = "이 녹음은 다른 화면에서 이어지고 있습니다. 이 화면을 다시 열어 주십시오."
_ENDED = "이미 끝난 녹음입니다."


@dataclass(frozen=True)
class Consent:
    """Who agreed to being recorded (a key of `WHO`), and how (a key of `HOW`)."""

    who: str
    how: str


class Waits(Refused):
    """A piece came before its turn: `expected` is the number that is waited for."""

    def __init__(self, expected: int) -> None:
        super().__init__("앞 조각이 아직 도착하지 않았습니다.")
        self.expected = expected


def begin(
    session: Session, visitor: Visitor, consent: Consent, *, way: str = "desk", receipt_no: str = ""
) -> CounselingSession:
    """Open a talk that is about to be recorded. Raises `NotAllowed`, `Refused` (nobody agreed, no such case)."""
    require(visitor, Right.RECORD_TALKS)
    if consent.who not in WHO or consent.how not in HOW:
        raise Refused("누가 어떻게 녹음에 동의했는지 먼저 표시해 주십시오.", "consent")
    if way not in WAYS:
        raise Refused("상담 방법을 골라 주십시오.", "way")
    application = _case(session, receipt_no)
    talk = talks.open_at_desk(
        session,
        counselor_id=visitor.account_id,
        person_id=application.person_id if application else None,
        application_id=application.id if application else None,
        consent_how=consent.how,
        consent_by=visitor.account_id,
        way=way,
        held_at=now(),
        actor=visitor.actor,
    )
    audit.record(
        session,
        visitor.actor,
        "talk.consent",
        "talk",
        talk.id,
        consent="given",
        how=consent.how,
        who=consent.who,
    )
    note_access(session, visitor, f"talk:{talk.id}", "record")
    return talk


def keep_piece(
    session: Session, visitor: Visitor, talk_id: int, take: str, number: int, content: bytes
) -> None:
    """Keep what the browser recorded within the last seconds. Raises `NotAllowed`, `Refused`, `Waits`, `StoreFull`."""
    own(session, visitor, talk_id)
    if not _TAKE.fullmatch(take) or not content or len(content) > LONGEST_PIECE:
        raise Refused("알아볼 수 없는 녹음 조각입니다.")
    if number == 0 and not (content.startswith(_HEADS) or content[4:8] == b"ftyp"):
        raise Refused("이 브라우저가 만든 녹음을 알아볼 수 없습니다. Chrome이나 Edge에서 녹음해 주십시오.")
    if talk_pieces.size_of(session, talk_id) + len(content) > settings().max_audio_bytes:
        raise Refused("녹음이 너무 커졌습니다. 끝내고 새로 시작해 주십시오.")
    try:
        talk_pieces.keep(session, talk_id, take, number, files.put(content), len(content))
    except PieceRefused as refused:
        if refused.code == "gap":
            raise Waits(refused.expected) from None
        raise Refused(_ENDED if refused.code == "ended" else _OTHER) from None


def end(session: Session, visitor: Visitor, talk_id: int) -> None:
    """The talk is over: what was recorded becomes a recording. Raises `NotAllowed`, `Refused`."""
    own(session, visitor, talk_id)
    talk_pieces.finish(session, talk_id, now(), visitor.actor)


def end_left_behind(session: Session, visitor: Visitor, talk_id: int) -> None:
    """End a recording whose browser went away, at the time of its last piece. Raises `NotAllowed`, `Refused`."""
    talk = own(session, visitor, talk_id)
    last = talk_pieces.last_at(session, talk_id)
    talk_pieces.finish(session, talk_id, max(last or now(), talk.held_at), visitor.actor)


def take_consent_back(session: Session, visitor: Visitor, talk_id: int) -> None:
    """The person does not want to be recorded any more: it ends, and nobody ever hears what there is."""
    own(session, visitor, talk_id)
    talks.withdraw_consent(session, talk_id, visitor.account_id, visitor.actor)


def own(session: Session, visitor: Visitor, talk_id: int) -> CounselingSession:
    """The visitor's own talk. Raises `NotAllowed`, or `Refused` where it is somebody else's, or none."""
    require(visitor, Right.RECORD_TALKS)
    talk = session.get(CounselingSession, talk_id)
    if talk is None or talk.counselor_id != visitor.account_id:
        raise Refused("내 녹음이 아닙니다.")
    return talk


def longest() -> timedelta:
    """A recording is ended by itself after so long."""
    return timedelta(seconds=settings().max_talk_seconds - 60)


def _case(session: Session, receipt_no: str) -> Application | None:
    wanted = receipt_no.strip().upper()
    if not wanted:
        return None
    found = session.exec(select(Application).where(Application.receipt_no == wanted)).first()
    if found is None:
        raise Refused(f"접수번호 {wanted}인 신청이 없습니다. 번호를 다시 확인해 주십시오.", "case")
    return found
