"""Recording at the desk: nobody without consent, only one's own, each piece once and in its turn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from dashboard.acts import recording
from dashboard.acts.decisions import Refused
from dashboard.acts.recording import Consent, Waits
from dashboard.acts.rights import NotAllowed
from dashboard.parts.times import now
from dashboard.reads.unfinished_recordings import unfinished
from dashboard.visitor import Visitor
from queues import database, files, talk_pieces
from queues.accounts import find as find_account
from queues.models import AccessLog, AuditEvent, CounselingSession, WorkItem
from tests.conftest import environment
from tests.dashboard.filling import Filled, fill, people

HEAD = b"\x1aE\xdf\xa3" + b"a" * 60
TAKE, OTHER = "ab" * 16, "cd" * 16
SPOKEN = Consent("person", "desk")


@pytest.fixture(scope="module")
def filled(database_url: str) -> Filled:
    with database.session() as session:
        people(session)
        return fill(session)


def visitor(session: Session, name: str = "counsel") -> Visitor:
    account = find_account(session, name)
    assert account is not None
    return Visitor(account.id, name, account.display_name, account.role, "127.0.0.1", "s")


def begun(session: Session, receipt_no: str = "") -> CounselingSession:
    talk = recording.begin(session, visitor(session), SPOKEN, receipt_no=receipt_no)
    session.flush()
    return talk


def test_nobody_is_recorded_without_consent(session: Session, filled: Filled) -> None:
    for consent in (Consent("", ""), Consent("person", ""), Consent("nobody", "desk"), Consent("", "form")):
        with pytest.raises(Refused, match="동의"):
            recording.begin(session, visitor(session), consent)
    with pytest.raises(NotAllowed):
        recording.begin(session, visitor(session, "staff"), SPOKEN)
    with pytest.raises(Refused, match="신청이 없습니다"):
        recording.begin(session, visitor(session), SPOKEN, receipt_no="2026-UB-9999999")
    assert session.exec(select(CounselingSession)).all() == []


def test_what_was_agreed_to_is_noted(session: Session, filled: Filled) -> None:
    talk = begun(session, "2026-ub-0000001")
    assert (talk.consent, talk.consent_how, talk.state, talk.way) == ("given", "desk", "received", "desk")
    assert talk.counselor_id == talk.consent_by and talk.application_id and talk.person_id
    noted = session.exec(select(AuditEvent).where(AuditEvent.action == "talk.consent")).one()
    assert (noted.detail["who"], noted.detail["how"]) == ("person", "desk")
    assert (
        session.exec(select(AccessLog).where(AccessLog.action == "record")).one().subject == f"talk:{talk.id}"
    )
    (shown,) = unfinished(session, visitor(session).account_id)
    assert shown["receipt_no"] == "2026-UB-0000001" and "*" in shown["who"]
    session.rollback()


def test_pieces_come_once_and_in_their_turn(session: Session, filled: Filled) -> None:
    talk, who = begun(session), visitor(session)
    recording.keep_piece(session, who, talk.id, TAKE, 0, HEAD)
    recording.keep_piece(session, who, talk.id, TAKE, 0, HEAD)  # sent again: the answer was lost
    with pytest.raises(Waits) as waits:
        recording.keep_piece(session, who, talk.id, TAKE, 2, b"c")
    assert waits.value.expected == 1
    with pytest.raises(Refused, match="다른 화면"):
        recording.keep_piece(session, who, talk.id, TAKE, 0, HEAD + b"other")
    recording.keep_piece(session, who, talk.id, TAKE, 1, b"b")
    recording.keep_piece(session, who, talk.id, OTHER, 0, HEAD + b"2")
    session.flush()
    first, second = talk_pieces.takes(session, talk.id)
    assert (first.name, second.name) == (TAKE, OTHER)
    assert [files.read(f) for f in first.files] == [HEAD, b"b"] and first.size == len(HEAD) + 1
    session.rollback()


def test_only_sound_of_ones_own_and_not_without_end(session: Session, filled: Filled) -> None:
    talk, who = begun(session), visitor(session)
    refused = [
        (who, talk.id, TAKE, 0, b"<script>"),
        (who, talk.id, "../../etc", 0, HEAD),
        (who, talk.id, TAKE, 0, b""),
        (who, talk.id, TAKE, 0, HEAD + bytes(recording.LONGEST_PIECE)),
        (visitor(session, "admin"), talk.id, TAKE, 0, HEAD),
        (who, talk.id + 99, TAKE, 0, HEAD),
    ]
    for asked in refused:
        with pytest.raises(Refused):
            recording.keep_piece(session, *asked)
    with pytest.raises(NotAllowed):
        recording.keep_piece(session, visitor(session, "staff"), talk.id, TAKE, 0, HEAD)
    with environment(BACKOFFICE_MAX_AUDIO_BYTES="100"):
        recording.keep_piece(session, who, talk.id, TAKE, 0, HEAD)
        with pytest.raises(Refused, match="너무 커졌습니다"):
            recording.keep_piece(session, who, talk.id, TAKE, 1, HEAD)
    session.rollback()


def test_it_ends_once_and_nothing_comes_after(session: Session, filled: Filled) -> None:
    talk, who = begun(session), visitor(session)
    recording.keep_piece(session, who, talk.id, TAKE, 0, HEAD)
    for _ in range(2):
        recording.end(session, who, talk.id)
        session.flush()
    item = session.exec(select(WorkItem).where(WorkItem.bot == talk_pieces.JOIN)).one()
    assert item.payload == {"talk_id": talk.id} and unfinished(session, who.account_id) == []
    with pytest.raises(Refused, match="끝난"):
        recording.keep_piece(session, who, talk.id, TAKE, 1, b"b")
    empty = begun(session)
    recording.end(session, who, empty.id)
    assert (empty.state, empty.reason) == ("closed", "nothing_recorded")
    session.rollback()


def test_a_window_that_went_away_ends_at_its_last_piece(session: Session, filled: Filled) -> None:
    talk, who = begun(session), visitor(session)
    talk.held_at = now() - timedelta(hours=1)
    recording.keep_piece(session, who, talk.id, TAKE, 0, HEAD)
    session.flush()
    last = talk_pieces.last_at(session, talk.id)
    recording.end_left_behind(session, who, talk.id)
    assert talk.ended_at == last
    session.rollback()


def test_consent_taken_back_ends_it_for_good(session: Session, filled: Filled) -> None:
    talk, who = begun(session), visitor(session)
    recording.keep_piece(session, who, talk.id, TAKE, 0, HEAD)
    recording.take_consent_back(session, who, talk.id)
    session.flush()
    assert (talk.consent, talk.state) == ("withdrawn", "closed")
    with pytest.raises(Refused):
        recording.keep_piece(session, who, talk.id, TAKE, 1, b"b")
    recording.end(session, who, talk.id)
    assert session.exec(select(WorkItem).where(WorkItem.bot == talk_pieces.JOIN)).all() == []
    session.rollback()
