"""Whose talk it is: found by what the recorder tells, asked where it is not clear, decided and taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlmodel import Session, select

from bots.counseling.link import link
from queues import files, recordings, talks
from queues.errors import Irreversible
from queues.models import Account, AuditEvent, NoteState, Role, SessionNote, WorkItem, WorkState
from tests.bots.counseling import talk_world as world

CHAIN = ("counseling.listen", "counseling.read_transcript", "counseling.draft")


def _arrive(session: Session, **facts: str) -> int:
    """A talk that came from a recorder which tells this; `consent`: whether the person agreed."""
    content = world.wav()
    consent = facts.pop("consent", "given")
    received = talks.receive(
        session,
        talks.Arrived(
            source="recorder:recorder",
            reference=uuid4().hex,
            sha256=files.put(content),
            size=len(content),
            held_at=datetime(2026, 11, 20, 5, 0, tzinfo=UTC),
            facts=facts,
            consent=consent,
            consent_how="recorder" if consent != "unknown" else "",
        ),
        "bot:test",
    )
    session.commit()
    world.work_off(but=CHAIN)
    return received.talk.id


@pytest.fixture
def counselor(session: Session) -> Account:
    made = world.account(session)
    session.commit()
    return made


def _begun(session: Session, talk_id: int) -> list[str]:
    query = select(WorkItem).where(
        WorkItem.reference == f"talk:{talk_id}", WorkItem.state == WorkState.QUEUED
    )
    return [item.bot for item in session.exec(query)]


def test_by_number_and_receipt(session: Session, counselor: Account) -> None:
    somebody = world.person(session, phone=(phone := world.a_number()))
    case = world.case(session, somebody)
    talk_id = _arrive(session, counselor=counselor.username.upper(), phone=phone, receipt_no=case.receipt_no)
    talk = world.talk(session, talk_id)
    assert (talk.counselor_id, talk.person_id, talk.application_id) == (counselor.id, somebody.id, case.id)
    assert (talk.state, talk.reason, world.questions(talk_id)) == ("ready", "", {})
    assert _begun(session, talk_id) == ["counseling.listen"]


def test_by_the_telephone_number_alone_is_said(session: Session, counselor: Account) -> None:
    somebody = world.person(session, phone=(phone := world.a_number()))
    case = world.case(session, somebody)
    world.case(session, somebody, status="closed")
    talk = world.talk(session, _arrive(session, counselor=counselor.username, phone=f"+82 {phone[1:]}"))
    assert (talk.person_id, talk.application_id, talk.reason) == (somebody.id, case.id, "by_phone")


def test_by_name_and_birth_and_never_by_a_name(session: Session, counselor: Account) -> None:
    name = f"독고{uuid4().hex[:4]}"
    somebody = world.person(session, name, birth=date(1988, 1, 2))
    told = {"counselor": counselor.username, "name": name}
    assert world.talk(session, _arrive(session, **told, birth="1988.01.02")).person_id == somebody.id
    talk_id = _arrive(session, **told)
    assert world.talk(session, talk_id).person_id is None
    assert world.questions(talk_id)["counseling_link"].reason == "talk_person_unknown"


def test_what_points_to_two_people_is_asked(session: Session, counselor: Account) -> None:
    one = world.person(session, phone=(phone := world.a_number()))
    other = world.person(session)
    case = world.case(session, other)
    talk_id = _arrive(session, counselor=counselor.username, phone=phone, receipt_no=case.receipt_no)
    task = world.questions(talk_id)["counseling_link"]
    assert (task.reason, task.evidence["persons"]) == ("talk_conflict", sorted([one.id, other.id]))
    assert world.talk(session, talk_id).state == "received"
    assert _begun(session, talk_id) == []

    world.person(session, phone=phone)
    talk_id = _arrive(session, counselor=counselor.username, phone=phone)
    assert world.questions(talk_id)["counseling_link"].reason == "talk_person_several"


def test_what_was_found_does_not_stand_against_what_is_told_later(
    session: Session, counselor: Account
) -> None:
    world.person(session, phone=(phone := world.a_number()))
    case = world.case(session, world.person(session))
    talk_id = _arrive(session, phone=phone)
    before = world.talk(session, talk_id).version
    assert link(talk_id) == "asked"
    assert world.talk(session, talk_id).version == before, "looking again changes nothing"
    recording = recordings.of(session, talk_id)
    assert recording is not None
    told = talks.Arrived(
        recording.source, recording.source_ref, recording.sha256, recording.size, datetime.now(UTC),
        facts={"counselor": counselor.username, "receipt_no": case.receipt_no},
    )  # fmt: skip
    assert talks.tell(session, talks.hold(session, talk_id), recording, told, "bot:test")
    session.commit()
    world.work_off(but=CHAIN)
    talk = world.talk(session, talk_id)
    assert (talk.counselor_id, talk.person_id, talk.state) == (counselor.id, None, "received")
    assert world.questions(talk_id)["counseling_link"].reason == "talk_conflict"


def test_who_is_no_counselor_is_asked_about(session: Session) -> None:
    officer = world.account(session, Role.STAFF)
    phone = world.a_number()
    world.person(session, phone=phone)
    talk_id = _arrive(session, counselor=officer.username, phone=phone)
    task = world.questions(talk_id)["counseling_link"]
    assert (task.reason, task.evidence["missing"]) == ("talk_counselor_unknown", ["counselor"])


def test_several_cases_are_asked_about_while_it_is_listened_to(session: Session, counselor: Account) -> None:
    somebody = world.person(session, phone=(phone := world.a_number()))
    cases = [world.case(session, somebody) for _ in range(2)]
    talk_id = _arrive(session, counselor=counselor.username, phone=phone)
    assert world.talk(session, talk_id).state == "ready"
    task = world.questions(talk_id)["counseling_link"]
    assert (task.reason, task.evidence["applications"]) == ("talk_case_several", [c.id for c in cases])
    world.decide(task, counselor, action="link", application_id=cases[1].id)
    world.work_off(but=CHAIN)
    talk = world.talk(session, talk_id)
    assert (talk.application_id, talk.person_id, talk.state) == (cases[1].id, somebody.id, "ready")


def test_without_consent_nothing_begins(session: Session, counselor: Account) -> None:
    world.person(session, phone=(phone := world.a_number()))
    talk_id = _arrive(session, counselor=counselor.username, phone=phone, consent="unknown")
    assert list(world.questions(talk_id)) == ["counseling_consent"]
    assert (world.talk(session, talk_id).state, _begun(session, talk_id)) == ("received", [])
    world.decide(
        world.questions(talk_id)["counseling_consent"],
        counselor,
        action="consent",
        consent="given",
        how="form",
    )
    world.work_off(but=CHAIN)
    talk = world.talk(session, talk_id)
    assert (talk.consent, talk.consent_how, talk.consent_by, talk.state) == (
        "given",
        "form",
        counselor.id,
        "ready",
    )

    refused = _arrive(session, counselor=counselor.username, phone=phone, consent="refused")
    talk = world.talk(session, refused)
    assert (talk.state, talk.reason, world.questions(refused)) == ("closed", "no_consent", {})
    assert not talks.readable(talk)


def test_a_person_decides_and_takes_it_back(session: Session, counselor: Account) -> None:
    somebody = world.person(session)
    session.commit()
    talk_id = _arrive(session, phone=world.a_number())
    task = world.questions(talk_id)["counseling_link"]
    world.decide(
        task, counselor, action="link", counselor_id=counselor.id, person_id=somebody.id, application_id=None
    )
    world.work_off(but=CHAIN)
    talk = world.talk(session, talk_id)
    assert (talk.counselor_id, talk.person_id, talk.state) == (counselor.id, somebody.id, "ready")
    assert link(talk_id) == "before", "nothing is linked twice"

    world.undo(task.id, counselor)
    world.work_off(but=CHAIN)
    talk = world.talk(session, talk_id)
    assert (talk.counselor_id, talk.person_id, talk.state) == (None, None, "received")
    assert [task.id] == [t.id for t in world.questions(talk_id).values()]
    assert _begun(session, talk_id) == [], "and nobody listens"
    assert session.exec(select(AuditEvent).where(AuditEvent.action == "talk.undone")).first() is not None


def test_nobody_on_file_is_an_answer_that_a_later_consent_respects(
    session: Session, counselor: Account
) -> None:
    talk_id = _arrive(session, counselor=counselor.username, phone=world.a_number(), consent="unknown")
    asked = world.questions(talk_id)
    world.decide(asked["counseling_link"], counselor, action="link", person_id=None, application_id=None)
    world.decide(asked["counseling_consent"], counselor, action="consent", consent="given", how="ars")
    world.work_off(but=CHAIN)
    talk = world.talk(session, talk_id)
    assert (talk.person_id, talk.state, world.questions(talk_id)) == (None, "ready", {})


def test_what_cannot_be_carried_out_is_asked_again(session: Session, counselor: Account) -> None:
    officer = world.account(session, Role.STAFF)
    stranger = world.case(session, world.person(session))
    somebody = world.person(session, phone=(phone := world.a_number()))
    session.commit()
    talk_id = _arrive(session, phone=phone)
    for decision, code in (
        ({"counselor_id": officer.id}, "no_counselor"),
        (
            {"counselor_id": counselor.id, "person_id": somebody.id, "application_id": stranger.id},
            "other_person",
        ),
    ):
        world.decide(world.questions(talk_id)["counseling_link"], counselor, action="link", **decision)
        world.work_off(but=CHAIN)
        task = world.questions(talk_id)["counseling_link"]
        assert task.evidence["refused"] == code
        assert "반영하지 않았습니다" in task.question
        assert world.talk(session, talk_id).counselor_id is None


def test_nothing_taken_back_brings_a_consent_back(session: Session, counselor: Account) -> None:
    somebody = world.person(session, phone=(phone := world.a_number()))
    session.commit()
    talk_id = _arrive(session, phone=phone, consent="unknown")
    asked = world.questions(talk_id)
    world.decide(
        asked["counseling_link"], counselor, action="link", counselor_id=counselor.id, person_id=somebody.id
    )
    world.decide(asked["counseling_consent"], counselor, action="consent", consent="given", how="form")
    world.work_off(but=CHAIN)
    assert world.talk(session, talk_id).state == "ready"
    with pytest.raises(Irreversible, match="나중에 한 결정"):
        world.undo(asked["counseling_link"].id, counselor)
    world.undo(asked["counseling_consent"].id, counselor)
    world.work_off(but=CHAIN)
    talk = world.talk(session, talk_id)
    assert (talk.consent, talk.consent_at, talk.state) == ("unknown", None, "received")
    assert (talk.person_id, list(world.questions(talk_id))) == (somebody.id, ["counseling_consent"])
    talks.withdraw_consent(session, talk_id, counselor.id, f"account:{counselor.id}")
    session.commit()
    with pytest.raises(Irreversible, match="철회"):
        world.undo(asked["counseling_link"].id, counselor)


def test_a_signed_note_stands_against_taking_back(session: Session, counselor: Account) -> None:
    talk_id = _arrive(session, phone=world.a_number())
    task = world.questions(talk_id)["counseling_link"]
    world.decide(task, counselor, action="link", counselor_id=counselor.id, person_id=None)
    world.work_off(but=CHAIN)
    note = SessionNote(session_id=talk_id, number=1)
    session.add(note)
    session.flush()
    note.state, note.signed_by, note.content_sha256 = NoteState.SIGNED, counselor.id, "0" * 64
    note.signed_at = datetime.now(UTC)
    session.add(note)
    session.commit()
    with pytest.raises(Irreversible, match="서명"):
        world.undo(task.id, counselor)


def test_a_case_that_comes_later_links_what_waits(session: Session, counselor: Account) -> None:
    phone = world.a_number()
    talk_id = _arrive(session, counselor=counselor.username, phone=phone)
    assert world.talk(session, talk_id).state == "received"
    somebody = world.person(session, phone=phone)
    session.commit()
    assert talk_id in talks.waiting_for_a_case(session)
    assert link(talk_id) == "ready"
    assert (world.talk(session, talk_id).person_id, world.questions(talk_id)) == (somebody.id, {})


def test_consent_is_taken_back(session: Session, counselor: Account) -> None:
    world.person(session, phone=(phone := world.a_number()))
    talk_id = _arrive(session, counselor=counselor.username, phone=phone)
    assert _begun(session, talk_id) == ["counseling.listen"]
    talks.withdraw_consent(session, talk_id, counselor.id, f"account:{counselor.id}", "구두로 철회")
    session.commit()
    talk = world.talk(session, talk_id)
    assert (talk.state, talk.reason, _begun(session, talk_id)) == ("closed", "withdrawn", [])
    noted = session.exec(
        select(AuditEvent).where(AuditEvent.subject_id == str(talk_id)).order_by(AuditEvent.id.desc())
    )  # type: ignore[attr-defined]
    assert "철회" not in str([event.detail for event in noted]), "what was said of it is sealed"
