"""The calls of the screen of a talk, as a browser could make them: who sees what, and what a decision brings back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from dashboard.acts.talk_calls import CALLS
from dashboard.door.desk import carry_out
from dashboard.parts import talk_words
from dashboard.reads import talk_list
from dashboard.visitor import Visitor
from queues import database
from queues.accounts import find
from queues.models import (
    AccessLog,
    Application,
    NoteLine,
    SessionNote,
    TalkState,
    Utterance,
)
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


def ask(name: str, call: str, **body: Any) -> tuple[int, dict[str, Any]]:
    return carry_out(CALLS[call], visitor(name), body)


def fresh(filled: filling.Filled, name: str) -> int:
    """A talk of its own with a draft, for a test that changes it."""
    with database.session() as session:
        own = find(session, "counsel")
        case = session.get(Application, filled.application_id)
        talk = filling.talk(session, own, case, name, TalkState.DRAFTED, hours=5)
        filling.transcribed(session, talk)
        filling.proposed(session, talk)
        return talk.id


def test_the_counselor_sees_every_word_and_others_none_that_is_personal(filled: filling.Filled) -> None:
    number = filled.talks["drafted"]
    status, own = ask("counsel", "open", talk=number)
    assert status == 200 and filling.RESIDENT in json.dumps(own, ensure_ascii=False)
    assert own["all"]["audio"]["src"].startswith(f"/talk/{number}/sound/")
    assert own["all"]["note"]["left"] == 10 and own["all"]["talk"]["may_edit"]
    for name in ("colleague", "super", "admin"):
        status, seen = ask(name, "open", talk=number)
        told = json.dumps(seen, ensure_ascii=False)
        assert status == 200 and "[주민등록번호]" in told, name
        assert "1234567" not in told and "김서연" not in told and seen["all"]["audio"]["src"] == "", name
        assert seen["all"]["note"] is None and not any(u["words"] for u in seen["all"]["said"]), name
    status, officer = ask("staff", "open", talk=number)
    assert status == 200 and officer["all"]["said"] == [] and officer["all"]["note"] is None


def test_a_signed_note_is_read_by_officers_without_how_it_came_about(filled: filling.Filled) -> None:
    _, seen = ask("staff", "open", talk=filled.talks["signed"])
    note = seen["all"]["note"]
    lines = [line for f in note["fields"] for line in f["lines"]]
    assert note["state"] == "signed" and note["edited"] is None and len(lines) == 9
    assert all(not line["proposed"] and not line["flags"] and line["label"] is None for line in lines)
    _, own = ask("counsel", "open", talk=filled.talks["signed"])
    assert own["all"]["note"]["edited"] > 0
    assert len([line for f in own["all"]["note"]["fields"] for line in f["lines"]]) == 10


def test_a_supervisor_says_why_and_it_is_noted(filled: filling.Filled, session: Session) -> None:
    number = fresh(filled, "why")
    assert ask("super", "reveal", talk=number, reason="")[0] == 422
    status, seen = ask("super", "reveal", talk=number, reason="감사·점검")
    assert status == 200 and filling.RESIDENT in json.dumps(seen, ensure_ascii=False)
    assert not seen["all"]["talk"]["may_edit"]
    noted = session.exec(select(AccessLog).where(AccessLog.subject == f"talk:{number}")).all()
    assert [(a.account_name, a.action, a.reason) for a in noted if a.action == "unmask"] == [
        ("super", "unmask", "감사·점검")
    ]
    assert any(a.action == "view_whole" for a in noted)
    for name in ("colleague", "admin", "staff"):
        assert ask(name, "reveal", talk=number, reason="감사·점검")[0] in (403, 422), name


def test_nobody_else_decides_anything(filled: filling.Filled) -> None:
    number = filled.talks["drafted"]
    with database.session() as session:
        note = session.exec(select(SessionNote).where(SessionNote.session_id == number)).one()
        line = session.exec(select(NoteLine).where(NoteLine.note_id == note.id)).first()
        said = session.exec(select(Utterance).order_by(col(Utterance.id))).first()
        assert line is not None and said is not None
        bodies: dict[str, dict[str, Any]] = {
            "line": {"do": "accept", "line": line.id, "version": line.version},
            "add-line": {"note": note.id, "field": "agreed", "text": "덧붙임"},
            "plain": {"note": note.id, "version": note.version},
            "add-follow-up": {"note": note.id, "kind": "task", "who": "counselor", "text": "할 일"},
            "correct": {"utterance": said.id, "version": said.version, "text": "다른 말"},
            "speaker": {"utterance": said.id, "version": said.version, "speaker": "person"},
            "voice": {"talk": number, "version": 1, "voice": "0", "speaker": "person"},
            "sign": {"note": note.id, "version": note.version},
            "reopen": {"talk": number, "reason": "까닭입니다"},
            "discard": {"note": note.id, "version": note.version},
            "anew": {"note": note.id, "version": note.version},
            "report": {"note": note.id},
            "withdraw": {"talk": number, "reason": "까닭입니다"},
        }
    assert set(bodies) | {"open", "look", "reveal", "beeped", "follow-up"} == set(CALLS)
    for name in ("colleague", "super", "staff", "admin"):
        for call, body in bodies.items():
            assert ask(name, call, **body)[0] in (403, 422), (name, call)
    with database.session() as session:
        again = session.get_one(SessionNote, note.id)
        assert (again.version, again.state) == (note.version, "draft")


def test_lines_are_decided_and_the_note_signed_as_it_was_seen(filled: filling.Filled) -> None:
    number = fresh(filled, "sign")
    _, opened = ask("counsel", "open", talk=number)
    note = opened["all"]["note"]
    assert note["hinders"] and note["plain"] == 8 and note["doubtful"] == 2
    assert ask("counsel", "plain", note=note["id"], version=note["v"] - 1)[0] == 409, (
        "lines that were not seen"
    )
    status, after = ask("counsel", "plain", note=note["id"], version=note["v"])
    assert status == 200 and after["around"]["note"]["left"] == 2
    doubtful = [
        line for f in after["around"]["note"]["fields"] for line in f["lines"] if line["fate"] == "proposed"
    ]
    assert all(line["flags"] for line in doubtful), "what is doubtful is decided singly"
    first, second = doubtful
    body = {
        "do": "change",
        "line": first["id"],
        "version": first["v"],
        "text": "면접 12월 3일 오후 2시. 야간은 못 함.",
    }
    assert ask("counsel", "line", **body)[0] == 200
    assert ask("counsel", "line", **(body | {"text": "다른 글"}))[0] == 409, "it was decided about meanwhile"
    _, after = ask("counsel", "line", do="strike", line=second["id"], version=second["v"])
    shown = after["around"]["note"]
    assert shown["left"] == 0 and shown["hinders"] == [] and shown["edited"] > 0
    assert ask("counsel", "sign", note=shown["id"], version=shown["v"] - 1)[0] == 409
    status, signed = ask("counsel", "sign", note=shown["id"], version=shown["v"])
    assert status == 200 and signed["around"]["note"]["state"] == "signed"
    assert signed["around"]["talk"]["code"] == "signed"
    assert ask("counsel", "line", do="back", line=first["id"], version=first["v"] + 1)[0] in (409, 422)
    status, again = ask("counsel", "reopen", talk=number, reason="면접 시각이 틀림")
    assert status == 200 and again["around"]["note"]["number"] == 2
    assert [v["number"] for v in again["around"]["versions"]] == [2, 1]


def test_a_follow_up_is_taken_up_with_another_day(filled: filling.Filled) -> None:
    number = fresh(filled, "follow")
    _, opened = ask("counsel", "open", talk=number)
    loose = next(t for t in opened["all"]["note"]["to_do"] if t["flags"])
    body = {"id": loose["id"], "version": loose["v"], "text": "이력서 받기"}
    assert ask("counsel", "follow-up", do="accept", on="13월 4일", **body)[0] == 422
    status, after = ask("counsel", "follow-up", do="accept", on="2099-12-04", **body)
    assert status == 200
    taken = next(t for t in after["around"]["note"]["to_do"] if t["id"] == loose["id"])
    assert (taken["on"], taken["text"], taken["state"]) == ("2099-12-04", "이력서 받기", "accepted")


def test_what_was_put_right_is_shown_to_its_counselor_and_hidden_from_others_until_redacted(
    filled: filling.Filled,
) -> None:
    number = fresh(filled, "right")
    _, opened = ask("counsel", "open", talk=number)
    said = opened["all"]["said"][5]
    status, after = ask(
        "counsel", "correct", utterance=said["id"], version=said["v"], text="12월 4일 오후 두 시요."
    )
    assert status == 200 and [u["n"] for u in after["said"]] == [6]
    assert after["said"][0]["text"] == "12월 4일 오후 두 시요." and after["said"][0]["heard"] == said["text"]
    _, seen = ask("super", "open", talk=number)
    assert "12월 4일" not in json.dumps(seen, ensure_ascii=False)


def test_one_click_says_whose_a_voice_is(filled: filling.Filled) -> None:
    number = filled.talks["mono"]
    _, opened = ask("counsel", "open", talk=number)
    voices = opened["all"]["voices"]
    assert [v["voice"] for v in voices] == ["voice1", "voice2"]
    version = opened["all"]["talk"]["v"]
    status, after = ask("counsel", "voice", talk=number, version=version, voice="voice1", speaker="counselor")
    assert status == 200
    assert {u["speaker"] for u in after["all"]["said"] if u["voice"] == "voice1"} == {"counselor"}


def test_withdrawn_consent_shuts_it_for_everybody(filled: filling.Filled) -> None:
    number = fresh(filled, "withdrawn")
    status, after = ask("counsel", "withdraw", talk=number, reason="구직자가 전화로 요청")
    assert status == 200
    told = json.dumps(after, ensure_ascii=False)
    assert after["all"]["said"] == [] and after["all"]["note"] is None and after["all"]["audio"]["src"] == ""
    assert "이력서" not in told


def test_the_list_counts_and_finds(filled: filling.Filled, session: Session) -> None:
    own = visitor("counsel").account_id
    counted = talk_list.counts(session, talk_list.Wanted(counselor=own))
    assert counted["working"] == 3 and counted["stuck"] == 1 and counted["closed"] >= 1
    listed = talk_list.page_of(session, talk_list.Wanted(state="drafted"))
    row = next(r for r in listed.rows if r.talk.id == filled.talks["drafted"])
    assert (row.lines, row.left, row.doubtful, row.receipt_no) == (10, 10, 2, "2026-UB-0700001")
    for words in ("2026-ub-0700001", "김서연", "김 서연"):
        assert talk_list.page_of(session, talk_list.Wanted(words=words)).rows, words
    assert not talk_list.page_of(session, talk_list.Wanted(words="김")).rows
    first = talk_list.page_of(session, talk_list.Wanted(), size=3)
    assert first.after is not None
    following = talk_list.page_of(session, talk_list.Wanted(), first.after, size=3)
    assert not {r.talk.id for r in first.rows} & {r.talk.id for r in following.rows}


def test_there_is_a_word_for_every_flag_of_stt() -> None:
    """Whatever flag a module of `stt` names as a constant or gives to a line has its word on the screen."""
    named = re.compile(r'flags(?:\.append\(|=\(|, \()"([a-z_]+)"|^[A-Z_]+ = "([a-z_]+)"$', re.MULTILINE)
    sources = [*Path("stt/note").glob("*.py"), Path("stt/guards.py"), Path("stt/transcribe.py")]
    found = {a or b for path in sources for a, b in named.findall(path.read_text("utf-8"))}
    assert "low_confidence" in found and len(found) > 8
    assert not {f for f in found if talk_words.flag(f) == f}, "dashboard/parts/talk_words.py lacks them"
