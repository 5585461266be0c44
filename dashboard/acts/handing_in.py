"""창구 접수: taking what a citizen hands over. Nothing is opened here but the first bytes of each file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlmodel import Session, col, select

from config.settings import settings
from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import note_access
from dashboard.visitor import Visitor
from queues import desk, files
from queues.desk import Entered, Handed
from queues.models import Account, Application

_LONGEST_NAME = 120
_LONGEST_REMARK = 500
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "한글(HWP)이나 옛 오피스 문서"),
    (b"HWP Document File", "한글(HWP) 문서"),
    (b"PK\x03\x04", "압축 파일이나 오피스 문서"),
    (b"GIF8", "GIF 그림"),
    (b"BM", "BMP 그림"),
)


class NotTaken(Exception):
    """What was handed in was not taken, none of it; the text says why."""


@dataclass(frozen=True)
class Upload:
    """One file as it came: the name that it was given, its bytes, the delivery that it is a part of."""

    name: str
    content: bytes
    part: int


def counters() -> list[str]:
    """The desks that one may choose from."""
    return list(settings().counters) or [settings().center_name]


def hand_in(
    session: Session,
    visitor: Visitor,
    uploads: Sequence[Upload],
    *,
    token: str,
    counter: str,
    receipt_no: str = "",
    remark: str = "",
) -> Entered:
    """Check everything, keep the bytes, enter. Raises `NotAllowed`, `NotTaken`, `StoreFull`."""
    require(visitor, Right.HAND_IN)
    if not re.fullmatch(r"[0-9a-f-]{16,64}", token):
        raise NotTaken("알아볼 수 없는 요청입니다. 화면을 다시 열어 주십시오.")
    if counter not in counters():
        raise NotTaken("없는 창구입니다. 화면을 다시 열어 주십시오.")
    number = _known(session, receipt_no)
    names = [clean_name(u.name, n) for n, u in enumerate(uploads, 1)]
    kinds = _checked(uploads, names)
    handed = [
        Handed(files.put(u.content), name, kind, len(u.content), u.part)
        for u, name, kind in zip(uploads, names, kinds, strict=True)
    ]
    account = session.get_one(Account, visitor.account_id)
    entered = desk.hand_in(
        session,
        token=token,
        account=account,
        source=f"desk:{counter}",
        files=handed,
        receipt_no=number,
        remark=remark.strip()[:_LONGEST_REMARK],
    )
    note_access(session, visitor, f"desk_entry:{entered.entry.id}", "hand_in")
    return entered


def clean_name(name: str, number: int) -> str:
    """A name to be shown and to be downloaded under: no folders, no signs that mean something to a system."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    plain = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    plain = re.sub(r'[<>:"|?*/]', "_", plain).strip(" .")
    if len(plain) > _LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        plain = (stem or ending)[: _LONGEST_NAME - 6] + (dot + ending[:5] if stem else "")
    return plain or f"파일{number}"


def media_of(head: bytes) -> str:
    """ "jpeg", "png", "heic", "tiff", "pdf", or "" for what cannot be read, by the first bytes alone."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "tiff"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return "heic"
    return "pdf" if b"%PDF-" in head[:1024] else ""


def _checked(uploads: Sequence[Upload], names: Sequence[str]) -> list[str]:
    most = settings()
    if not uploads:
        raise NotTaken("접수할 파일을 골라 주십시오.")
    if len(uploads) > most.counter_files:
        raise NotTaken(f"한 번에 {most.counter_files}개까지 접수할 수 있습니다. 나누어 접수해 주십시오.")
    kinds = []
    for upload, name in zip(uploads, names, strict=True):
        if not upload.content.strip(b"\0 \r\n\t"):
            raise NotTaken(f"‘{name}’은(는) 빈 파일입니다.")
        if len(upload.content) > most.counter_file_bytes:
            raise NotTaken(
                f"‘{name}’이(가) 너무 큽니다. 한 파일은 {most.counter_file_bytes // 2**20} MB까지 됩니다."
            )
        kind = media_of(upload.content[:1024])
        if not kind:
            raise NotTaken(_refusal(name, upload.content[:32]))
        kinds.append(kind)
    return kinds


def _refusal(name: str, head: bytes) -> str:
    what = next((w for start, w in _REFUSED if head.startswith(start)), "읽을 수 없는 형식의 파일")
    return (
        f"‘{name}’은(는) {what}입니다. 사진(JPG, PNG, HEIC), PDF, TIFF만 접수할 수 있습니다. "
        "PDF로 저장하거나 인쇄해 스캔한 뒤 접수해 주십시오. 나머지 파일도 아직 접수되지 않았습니다."
    )


def _known(session: Session, receipt_no: str) -> str:
    wanted = receipt_no.strip().upper()
    if not wanted:
        return ""
    query = select(Application.receipt_no).where(col(Application.receipt_no) == wanted)
    found = session.exec(query).first()
    if found is None:
        raise NotTaken(f"접수번호 {wanted}인 신청이 없습니다. 번호를 다시 확인해 주십시오.")
    return found
