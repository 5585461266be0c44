"""What a browser recorded becomes one recording, whatever became of the browser."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bots.counseling.desk_recording import end_left_behind, join_pieces
from bots.counseling.link import link
from bots.sandbox.voices.espeak import Voice, speak
from queues import accounts, database, files, talk_pieces, talks
from queues.models import CounselingSession, Recording, Role, TalkPiece, WorkItem
from stt.audio.probe import probe
from tests.bots.counseling.talk_world import case, person
from tests.stt.sounds import write_wav


@pytest.fixture(scope="module")
def counselor(database_url: str) -> int:
    with database.session() as session:
        account = accounts.create(
            session, "counsel", "a long password 1", role=Role.COUNSELOR, display_name="최상담"
        )
        return account.id


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a browser's recorder makes: webm without length or index."""
    plain = tmp_path_factory.mktemp("desk") / "plain.wav"
    write_wav(plain, speak("안녕하십니까 고용센터 상담사입니다", Voice()).samples)
    asked = ["ffmpeg", "-v", "error", "-i", str(plain), "-c:a", "libopus", "-f", "webm", "-"]
    return subprocess.run(asked, capture_output=True, check=True).stdout


def recorded(counselor: int, *takes: bytes, pieces: int = 3) -> int:
    """A talk whose takes came in so many pieces each."""
    with database.session() as session:
        application = case(session, person(session))
        talk = talks.open_at_desk(
            session,
            counselor_id=counselor,
            person_id=application.person_id,
            application_id=application.id,
            held_at=datetime.now(UTC) - timedelta(minutes=5),
            actor="account:1",
        )
        for number, content in enumerate(takes):
            step = -(-len(content) // pieces)
            name = f"{talk.id:016x}{number:016x}"
            for n in range(pieces):
                part = content[n * step : (n + 1) * step]
                talk_pieces.keep(session, talk.id, name, n, files.put(part), len(part))
        return talk.id


def finish(talk_id: int) -> None:
    with database.session() as session:
        talk_pieces.finish(session, talk_id, datetime.now(UTC), "account:1")


def recording(session: Session, talk_id: int) -> Recording:
    return session.exec(select(Recording).where(Recording.session_id == talk_id)).one()


def test_pieces_are_one_recording_once(
    session: Session, counselor: int, stream: bytes, tmp_path: Path
) -> None:
    talk_id = recorded(counselor, stream)
    finish(talk_id)
    for _ in range(2):
        assert join_pieces(talk_id)
    found = recording(session, talk_id)
    assert (found.source, found.source_ref) == ("desk", f"talk:{talk_id}")
    (tmp_path / "stream").write_bytes(stream)
    with files.as_path(found.sha256) as path:
        one, before = probe(path, "a.webm"), probe(tmp_path / "stream", "a.webm")
    assert abs(one.duration - before.duration) < 0.05 and one.codec == "opus"
    query = select(WorkItem).where(WorkItem.bot == talks.LINK, WorkItem.reference == f"talk:{talk_id}")
    assert session.exec(query).one().payload == {"talk_id": talk_id}
    assert link(talk_id) == "ready", "who said at the desk whose talk it is, is not asked again"
    listen = select(WorkItem).where(WorkItem.bot == talks.LISTEN, WorkItem.reference == f"talk:{talk_id}")
    assert session.exec(listen).one().payload == {"talk_id": talk_id}


def test_takes_of_a_browser_that_came_back_follow_each_other(
    session: Session, counselor: int, stream: bytes, tmp_path: Path
) -> None:
    cut_off = stream[: len(stream) * 2 // 3]
    talk_id = recorded(counselor, cut_off, stream)
    finish(talk_id)
    assert join_pieces(talk_id)
    (tmp_path / "stream").write_bytes(stream)
    with files.as_path(recording(session, talk_id).sha256) as path:
        assert probe(path, "a.webm").duration > 1.4 * probe(tmp_path / "stream", "a.webm").duration


def test_what_cannot_be_joined_is_kept_as_it_came(session: Session, counselor: int) -> None:
    junk = b"\x1aE\xdf\xa3" + b"nothing that is sound" * 20
    talk_id = recorded(counselor, junk)
    finish(talk_id)
    assert join_pieces(talk_id)
    assert files.read(recording(session, talk_id).sha256) == junk


def test_nothing_is_opened_when_consent_was_taken_back(
    session: Session, counselor: int, stream: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk_id = recorded(counselor, stream)
    finish(talk_id)
    with database.session() as other:
        talks.withdraw_consent(other, talk_id, counselor, f"account:{counselor}")
    monkeypatch.setattr(files, "read", lambda _: pytest.fail("its pieces are not read"))
    assert not join_pieces(talk_id)
    assert session.exec(select(Recording).where(Recording.session_id == talk_id)).first() is None


def test_what_was_left_behind_ends_by_itself(session: Session, counselor: int, stream: bytes) -> None:
    left, empty = recorded(counselor, stream), recorded(counselor)
    last = session.exec(select(TalkPiece).where(TalkPiece.session_id == left)).all()[-1].at
    assert end_left_behind(last - timedelta(minutes=1)) == 0, "somebody may still come back"
    assert end_left_behind(datetime.now(UTC) + timedelta(seconds=1)) == 2
    assert session.get_one(CounselingSession, left).ended_at == last
    assert session.get_one(CounselingSession, empty).reason == "nothing_recorded"
    assert join_pieces(left)
