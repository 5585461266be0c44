"""What is uploaded at the desk is checked by its bytes, as a whole, and by right."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from dashboard.acts.handing_in import NotTaken, Upload, clean_name, hand_in, media_of
from dashboard.acts.originals import original_of
from dashboard.acts.rights import NotAllowed
from dashboard.acts.seeing import ReasonMissing, reveal
from dashboard.door.confirmation import confirmation_page
from dashboard.reads.handed_in import handed_in
from dashboard.visitor import Visitor
from queues import database
from queues.accounts import find as find_account
from queues.models import AccessLog, Delivery, DeskEntry
from tests.conftest import environment
from tests.dashboard.filling import Filled, fill, people

JPEG = b"\xff\xd8\xff\xe0" + b"j" * 200
PDF = b"%PDF-1.7\n" + b"p" * 200
TOKEN = "0123456789abcdef0123456789abcdef"
PLACE = "고용센터"


@pytest.fixture(scope="module")
def filled(database_url: str) -> Filled:
    with database.session() as session:
        people(session)
        return fill(session)


def visitor(session: Session, name: str) -> Visitor:
    account = find_account(session, name)
    assert account is not None
    return Visitor(account.id, name, account.display_name, account.role, "127.0.0.1", "s")


def take(session: Session, *uploads: Upload, by: str = "staff", token: str = TOKEN, **more: str) -> DeskEntry:
    return hand_in(session, visitor(session, by), uploads, token=token, counter=PLACE, **more).entry


@given(st.text(max_size=300))
def test_a_name_can_do_no_harm(name: str) -> None:
    clean = clean_name(name, 3)
    assert clean and len(clean) <= 121 and not set(clean) & set('/\\<>:"|?*\0\r\n')
    assert clean.strip(" .") == clean
    assert all(unicodedata.category(c)[0] != "C" for c in clean)


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\kim\\통장 사본.jpg", "통장 사본.jpg"),
        ("사진\u202egpj.exe", "사진gpj.exe"),
        ("", "파일3"),
        ("...", "파일3"),
    ],
)
def test_folders_and_tricks_go_from_names(given_name: str, shown: str) -> None:
    assert clean_name(given_name, 3) == shown


def test_the_bytes_say_what_it_is() -> None:
    assert media_of(JPEG) == "jpeg" and media_of(PDF) == "pdf"
    assert media_of(b"\x89PNG\r\n\x1a\n") == "png"
    assert media_of(b"\0\0\0\x18ftypheic") == "heic"
    assert media_of(b"II*\0") == media_of(b"MM\0*") == "tiff"
    for other in (b"PK\3\4", b"MZ\x90", b"<html>", b"<svg", b"GIF89a", b"\0\0\0\x18ftypisom", b""):
        assert media_of(other) == "", other


@pytest.mark.parametrize(
    ("upload", "says"),
    [
        (Upload("신청서.jpg", b"PK\3\4" + b"x" * 50, 2), "압축 파일"),
        (Upload("신청서.hwp", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 50, 2), "HWP"),
        (Upload("그림.png", b"<script>alert(1)</script>", 2), "읽을 수 없는 형식"),
        (Upload("빈.pdf", b"\0" * 40, 2), "빈 파일"),
        (Upload("큰.jpg", JPEG + b"x" * 2000, 2), "너무 큽니다"),
    ],
)
def test_one_bad_file_and_nothing_is_taken(
    session: Session, filled: Filled, upload: Upload, says: str
) -> None:
    with environment(BACKOFFICE_COUNTER_FILE_BYTES="1500"), pytest.raises(NotTaken, match=says):
        take(session, Upload("앞.jpg", JPEG, 1), upload)
    assert session.exec(select(DeskEntry)).all() == []


def test_too_many_unknown_cases_and_places_are_refused(session: Session, filled: Filled) -> None:
    with environment(BACKOFFICE_COUNTER_FILES="2"), pytest.raises(NotTaken, match="2개까지"):
        take(session, *[Upload(f"{n}.jpg", JPEG, n) for n in range(3)])
    with pytest.raises(NotTaken, match="신청이 없습니다"):
        take(session, Upload("앞.jpg", JPEG, 1), receipt_no="2026-UB-9999999")
    with pytest.raises(NotTaken, match="창구"):
        hand_in(session, visitor(session, "staff"), [Upload("a", JPEG, 1)], token=TOKEN, counter="어딘가")
    with pytest.raises(NotTaken):
        take(session, Upload("앞.jpg", JPEG, 1), token="'; drop table")
    with pytest.raises(NotTaken, match="골라"):
        take(session)


def test_handed_in_noted_and_confirmed(session: Session, filled: Filled) -> None:
    entry = take(
        session, Upload("앞<b>.jpg", JPEG, 1), Upload("계약서.pdf", PDF, 2), receipt_no="2026-ub-0000001"
    )
    session.flush()
    found = handed_in(session, entry.id)
    assert found is not None and entry.receipt_no == "2026-UB-0000001"
    assert [d.source for d in found.deliveries] == ["desk:고용센터"] * 2
    assert found.pages is None, "nobody has looked into the PDF yet"
    noted = session.exec(select(AccessLog).where(AccessLog.subject == f"desk_entry:{entry.id}")).one()
    assert (noted.account_name, noted.action) == ("staff", "hand_in")
    page = confirmation_page(found)
    for word in (f"D-{entry.id:07}", "이담당", "2026-UB-0000001", "파일 2개"):
        assert word in page, word
    assert "앞" not in page, "names of files may name people"
    for delivery in found.deliveries:
        delivery.page_count = 3
    assert "모두 6쪽" in confirmation_page(found)
    session.rollback()


def test_originals_only_by_right_and_reason(session: Session, filled: Filled) -> None:
    entry = take(session, Upload("신청서.exe", JPEG, 1))
    session.flush()
    found = handed_in(session, entry.id)
    assert found is not None
    (delivery,) = found.deliveries
    delivery.media = "jpeg"
    with pytest.raises(NotAllowed):
        original_of(session, visitor(session, "counsel"), delivery.id)
    staff = visitor(session, "staff")
    with pytest.raises(ReasonMissing):
        original_of(session, staff, delivery.id)
    reveal(session, staff, delivery.id, "민원인 문의 응대")
    session.flush()
    original = original_of(session, staff, delivery.id)
    assert original is not None and original.name == f"배달{delivery.id}-신청서.jpg"
    session.flush()
    logged = session.exec(select(AccessLog).where(AccessLog.action == "download")).one()
    assert (logged.subject, logged.reason) == (f"delivery:{delivery.id}", "민원인 문의 응대")
    assert original_of(session, staff, 10**9) is None
    assert session.get(Delivery, delivery.id) is not None
    session.rollback()
