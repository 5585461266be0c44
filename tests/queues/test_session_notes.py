"""A note is edited line by line by its counselor alone, signed as it was seen, and frozen then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from queues import crypto, database, follow_ups, note_lines, note_signing, session_notes
from queues.errors import NotYours, StaleDecision
from queues.models import AuditEvent, LineFate, NoteLine, NoteState, SessionNote, TalkState, WorkItem
from queues.note_edits import edited_of
from queues.note_identifiers import shows_identifier
from queues.session_notes import NotEditable, lines_of, proposed_of, text_of
from tests.queues.talk_world import World, counselor, drafted, talk


def _line(session: Session, world: World, field: str) -> NoteLine:
    return next(line for line in lines_of(session, world.note.id) if line.field == field)


def _decide_all(session: Session, world: World, note: SessionNote | None = None) -> SessionNote:
    note = note or world.note
    note_lines.accept_plain(session, note.id, world.counselor)
    for line in lines_of(session, note.id):
        if line.fate == LineFate.PROPOSED:
            note_lines.accept(session, line.id, line.version, world.counselor)
    session.refresh(note)
    return note


def _signed(session: Session, world: World) -> SessionNote:
    note = _decide_all(session, world)
    return note_signing.sign(session, note.id, note.version, world.counselor)


def test_a_draft_nobody_touched_is_replaced_and_one_in_work_stays(session: Session) -> None:
    world = talk(session)
    first = {line.id for line in lines_of(session, world.note.id)}
    again = session_notes.propose(session, world.talk, world.transcript.id, drafted(), actor="bot:x")
    assert again.id == world.note.id
    assert not first & {line.id for line in lines_of(session, again.id)}
    assert len(follow_ups.of_talk(session, world.talk.id)) == 2
    line = _line(session, world, "requests")
    note_lines.strike(session, line.id, line.version, world.counselor)
    kept = {line.id for line in lines_of(session, world.note.id)}
    session_notes.propose(session, world.talk, world.transcript.id, drafted(), actor="bot:x")
    assert {line.id for line in lines_of(session, world.note.id)} == kept


def test_lines_are_accepted_changed_struck_added_and_put_back(session: Session) -> None:
    world = talk(session)
    who, note = world.counselor, world.note
    assert note_lines.accept_plain(session, note.id, who) == 6
    doubtful = _line(session, world, "requests")
    assert doubtful.fate == LineFate.PROPOSED, "what is doubtful is never accepted with the rest"
    seen = note.version
    changed = note_lines.change(
        session, doubtful.id, doubtful.version, " 실업급여  월 백팔십만 원인지 문의 ", who
    )
    assert (changed.fate, text_of(changed)) == (LineFate.CHANGED, "실업급여 월 백팔십만 원인지 문의")
    assert proposed_of(changed) == "실업급여 월 180만 원 여부 문의"
    assert note.version > seen
    back = note_lines.put_back(session, changed.id, changed.version, who)
    assert back is not None and back.fate == LineFate.PROPOSED and text_of(back) == proposed_of(back)
    struck = note_lines.strike(session, back.id, back.version, who)
    assert struck is not None and struck.fate == LineFate.STRUCK
    added = note_lines.add(session, note.id, "guidance", "워크넷 구직등록 안내", who, [4])
    assert (added.fate, added.origin, added.cites) == (LineFate.ADDED, "counselor", [4])
    assert note_lines.put_back(session, added.id, added.version, who) is None
    with pytest.raises(NotEditable):
        note_lines.add(session, note.id, "guidance", "없는 발화", who, [99])
    with pytest.raises(NotEditable):
        note_lines.add(session, note.id, "elsewhere", "없는 항목", who)
    with pytest.raises(NotEditable):
        note_lines.change(session, struck.id, struck.version, "   ", who)


def test_an_old_screen_changes_nothing_and_pressing_twice_is_once(session: Session) -> None:
    world = talk(session)
    line = _line(session, world, "situation")
    seen = line.version
    note_lines.change(session, line.id, seen, "지난달 퇴사", world.counselor)
    assert note_lines.change(session, line.id, seen, "지난달 퇴사", world.counselor).version == seen + 1
    with pytest.raises(StaleDecision):
        note_lines.change(session, line.id, seen, "이번 달 퇴사", world.counselor)
    with pytest.raises(StaleDecision):
        note_lines.strike(session, line.id, seen, world.counselor)


def test_nobody_else_edits_or_signs(session: Session) -> None:
    world = talk(session)
    other = counselor(session)
    line = _line(session, world, "situation")
    with pytest.raises(NotYours):
        note_lines.accept(session, line.id, line.version, other)
    note = _decide_all(session, world)
    with pytest.raises(NotYours):
        note_signing.sign(session, note.id, note.version, other)


def test_it_is_signed_as_it_was_seen_and_frozen_then(session: Session) -> None:
    world = talk(session)
    assert "확인하지 않은 줄이 7개" in " ".join(note_signing.what_hinders(session, world.note))
    with pytest.raises(NotEditable):
        note_signing.sign(session, world.note.id, world.note.version, world.counselor)
    note = _decide_all(session, world)
    seen = note.version
    first, second = follow_ups.of_talk(session, world.talk.id)
    follow_ups.accept(
        session, first.id, first.version, world.counselor, on=first.on, text=follow_ups.text_of(first)
    )
    with pytest.raises(StaleDecision):
        note_signing.sign(session, note.id, seen, world.counselor)
    session.refresh(note)
    signed = note_signing.sign(session, note.id, note.version, world.counselor)
    assert note_signing.sign(session, note.id, signed.version - 1, world.counselor).id == signed.id
    assert (signed.state, signed.edited, signed.signed_by) == (NoteState.SIGNED, 0, world.counselor.id)
    assert world.talk.state == TalkState.SIGNED
    assert [one["text"] for one in note_signing.agreed(signed)] == ["이력서 보내기"]
    assert note_signing.is_intact(session, signed)
    session.commit()
    items = session.exec(select(WorkItem).where(WorkItem.reference == f"note:{signed.id}")).all()
    assert [item.bot for item in items] == ["counseling.papers"]
    line = _line(session, world, "agreed")
    with pytest.raises(NotEditable):
        note_lines.strike(session, line.id, line.version, world.counselor)
    for table, column in (("note_line", "text_enc"), ("session_note", "made")):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.connection().exec_driver_sql(
                f"UPDATE {table} SET {column} = "
                + ("'x'" if column == "text_enc" else "'{}'")
                + f" WHERE {'note_id' if table == 'note_line' else 'id'} = {signed.id}"
            )
    assert second.state == "proposed"


def test_how_much_was_edited(session: Session) -> None:
    world = talk(session)
    note = _decide_all(session, world)
    assert edited_of(session, note) == 0
    whole = sum(len(text_of(line)) for line in lines_of(session, note.id))
    line = _line(session, world, "situation")
    note_lines.change(session, line.id, line.version, text_of(line) + " 원함", world.counselor)
    assert edited_of(session, note) == round(1000 * 3 / (whole + 3))
    for line in lines_of(session, note.id):
        note_lines.strike(session, line.id, line.version, world.counselor)
    assert edited_of(session, note) == 1000


def test_a_correction_is_a_new_version_that_replaces_the_signed_one(session: Session) -> None:
    world = talk(session)
    signed = _signed(session, world)
    session.commit()
    with pytest.raises(NotEditable):
        note_signing.reopen(session, world.talk.id, " ", world.counselor)
    draft = note_signing.reopen(session, world.talk.id, "금액을 잘못 적음", world.counselor)
    assert (draft.number, world.talk.state) == (2, TalkState.DRAFTED)
    with pytest.raises(NotEditable):
        note_signing.reopen(session, world.talk.id, "한 번 더", world.counselor)
    note_signing.discard(session, draft.id, draft.version, world.counselor)
    session.commit()
    assert session_notes.standing(session, world.talk.id).id == signed.id  # type: ignore[union-attr]
    assert world.talk.state == TalkState.SIGNED
    draft = note_signing.reopen(session, world.talk.id, "금액을 잘못 적음", world.counselor)
    line = next(line for line in lines_of(session, draft.id) if line.field == "requests")
    note_lines.change(session, line.id, line.version, "실업급여 금액 문의", world.counselor)
    session.refresh(draft)
    second = note_signing.sign(session, draft.id, draft.version, world.counselor)
    session.commit()
    session.refresh(signed)
    assert (signed.state, second.state, second.number) == (NoteState.REPLACED, NoteState.SIGNED, 2)
    assert note_signing.is_intact(session, signed) and note_signing.is_intact(session, second)
    assert signed.sink_key != second.sink_key and 0 < (second.edited or 0) < 1000
    assert [n.number for n in session_notes.versions(session, world.talk.id)] == [2, 1]


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("주민번호 880101-1234567 확인", True),
        ("8801011234567", True),
        ("카드 1234-5678-9012-3456", True),
        ("접수번호 2026-UB-0012345, 1,845,000원, 02-123-4567", False),
        ("12월 3일 14:00", False),
    ],
)
def test_identifiers_do_not_enter_a_note(text: str, shows: bool) -> None:
    assert shows_identifier(text) is shows


def test_an_identifier_is_neither_written_nor_signed(session: Session) -> None:
    world = talk(session)
    with pytest.raises(NotEditable, match="주민등록번호"):
        note_lines.add(session, world.note.id, "situation", "주민번호 880101-1234567", world.counselor)
    task = follow_ups.of_talk(session, world.talk.id)[0]
    with pytest.raises(NotEditable, match="주민등록번호"):
        follow_ups.accept(session, task.id, task.version, world.counselor, on=None, text="8801011234567 조회")
    line = _line(session, world, "situation")  # one that slipped into the draft
    line.text_enc = line.text_enc and crypto.seal("주민번호 880101-1234567")
    session.add(line)
    session.flush()
    assert "주민등록번호" in " ".join(note_signing.what_hinders(session, world.note))


def test_every_decision_is_noted_without_words(session: Session) -> None:
    world = talk(session)
    signed = _signed(session, world)
    events = session.exec(select(AuditEvent).where(AuditEvent.subject_type == "session_note")).all()
    mine = [e for e in events if e.subject_id == str(signed.id)]
    assert [e.action for e in mine] == ["note.propose", "note.sign"]
    assert mine[-1].detail["content"] == signed.content_sha256
    told = str([e.detail for e in session.exec(select(AuditEvent)).all()])
    assert "실업급여" not in told and "이력서" not in told


def test_of_two_who_decide_at_once_one_is_told_that_it_changed(session: Session) -> None:
    world = talk(session)
    note = _decide_all(session, world)
    session.commit()
    line, seen = _line(session, world, "guidance"), note.version

    def change() -> str:
        with database.session() as own:
            note_lines.change(own, line.id, line.version, "다른 안내", world.counselor)
        return "changed"

    def sign() -> str:
        with database.session() as own:
            note_signing.sign(own, note.id, seen, world.counselor)
        return "signed"

    with ThreadPoolExecutor(2) as both:
        told = [both.submit(act) for act in (change, sign)]
        ends = {f.result() if f.exception() is None else type(f.exception()) for f in told}
    session.expire_all()
    assert ends in ({"changed", StaleDecision}, {"signed", NotEditable})
    assert (note.state == NoteState.SIGNED) is ("signed" in ends)


def test_whose_talk_it_is_is_seen_before_it_is_signed(session: Session) -> None:
    world = talk(session)
    note = _decide_all(session, world)
    seen = note.version
    world.talk.person_id = None
    session_notes.outdate(session, world.talk.id)
    with pytest.raises(StaleDecision):
        note_signing.sign(session, note.id, seen, world.counselor)


def test_lines_that_came_since_are_not_accepted_with_the_rest(session: Session) -> None:
    world = talk(session)
    seen = world.note.version
    session_notes.propose(session, world.talk, world.transcript.id, drafted(), actor="bot:x")
    with pytest.raises(StaleDecision):
        note_lines.accept_plain(session, world.note.id, world.counselor, seen)
