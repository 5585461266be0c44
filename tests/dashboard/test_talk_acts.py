"""Who may do what with notes, their papers and what follows them: asked at the server's side, and noted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from dashboard.acts import (
    talk_consent,
    talk_follow_ups,
    talk_notes,
    talk_papers,
    talk_search,
    talk_words,
)
from dashboard.acts.decisions import Refused
from dashboard.acts.reviewing import Stale
from dashboard.acts.rights import NotAllowed
from dashboard.acts.seeing import ReasonMissing
from dashboard.acts.talk_answers import _may_be_theirs
from dashboard.reads import case_notes, my_talks
from dashboard.reads import follow_ups as follow_up_reads
from dashboard.visitor import Visitor
from queues import files, follow_ups
from queues.models import AccessLog, Account, FollowUp, NoteLine, Role, SessionNote, TalkState, Utterance
from queues.session_notes import lines_of
from tests.queues.talk_world import World, counselor, in_two_weeks, talk


def _visitor(account: Account) -> Visitor:
    return Visitor(account.id, account.username, account.display_name, account.role, "10.0.0.7", "s")


def _account(session: Session, role: Role) -> Account:
    made = Account(username=f"{role.value}-{id(object())}", password_hash="-", role=role.value)
    session.add(made)
    session.flush()
    return made


def _signed(session: Session, world: World) -> SessionNote:
    me = _visitor(world.counselor)
    talk_notes.accept_plain_lines(session, me, world.note.id)
    (left,) = [line for line in lines_of(session, world.note.id) if line.fate == "proposed"]
    talk_notes.accept_line(session, me, left.id, left.version)
    assert talk_notes.what_hinders(session, world.note.id) == []
    return talk_notes.sign(session, me, world.note.id, world.note.version)


def _may_nothing(
    session: Session, someone: Visitor, world: World, line: NoteLine, said: Utterance, task: FollowUp
) -> None:
    note, spoken = world.note, world.talk
    tried: tuple[Callable[[], object], ...] = (
        lambda: talk_notes.accept_line(session, someone, line.id, line.version),
        lambda: talk_notes.add_line(session, someone, note.id, "next", "내일"),
        lambda: talk_notes.accept_plain_lines(session, someone, note.id),
        lambda: talk_notes.sign(session, someone, note.id, note.version),
        lambda: talk_notes.reopen(session, someone, spoken.id, "까닭"),
        lambda: talk_notes.draft_anew(session, someone, note.id, note.version),
        lambda: talk_words.correct_utterance(session, someone, said.id, said.version, "다른 말"),
        lambda: talk_words.name_voice(session, someone, spoken.id, spoken.version, "0", "person"),
        lambda: talk_follow_ups.decline_follow_up(session, someone, task.id, task.version),
        lambda: talk_consent.withdraw_consent(session, someone, spoken.id, "까닭 있음"),
    )
    for act in tried:
        with pytest.raises(NotAllowed):
            act()


def test_nobody_takes_a_talk_from_its_counselor_but_a_supervisor(session: Session) -> None:
    world = talk(session)
    thief = counselor(session)
    _may_be_theirs(world.talk, _visitor(world.counselor), thief.id)
    _may_be_theirs(world.talk, _visitor(_account(session, Role.SUPERVISOR)), thief.id)
    for one in (thief, _account(session, Role.STAFF)):
        _may_be_theirs(world.talk, _visitor(one), world.counselor.id)
        with pytest.raises(Refused):
            _may_be_theirs(world.talk, _visitor(one), thief.id)


def test_only_its_counselor_edits_and_signs(session: Session) -> None:
    world = talk(session)
    line = lines_of(session, world.note.id)[1]
    said = session.exec(select(Utterance).where(Utterance.transcript_id == world.transcript.id)).first()
    (task, _) = follow_ups.of_talk(session, world.talk.id)
    assert said is not None
    others = [_account(session, role) for role in (Role.STAFF, Role.SUPERVISOR, Role.ADMINISTRATOR)]
    for account in (*others, counselor(session)):
        _may_nothing(session, _visitor(account), world, line, said, task)
    assert world.talk.state == TalkState.DRAFTED and world.talk.consent == "given"


def test_an_old_screen_is_told_so(session: Session) -> None:
    world, me = (made := talk(session)), _visitor(made.counselor)
    line = lines_of(session, world.note.id)[1]
    talk_notes.strike_line(session, me, line.id, line.version)
    with pytest.raises(Stale):
        talk_notes.accept_line(session, me, line.id, line.version - 1)
    with pytest.raises(Refused) as refused:
        talk_notes.change_line(session, me, line.id, line.version, "가" * 3000)
    assert refused.value.field == "text"


def test_papers_are_handed_out_for_a_reason_and_noted(session: Session) -> None:
    world = talk(session)
    note = _signed(session, world)
    staff = _visitor(_account(session, Role.STAFF))
    with pytest.raises(Refused, match="아직"):
        talk_papers.paper(session, staff, note.id, "pdf", "민원인 문의")
    note.pdf_sha256 = files.put(b"%PDF-1.7 note")
    session.add(note)
    session.flush()
    with pytest.raises(ReasonMissing):
        talk_papers.paper(session, staff, note.id, "pdf", " ")
    given = talk_papers.paper(session, staff, note.id, "pdf", "민원인 문의")
    assert given.sha256 == note.pdf_sha256 and world.person.name not in given.name
    logged = session.exec(select(AccessLog).where(AccessLog.subject == f"session_note:{note.id}")).one()
    assert (logged.action, logged.reason, logged.account_id) == ("download", "민원인 문의", staff.account_id)
    (mine,) = case_notes.of_case(session, world.application.id)
    assert (mine.talk_id, mine.number, mine.told) == (world.talk.id, 1, False)


def test_searches_are_noted(session: Session) -> None:
    world = talk(session)
    _signed(session, world)
    staff = _visitor(_account(session, Role.STAFF))
    assert len(talk_search.search_notes(session, staff, world.person.id, "이력서")) == 1
    logged = session.exec(select(AccessLog).where(AccessLog.action == "search_notes")).all()
    assert [entry.subject for entry in logged] == [f"person:{world.person.id}"]


def test_an_appointment_that_was_announced_is_moved_not_dropped(session: Session) -> None:
    world, me = (made := talk(session)), _visitor(made.counselor)
    _task, meeting = follow_ups.of_talk(session, world.talk.id)
    accepted = talk_follow_ups.accept_follow_up(
        session,
        me,
        meeting.id,
        meeting.version,
        on=in_two_weeks(),
        at="14:00",
        text="방문 상담",
        announce=True,
    )
    for drop in (talk_follow_ups.decline_follow_up, talk_follow_ups.put_back_follow_up):
        with pytest.raises(Refused, match="안내한 일정"):
            drop(session, me, accepted.id, accepted.version)
    (row,) = follow_up_reads.rows(session, me.account_id, "later")
    assert row.told and row.receipt_no == world.application.receipt_no
    assert follow_up_reads.counts(session, me.account_id, "task")["later"] == 0
    moved = talk_follow_ups.move_follow_up(
        session, me, accepted.id, accepted.version, on=in_two_weeks(), at="15:30"
    )
    done = talk_follow_ups.finish_follow_up(session, me, moved.id, moved.version)
    assert talk_follow_ups.take_up_again(session, me, done.id, done.version).state == "accepted"
    assert my_talks.my_talks(session, me.account_id).unsigned == 1


def test_consent_is_taken_back(session: Session) -> None:
    world, me = (made := talk(session)), _visitor(made.counselor)
    with pytest.raises(Refused):
        talk_consent.withdraw_consent(session, me, world.talk.id, "")
    _task, meeting = follow_ups.of_talk(session, world.talk.id)
    follow_ups.accept(
        session, meeting.id, meeting.version, world.counselor, on=in_two_weeks(), text="방문 상담"
    )
    assert len(follow_up_reads.rows(session, me.account_id, "later")) == 1
    talk_consent.withdraw_consent(session, me, world.talk.id, "구직자가 전화로 철회")
    assert follow_up_reads.rows(session, me.account_id, "later") == [], "it comes from the recording, too"
    assert follow_up_reads.counts(session, me.account_id)["later"] == 0
    assert talk_search.search_notes(session, me, world.person.id, "") == []
    with pytest.raises(Refused, match="동의"):
        talk_follow_ups.finish_follow_up(session, me, meeting.id, meeting.version)
    session.refresh(world.talk)
    assert (world.talk.consent, world.talk.state) == ("withdrawn", "closed")
    line = lines_of(session, world.note.id)[1]
    with pytest.raises(Refused, match="동의"):
        talk_notes.accept_line(session, me, line.id, line.version)
