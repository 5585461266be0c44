"""The papers of a signed note say what was signed, where it was said, and no more; each is made once."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from docx import Document
from sqlmodel import Session

from bots.counseling import papers
from bots.counseling.printable import printable
from queues import files, follow_ups, note_lines, note_signing
from queues.errors import BusinessError
from queues.models import SessionNote
from queues.session_notes import lines_of
from tests.queues.talk_world import World, talk


def signed(session: Session) -> tuple[World, SessionNote]:
    """A note with a line of each fate, one accepted appointment, and signs that no font has."""
    world = talk(session)
    who = world.counselor
    by_field = {line.field: line for line in lines_of(session, world.note.id)}
    changed = by_field.pop("requests")
    note_lines.change(session, changed.id, changed.version, "실업급여 금액 문의", who)
    gone = by_field.pop("to_check")
    note_lines.strike(session, gone.id, gone.version, who)
    for line in by_field.values():
        note_lines.accept(session, line.id, line.version, who)
    note_lines.add(
        session, world.note.id, "guidance", "{{ 구직등록 }} 안내 😀 <b>, [전화번호]로 연락", who, [4, 6]
    )
    meeting = follow_ups.of_talk(session, world.talk.id)[-1]
    follow_ups.accept(
        session, meeting.id, meeting.version, who, on=meeting.on, at="14:00", text="센터 방문 상담"
    )
    session.refresh(world.note)
    note = note_signing.sign(session, world.note.id, world.note.version, who)
    session.commit()
    return world, note


def test_the_papers_say_what_was_signed(session: Session) -> None:
    world, note = signed(session)
    assert papers.make(note.id) == 2
    assert papers.make(note.id) == 0, "what was made once stays"
    session.expire_all()
    with pypdfium2.PdfDocument(files.read(note.pdf_sha256)) as document:
        pdf = "".join(page.get_textpage().get_text_range() for page in document)
    word = Document(io.BytesIO(files.read(note.docx_sha256)))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    docx = "\n".join([*cells, *(p.text for p in word.paragraphs)])
    for told in (_plain(pdf), _plain(docx)):
        for expected in (
            "제1판", "김서연", world.application.receipt_no, "윤상담", "자동응답(ARS) 동의",
            "지난달 퇴사, 사무직 희망", "실업급여 금액 문의 (수정)", "(추가)", "<b>", "01:20, 02:00", "센터 방문 상담",
            "(전자서명)", "개인정보를 가린 자리", note.content_sha256,
        ):  # fmt: skip
            assert _plain(expected) in told, expected
        assert "언급없음" not in told, "a line that was struck is not in it"
    assert "〔U+1F600〕" in pdf and "😀" in docx


def _plain(text: str) -> str:
    return "".join(text.split())


def test_nothing_is_printed_of_a_note_that_was_altered(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    _world, note = signed(session)
    monkeypatch.setattr(papers, "is_intact", lambda *_: False)
    with pytest.raises(BusinessError, match="note_altered"):
        papers.make(note.id)
    session.expire_all()
    assert note.pdf_sha256 == ""


def test_what_no_font_has_is_shown_by_its_number() -> None:
    assert printable({"a": ["가\n나", "\U0001f600"], "b": 1}) == {"a": ["가\n나", "〔U+1F600〕"], "b": 1}
    assert "{{" not in printable("{{{ x }}")
