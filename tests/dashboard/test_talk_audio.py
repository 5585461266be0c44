"""The sound of a talk: whom it is played to, and the stretch that a player asks for."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select
from starlette.requests import Request

from dashboard.acts.talk_upload import is_sound
from dashboard.door import talk_upload
from dashboard.door.desk import carry_out
from dashboard.door.talk_audio import beeped, media_of, range_of, sound
from dashboard.visitor import Visitor
from queues import database, files
from queues.accounts import find
from queues.models import AccessLog, CounselingSession, Recording, Transcript, WorkItem
from tests.conftest import environment
from tests.dashboard import counseling_filling as filling
from tests.dashboard.filling import people


@pytest.fixture(scope="module")
def filled(database_url: str) -> filling.Filled:
    with database.session() as session:
        people(session)
        session.flush()
        own = find(session, "counsel")
        assert own is not None
        filling.colleague(session)
        return filling.every_state(session, own)


def visitor(name: str) -> Visitor:
    with database.session() as session:
        account = find(session, name)
        assert account is not None
        return Visitor(account.id, name, account.display_name, account.role, "127.0.0.1", "s")


Answer = tuple[int, dict[str, str], bytes]


def fetched(endpoint: Any, name: str, *, body: bytes = b"", asked: str = "", **path: Any) -> Answer:
    """What an endpoint answers somebody, read to its end."""

    async def call() -> Answer:
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"range", asked.encode())] if asked else []
        scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "query_string": b""}
        scope |= {"path_params": path, "state": {"visitor": visitor(name)}}
        response = await endpoint(Request(scope, receive))
        await response({**scope, "asgi": {"spec_version": "2.4"}}, receive, send)
        told = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        return sent[0]["status"], told, b"".join(m.get("body", b"") for m in sent[1:])

    return asyncio.run(call())


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_range_lies_within_the_file(size: int, first: int, more: int) -> None:
    for asked in (f"bytes={first}-", f"bytes={first}-{first + more}", f"bytes=-{more}"):
        found = range_of(asked, size)
        assert found is None or 0 <= found[0] < found[1] <= size
    assert range_of(f"bytes={first}-", size) == ((first, size) if first < size else None)


SENSELESS = ("bytes=-", "bytes=9-3", "bytes=0-1,5-6", "items=0-1", "bytes=a-", "bytes=" + "9" * 80, "")


@pytest.mark.parametrize("asked", SENSELESS)
def test_a_senseless_range_is_none(asked: str) -> None:
    assert range_of(asked, 1000) is None


def test_the_bytes_say_what_it_is_and_nothing_is_ever_a_page() -> None:
    assert media_of(filling.sound(1)[:16]) == "audio/wav"
    assert media_of(b"\x1aE\xdf\xa3rest") == "audio/webm" and media_of(b"ID3\4") == "audio/mpeg"
    for other in (b"<html><script>", b"%PDF-1.7", b"", b"<svg"):
        assert media_of(other) == "application/octet-stream" and not is_sound(other)


def test_the_counselor_hears_any_stretch_and_it_is_noted_once(
    filled: filling.Filled, session: Session
) -> None:
    number = filled.talks["drafted"]
    recording = session.exec(select(Recording).where(Recording.session_id == number)).one()
    whole = files.read(recording.sha256)
    at: dict[str, Any] = {"talk": number, "recording": recording.id}
    status, told, body = fetched(sound, "counsel", **at)
    assert (status, body, told["content-type"]) == (200, whole, "audio/wav")
    status, told, body = fetched(sound, "counsel", asked="bytes=1048570-1048599", **at)
    assert (status, body) == (206, whole[1048570:1048600])
    assert told["content-range"] == f"bytes 1048570-1048599/{len(whole)}"
    assert fetched(sound, "counsel", asked=f"bytes={len(whole)}-", **at)[0] == 416
    noted = session.exec(
        select(AccessLog).where(AccessLog.subject == f"talk:{number}", AccessLog.action == "listen")
    )
    assert len(noted.all()) == 1


def test_nobody_else_hears_it_and_nobody_hears_what_was_not_agreed_to(
    filled: filling.Filled, session: Session
) -> None:
    for state in ("drafted", "signed"):
        number = filled.talks[state]
        recording = session.exec(select(Recording).where(Recording.session_id == number)).one()
        for name in ("colleague", "super", "admin", "staff"):
            assert fetched(sound, name, talk=number, recording=recording.id)[0] == 403, name
    for state in ("refused", "unlinked"):
        number = filled.talks[state]
        recording = session.exec(select(Recording).where(Recording.session_id == number)).one()
        assert fetched(sound, "counsel", talk=number, recording=recording.id)[0] == 403, state
    other = session.exec(select(Recording).where(Recording.session_id == filled.talks["mono"])).one()
    assert fetched(sound, "counsel", talk=filled.talks["refused"], recording=other.id)[0] == 404


def test_others_hear_the_beeped_one_once_it_is_made(filled: filling.Filled) -> None:
    number = filled.talks["signed"]
    with database.session() as session:
        transcript = session.exec(select(Transcript).where(Transcript.session_id == number)).one()
        of = transcript.id
    assert fetched(beeped, "super", talk=number, transcript=of)[0] == 404
    with database.session() as session:
        session.get_one(Transcript, of).beeped_sha256 = files.put(b"RIFF....WAVE" + b"beep" * 9)
    status, _, body = fetched(beeped, "super", talk=number, transcript=of)
    assert status == 200 and body.endswith(b"beep")
    assert fetched(beeped, "staff", talk=number, transcript=of)[0] == 403


def hand_in(who: str, **more: Any) -> tuple[int, dict[str, Any]]:
    return carry_out(talk_upload.enter, visitor(who), more)


def put(name: str, content: bytes, what: str = "sound") -> tuple[int, dict[str, Any]]:
    status, _, body = fetched(talk_upload.take_file, name, body=content, what=what)
    return status, json.loads(body)


def test_a_recording_is_handed_in_once_with_its_consent(filled: filling.Filled, session: Session) -> None:
    content = filling.sound(1) + b"by hand"
    status, kept = put("counsel", content)
    assert status == 200 and kept["size"] == len(content)
    body = {
        "sound": kept["sha256"],
        "ticket": kept["ticket"],
        "name": "../상담<1>.wav",
        "held_at": "2026-11-20T14:05",
        "way": "desk",
        "receipt_no": "2026-ub-0700001",
    }
    assert hand_in("counsel", **body)[0] == 422, "nothing is said of the consent"
    assert hand_in("counsel", **body, consent="desk")[0] == 200
    status, again = hand_in("counsel", **body, consent="desk")
    assert status == 200 and again["again"]
    talk = session.get_one(CounselingSession, again["talk"])
    assert (talk.consent, talk.consent_how, talk.way) == ("given", "desk", "desk")
    assert talk.application_id == filled.application_id and talk.person_id == filled.person_id
    waiting = session.exec(select(WorkItem).where(WorkItem.reference == f"talk:{talk.id}")).all()
    assert [w.bot for w in waiting] == ["counseling.link"]


def test_nobody_enters_a_file_that_somebody_else_brought(filled: filling.Filled) -> None:
    _, kept = put("counsel", filling.sound(1) + b"of counsel")
    body = {
        "sound": kept["sha256"],
        "ticket": kept["ticket"],
        "held_at": "2026-11-20T14:05",
        "way": "desk",
        "consent": "",
    }
    assert hand_in("colleague", **body)[0] == 422
    assert hand_in("counsel", **(body | {"held_at": "2099-01-01T10:00"}))[0] == 422
    assert hand_in("counsel", **(body | {"receipt_no": "2026-UB-9999999"}))[0] == 422
    assert put("staff", filling.sound(1))[0] == 403


def test_what_is_no_sound_or_too_much_is_not_kept(filled: filling.Filled) -> None:
    assert put("counsel", b"")[0] == 422
    assert put("counsel", b"<html>no sound</html>")[0] == 422
    with environment(BACKOFFICE_MAX_AUDIO_BYTES="1000"):
        assert put("counsel", filling.sound(1))[0] == 413
    assert put("counsel", b"WEBVTT\n\n00:00.000 --> 00:01.000\nhello", "transcript")[0] == 200
