"""What follows a talk, whose voices they are, what was noted about a person, and the totals."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from queues import (
    appointment_notices,
    due_follow_ups,
    follow_ups,
    note_lines,
    note_search,
    note_signing,
    session_notes,
    talk_totals,
    talk_words,
)
from queues.days import today
from queues.errors import NotYours, StaleDecision
from queues.models import FollowUpState, LineFate, Utterance, WorkItem
from queues.notices import values_of
from queues.session_notes import NotEditable, lines_of
from queues.voices import speaker_of
from tests.queues.talk_world import World, counselor, drafted, in_two_weeks, talk


def _both(session: Session, world: World):  # type: ignore[no-untyped-def]
    found = {f.kind: f for f in follow_ups.of_talk(session, world.talk.id)}
    return found["task"], found["appointment"]


def test_tasks_and_appointments_are_accepted_moved_and_finished(session: Session) -> None:
    world = talk(session)
    task, meeting = _both(session, world)
    who = world.counselor
    seen = task.version
    task = follow_ups.accept(session, task.id, seen, who, on=today(), text="이력서를 받아 두기")
    assert (
        follow_ups.accept(session, task.id, seen, who, on=today(), text="이력서를 받아 두기").version
        == seen + 1
    )
    assert due_follow_ups.counts(session, who.id) == due_follow_ups.DueCounts(today=1, late=0, unsigned=1)
    assert [follow_ups.text_of(f) for f in due_follow_ups.due(session, who.id, today())] == [
        "이력서를 받아 두기"
    ]
    assert due_follow_ups.counts(session, who.id, today() + timedelta(days=1)).late == 1
    with pytest.raises(NotEditable):
        follow_ups.finish(session, meeting.id, meeting.version, who)
    with pytest.raises(NotEditable, match="날짜"):
        follow_ups.accept(session, meeting.id, meeting.version, who, on=None, text="상담")
    with pytest.raises(NotEditable, match="지난"):
        follow_ups.accept(session, meeting.id, meeting.version, who, on=date(2020, 1, 1), text="상담")
    with pytest.raises(NotEditable, match="시각"):
        follow_ups.accept(
            session, meeting.id, meeting.version, who, on=in_two_weeks(), at="오후 2시", text="상담"
        )
    with pytest.raises(NotYours):
        follow_ups.decline(session, meeting.id, meeting.version, counselor(session))
    done = follow_ups.finish(session, task.id, task.version, who)
    assert done.state == FollowUpState.DONE and due_follow_ups.due(session, who.id, today()) == []
    declined = follow_ups.decline(session, meeting.id, meeting.version, who)
    with pytest.raises(StaleDecision):
        follow_ups.put_back(session, meeting.id, declined.version - 1, who)
    own = follow_ups.add(session, world.note.id, who, kind="task", who="counselor", on=None, text="자료 찾기")
    assert own.state == FollowUpState.ACCEPTED and due_follow_ups.due(session, who.id, today()) == [own]


def test_an_appointment_is_announced_once_and_anew_when_it_moves(session: Session) -> None:
    world = talk(session)
    _task, meeting = _both(session, world)
    who = world.counselor
    with pytest.raises(NotEditable, match="확정"):
        appointment_notices.announce(session, meeting, who)
    on = in_two_weeks()
    meeting = follow_ups.accept(
        session, meeting.id, meeting.version, who, on=on, at="14:00", text="방문 상담"
    )
    first = appointment_notices.announce(session, meeting, who, place="2층 상담실")
    assert appointment_notices.announce(session, meeting, who).id == first.id
    assert values_of(first) == {
        "purpose": "상담", "visit_on": on.isoformat(), "visit_at": "14:00", "place": "2층 상담실",
        "note": "담당 상담사: 윤상담",
    }  # fmt: skip
    assert (first.kind, first.person_id) == ("appointment", world.person.id)
    later = on + timedelta(days=1)
    meeting = follow_ups.accept(
        session, meeting.id, meeting.version, who, on=later, at="15:00", text="방문 상담"
    )
    second = appointment_notices.announce(session, meeting, who)
    assert second.id != first.id and f"{on.month}월 {on.day}일 14:00" in values_of(second)["note"]
    world.talk.application_id = None
    session.add(world.talk)
    session.flush()
    with pytest.raises(NotEditable, match="접수번호"):
        appointment_notices.announce(session, meeting, who)


def _said(session: Session, world: World, number: int) -> Utterance:
    query = select(Utterance).where(
        Utterance.transcript_id == world.transcript.id, Utterance.number == number
    )
    return session.exec(query).one()


def test_a_voice_is_named_once_and_the_rest_follows(session: Session) -> None:
    world = talk(session)
    for number in (2, 3, 5):
        _said(session, world, number).speaker = "voice1"
    session.flush()
    before = world.note.version
    named = talk_words.name_voice(
        session, world.talk.id, world.talk.version, "voice1", "person", world.counselor
    )
    assert {speaker_of(_said(session, world, n), named) for n in (2, 3, 5)} == {"person"}
    assert world.note.version == before + 1
    drafts = select(WorkItem.reference).where(WorkItem.bot == "counseling.draft")
    assert session.exec(drafts).all() == [f"talk:{world.talk.id}:words:{named.version}"]
    named = talk_words.name_voice(session, world.talk.id, named.version, "voice1", "other", world.counselor)
    assert speaker_of(_said(session, world, 2), named) == "other", "naming can be redone"
    one = _said(session, world, 3)
    talk_words.say_speaker(session, one.id, one.version, "person", world.counselor)
    assert [speaker_of(_said(session, world, n), named) for n in (2, 3)] == ["other", "person"]
    swapped = talk_words.name_voice(session, world.talk.id, named.version, "0", "person", world.counselor)
    assert {_said(session, world, n).speaker for n in (1, 4, 6)} == {"person"}
    with pytest.raises(StaleDecision):
        talk_words.name_voice(session, world.talk.id, swapped.version - 1, "0", "other", world.counselor)
    with pytest.raises(NotEditable):
        talk_words.name_voice(session, world.talk.id, swapped.version, "1; drop", "person", world.counselor)


def test_corrected_words_wait_for_redaction_and_are_fixed_by_the_signature(session: Session) -> None:
    world = talk(session)
    said = _said(session, world, 3)
    seen, note_seen = said.version, world.note.version
    said = talk_words.correct(
        session, said.id, seen, "실업급여는 한 달에 백구십만 원쯤인가요?", world.counselor
    )
    assert said.right_enc is not None and said.redacted_enc is None
    assert world.note.version == note_seen + 1
    assert talk_words.correct(
        session, said.id, seen, "실업급여는 한 달에 백구십만 원쯤인가요?", world.counselor
    )
    assert world.note.version == note_seen + 1
    with pytest.raises(NotYours):
        talk_words.correct(session, said.id, said.version, "", counselor(session))
    for line in lines_of(session, world.note.id):
        note_lines.accept(session, line.id, line.version, world.counselor)
    session.refresh(world.note)
    note_signing.sign(session, world.note.id, world.note.version, world.counselor)
    with pytest.raises(NotEditable, match="새 판"):
        talk_words.correct(session, said.id, said.version, "", world.counselor)


def test_lines_on_words_that_were_put_right_have_to_be_looked_at_again(session: Session) -> None:
    world = talk(session)
    who = world.counselor
    for line in lines_of(session, world.note.id):
        note_lines.accept(session, line.id, line.version, who)
    agreed = next(line for line in lines_of(session, world.note.id) if line.field == "agreed")
    said = _said(session, world, 5)
    said = talk_words.correct(session, said.id, said.version, "이력서는 십이월 사일까지 보내 드릴게요.", who)
    assert (agreed.fate, agreed.flags) == (LineFate.PROPOSED, ["words_changed"])
    assert note_lines.accept_plain(session, world.note.id, who) == 0, "never with the rest"
    agreed = note_lines.change(
        session, agreed.id, agreed.version, "구직자가 12월 4일까지 이력서를 보내기로 함", who
    )
    talk_words.say_speaker(session, said.id, said.version, "counselor", who)
    assert (agreed.fate, agreed.flags) == (LineFate.CHANGED, ["words_changed", "speaker_changed"])
    others = [line for line in lines_of(session, world.note.id) if line.id != agreed.id]
    assert {line.fate for line in others} == {LineFate.ACCEPTED}
    named = talk_words.name_voice(session, world.talk.id, world.talk.version, "1", "person", who)
    assert {line.fate for line in others} == {LineFate.ACCEPTED}, "only those whose speaker is another now"
    assert named.voices["1"] == "person"


def test_the_draft_is_made_anew_on_request(session: Session) -> None:
    world = talk(session)
    line = lines_of(session, world.note.id)[1]
    note_lines.accept(session, line.id, line.version, world.counselor)
    task, _ = _both(session, world)
    follow_ups.accept(session, task.id, task.version, world.counselor, on=None, text="이력서")
    session.refresh(world.note)
    talk_words.draft_anew(session, world.note.id, world.note.version, world.counselor)
    assert lines_of(session, world.note.id) == []
    assert [f.id for f in follow_ups.of_talk(session, world.talk.id)] == [task.id], "what was accepted stays"
    assert "남은 내용이 없습니다" in " ".join(note_signing.what_hinders(session, world.note))
    own = note_lines.add(session, world.note.id, "next", "기다리는 동안 적은 줄", world.counselor)
    session_notes.propose(session, world.talk, world.transcript.id, drafted(), actor="bot:x")
    assert own.id in {line.id for line in lines_of(session, world.note.id)}, (
        "what was written meanwhile stays"
    )
    assert len(lines_of(session, world.note.id)) == 8 and world.note.flags == []


def test_notes_of_a_person_are_searched(session: Session) -> None:
    first = talk(session)
    second = talk(session, person=first.person)
    for line in lines_of(session, first.note.id):
        note_lines.accept(session, line.id, line.version, first.counselor)
    line = note_lines.add(session, first.note.id, "guidance", "Work24 구직 등록 안내", first.counselor)
    struck = note_lines.add(session, first.note.id, "guidance", "지워질 줄", first.counselor)
    note_lines.strike(session, struck.id, struck.version, first.counselor)
    session.refresh(first.note)
    note_signing.sign(session, first.note.id, first.note.version, first.counselor)
    by_first = note_search.search(session, first.person.id, "구직등록 work24", first.counselor.id)
    assert [(hit.line_id, hit.state) for hit in by_first] == [(line.id, "signed")]
    everything = note_search.search(session, first.person.id, "66,000원", second.counselor.id)
    assert [hit.session_id for hit in everything] == [second.talk.id, first.talk.id]
    others = note_search.search(session, first.person.id, "66,000원", counselor(session).id)
    assert [hit.session_id for hit in others] == [first.talk.id], "a draft is its counselor's alone"


def test_totals(session: Session) -> None:
    world = talk(session)
    talk(session, world.counselor)
    for line in lines_of(session, world.note.id):
        if line.fate == LineFate.PROPOSED:
            note_lines.accept(session, line.id, line.version, world.counselor)
    session.refresh(world.note)
    note_signing.sign(session, world.note.id, world.note.version, world.counselor)
    rows = talk_totals.totals(session, today() - timedelta(days=1), today())
    (mine,) = [row for row in rows if row.key == str(world.counselor.id)]
    assert (mine.talks, mine.seconds, mine.noted, mine.signed, mine.waiting) == (2, 360, 2, 1, 1)
    assert (mine.accepted, mine.changed, mine.edited_mean) == (7, 0, 0.0)
    assert mine.days_to_sign is not None and 0 < mine.days_to_sign < 1
    assert (
        sum(row.talks for row in talk_totals.totals(session, today() - timedelta(days=1), today(), "month"))
        >= 2
    )
    with pytest.raises(ValueError, match="totals are by"):
        talk_totals.totals(session, today(), today(), "person; drop")
