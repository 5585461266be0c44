"""A signed note reaches the system of record once, in its fields, within their limits, versions in their order."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from bots.cases.http import HttpRecordSystem
from bots.cases.source import SourceError
from bots.counseling import report
from bots.counseling.fitting import Part, fit
from bots.counseling.note_message import message
from bots.sandbox import told_notes
from bots.sandbox.outages import Outage
from bots.sandbox.record_system import Ledger, RecordSystem
from config.note_fields import load_note_fields
from queues import database, note_lines, note_signing
from queues.bots import Work
from queues.models import NoteState, ReviewTask, SessionNote, SinkState, WorkItem
from queues.session_notes import NotEditable, lines_of
from tests.conftest import environment
from tests.queues.talk_world import World, talk


@pytest.fixture
def system(database_url: str) -> Iterator[RecordSystem]:
    """A system of record that knows every case."""
    served = RecordSystem(Ledger())
    served.ledger.notes = told_notes.ToldNotes(
        lambda number: number.startswith("2026-UB-"), served.ledger.counts
    )
    served.start()
    with environment(BACKOFFICE_CASE_SINK_URL=served.url):
        yield served
    served.stop()


def _signed(session: Session, more: int = 0) -> tuple[World, SessionNote]:
    world = talk(session)
    for line in lines_of(session, world.note.id):
        note_lines.accept(session, line.id, line.version, world.counselor)
    for n in range(more):
        text = (
            f"{n}번째 안내: 구직촉진수당은 월 500,000원씩 6개월까지 지급되며, 2026. 12. 3.까지 신청해야 함."
        )
        note_lines.add(session, world.note.id, "guidance", text, world.counselor)
    session.refresh(world.note)
    note = note_signing.sign(session, world.note.id, world.note.version, world.counselor)
    session.commit()
    return world, note


def _run(note: SessionNote) -> dict[str, int]:
    payload = {"note_id": note.id}
    done = report.run(
        Work(id=0, bot="counseling.report", reference="note", payload=payload, attempt=1, tries=1)
    )
    return done.counts if done else {}


def test_it_is_told_once_and_its_number_kept(session: Session, system: RecordSystem) -> None:
    world, note = _signed(session)
    items = session.exec(select(WorkItem.bot).where(WorkItem.reference == f"note:{note.id}")).all()
    assert sorted(items) == ["counseling.papers", "counseling.report"]
    assert _run(note) == {"reported": 1, "refused": 0}
    _run(note)
    session.expire_all()
    assert (note.sink_state, note.sink_ref) == (SinkState.ACKNOWLEDGED, "N-000001")
    (told,) = system.ledger.notes.by_key.values()
    assert (
        told["receipt_no"] == world.application.receipt_no and told["counselor"] == world.counselor.username
    )
    assert told["columns"]["summary"].startswith("[구직자 상황] 지난달 퇴사, 사무직 희망\n[요청·문의] ")
    assert "[합의·조치] 구직자가 12월 3일까지 이력서를 보내기로 함" in told["columns"]["result"]
    assert told["cut"] == [] and system.ledger.counts["notes"] == 1


def test_what_does_not_fit_is_left_out_whole_and_that_is_said(session: Session, system: RecordSystem) -> None:
    _world, note = _signed(session, more=60)
    _run(note)
    (told,) = system.ledger.notes.by_key.values()
    summary = told["columns"]["summary"]
    assert told["cut"] == ["summary"] and summary.endswith("…(이하 생략: 상담일지 제1판 참조)")
    assert len(summary.encode(told_notes.ENCODING)) <= told_notes.LIMITS["summary"]
    kept = [line for line in summary.splitlines() if "번째 안내" in line]
    assert len(kept) > 10 and all(line.endswith("신청해야 함.") for line in kept)


def test_an_answer_that_is_lost_is_asked_for_again(session: Session, system: RecordSystem) -> None:
    _world, note = _signed(session)
    system.outages = (Outage(0.0, 3600.0, "lost"),)
    with pytest.raises(SourceError):
        _run(note)
    session.expire_all()
    assert note.sink_state == SinkState.SENT
    system.outages = ()
    _run(note)
    session.expire_all()
    assert note.sink_state == SinkState.ACKNOWLEDGED and system.ledger.counts["notes"] == 1


def test_a_worker_killed_after_it_was_taken_tells_nothing_twice(
    session: Session, system: RecordSystem
) -> None:
    _world, note = _signed(session)
    session.close()
    child = os.fork()
    if child == 0:  # its own connections; what it inherited belongs to the parent
        database.engine().dispose(close=False)
        whole = HttpRecordSystem.note

        def told_and_killed(*arguments: object) -> str:
            whole(*arguments)  # type: ignore[arg-type]
            os.kill(os.getpid(), signal.SIGKILL)
            return ""

        HttpRecordSystem.note = told_and_killed  # type: ignore[method-assign,assignment]
        try:
            _run(note)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert system.ledger.counts["notes"] == 1
    with database.session() as again:
        assert again.get_one(SessionNote, note.id).sink_state == SinkState.SENT
    _run(note)
    with database.session() as again:
        assert again.get_one(SessionNote, note.id).sink_ref == "N-000001"
    assert (system.ledger.counts["notes"], system.ledger.counts["notes repeated"]) == (1, 1)


def test_a_refusal_asks_a_person_who_sends_it_again(
    session: Session, system: RecordSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, note = _signed(session)
    with monkeypatch.context() as smaller:
        smaller.setitem(told_notes.LIMITS, "summary", 100)
        assert _run(note) == {"reported": 0, "refused": 1}
    session.expire_all()
    task = session.exec(select(ReviewTask).where(ReviewTask.session_id == world.talk.id)).one()
    assert (task.kind, task.reason, note.sink_state) == ("counseling_report", "report_refused", "failed")
    assert task.evidence["answer"] == "too_long" and "입력란보다 긺" in task.question
    assert task.due_at is not None and task.application_id == world.application.id
    report.apply_decision(session, task, world.talk, {"action": "again"}, "account:1")
    session.commit()
    item = session.exec(
        select(WorkItem).where(WorkItem.reference == f"note:{note.id}", WorkItem.bot == "counseling.report")
    ).one()
    assert item.state == "queued"
    _run(note)
    session.expire_all()
    assert note.sink_state == SinkState.ACKNOWLEDGED


def test_versions_arrive_in_their_order(session: Session, system: RecordSystem) -> None:
    world, first = _signed(session)
    draft = note_signing.reopen(session, world.talk.id, "빠진 안내", world.counselor)
    second = note_signing.sign(session, draft.id, draft.version, world.counselor)
    session.commit()
    assert _run(second) == {"reported": 2, "refused": 0}
    assert _run(first) == {"reported": 0, "refused": 0}, "the later one is there already"
    session.expire_all()
    assert (first.state, second.state) == (NoteState.REPLACED, NoteState.SIGNED)
    one, two = system.ledger.notes.by_key.values()
    assert (one["version"], one["stands"], two["version"], two["stands"]) == (1, False, 2, True)


def test_what_the_signature_binds_is_told_not_what_the_talk_says_later(session: Session) -> None:
    world, note = _signed(session)
    number = world.application.receipt_no
    world.talk.application_id = world.talk.person_id = None
    session.add(world.talk)
    session.flush()
    assert message(session, note)["receipt_no"] == number


def test_without_a_system_nothing_is_told(session: Session) -> None:
    _world, note = _signed(session)
    assert _run(note) == {}
    assert load_note_fields().columns[0].name == "summary"


_texts = st.text(alphabet="가나다라 0123456789.,원abc", min_size=1, max_size=60).map(
    lambda t: " ".join(t.split()) or "가"
)


@given(st.lists(st.lists(_texts, min_size=1, max_size=6), min_size=1, max_size=4), st.integers(60, 400))
def test_fitting_never_exceeds_and_never_cuts_a_line_that_could_stand(
    lines: list[list[str]], most: int
) -> None:
    def size(text: str) -> int:
        return len(text.encode("cp949"))

    parts = [Part(f"칸{n}", tuple(part)) for n, part in enumerate(lines)]
    fitted = fit(parts, most, size, "…(생략)")
    assert size(fitted.text) <= most
    assert fitted.cut == fitted.text.endswith("…(생략)")
    told = [line.split("] ", 1)[-1] for line in fitted.text.splitlines() if line != "…(생략)"]
    whole = [line for part in lines for line in part]
    assert all(line in whole or any(w.startswith(line) for w in whole) for line in told)
    if not fitted.cut:
        assert sorted(told) == sorted(whole)


def test_an_endless_line_is_cut_where_a_sentence_ends() -> None:
    line = "첫 문장입니다. 2026. 12. 3. 14:00까지 1,200,000원을 냅니다. " + "가" * 300 + "."
    told = fit([Part("안내", (line,))], 120, lambda text: len(text.encode("cp949")), "…(생략)").text
    assert told == "[안내] 첫 문장입니다. 2026. 12. 3. 14:00까지 1,200,000원을 냅니다.\n…(생략)"


def test_a_note_that_was_signed_before_there_was_a_system_is_sent_on_request(session: Session) -> None:
    world, note = _signed(session)
    with pytest.raises(NotEditable, match="연결된 행정시스템이 없습니다"):
        note_signing.report_again(session, note.id, world.counselor)
    with environment(BACKOFFICE_CASE_SINK_URL="http://127.0.0.1:9"):
        note_signing.report_again(session, note.id, world.counselor)
    asked = session.exec(select(WorkItem.bot).where(WorkItem.reference == f"note:{note.id}")).all()
    assert sorted(asked) == ["counseling.papers", "counseling.report"]
