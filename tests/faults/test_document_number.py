"""The document system is late, wrong and down, and the worker dies between the number and the letter: one number."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Any

import pytest
from sqlmodel import Session

from bots.documents_system.http import HttpDocumentSystem
from bots.documents_system.system import DocumentSystemError, Registered
from bots.notices import numbering
from bots.notices.anew import again
from bots.sandbox.document_system import DocumentBook
from bots.sandbox.outages import Outage
from queues import database, files
from queues.models import Notice
from tests.bots.notices.approval_world import (
    GRANTED,
    People,
    agree,
    announced,
    case,
    document_system,
    now,
    people_of_a_center,
    questions,
    work_off,
)
from tests.conftest import ROOT

_FOR_EVER = 10_000.0


@pytest.fixture(scope="module")
def people(database_url: str) -> People:
    return people_of_a_center(database_url)


@pytest.fixture
def approved(session: Session, people: People) -> Notice:
    """An act whose line is through; nothing has been asked of the document system."""
    notice = announced(session, case(session, people), "decision_granted", GRANTED)
    session.commit()
    work_off()
    agree(notice, people.drafter, people.head)
    return now(notice)


@pytest.mark.parametrize("kind", ["down", "lost"])
def test_an_outage_costs_no_number(approved: Notice, kind: str) -> None:
    book = DocumentBook("고용센터", first=approved.id * 1000)
    with (
        document_system(book=book, outages=(Outage(0, _FOR_EVER, kind),)),  # type: ignore[arg-type]
        pytest.raises(DocumentSystemError),
    ):
        numbering.finish(approved.id)
    assert now(approved).state == "approved" and now(approved).document_no is None
    with document_system(book=book):
        assert numbering.finish(approved.id) == "ready"
    assert book.counts["registered"] == 1 == len(book.documents)


@pytest.mark.parametrize("after", ["_note_number", "_final"])
def test_dying_after_any_step_gives_one_number_and_one_letter(
    approved: Notice, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(numbering, after)

    class Died(BaseException):
        pass

    def dies(*given: object) -> object:
        real(*given)
        raise Died

    with document_system() as book:
        monkeypatch.setattr(numbering, after, dies)
        with pytest.raises(Died):
            numbering.finish(approved.id)
        monkeypatch.undo()
        assert numbering.finish(approved.id) == "ready"
        letter = now(approved).letter_sha256
        assert numbering.finish(approved.id) == ""
        assert book.counts["registered"] == 1
    assert now(approved).letter_sha256 == letter and files.exists(letter)


def test_a_worker_killed_before_it_hears_the_number_costs_none(
    approved: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, let_go = threading.Event(), threading.Event()
    with document_system() as book:
        real = book.register

        def late(key: str, document: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            answer = real(key, document)
            given.set()
            let_go.wait(20)
            return answer

        monkeypatch.setattr(book, "register", late)
        code = f"from bots.notices import numbering; numbering.finish({approved.id})"
        worker = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
        assert given.wait(60)
        worker.kill()
        worker.wait(10)
        let_go.set()
        assert now(approved).document_no is None
        assert numbering.finish(approved.id) == "ready"
        (document,) = book.documents.values()
    assert now(approved).document_no == document["document_no"]


def test_two_workers_at_once_make_one_letter(approved: Notice) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with document_system() as book, ThreadPoolExecutor(2) as both:
        done = sorted(both.map(numbering.finish, [approved.id] * 2))
        assert book.counts["registered"] == 1
    assert done[-1] == "ready" and now(approved).state == "ready"


def test_a_refusal_goes_to_a_person(approved: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    with document_system() as book:
        monkeypatch.setattr(book, "register", lambda *_: (422, {"error": "closed_year"}))
        assert numbering.finish(approved.id) == "review"
    (question,) = questions(approved)
    assert question.reason == "notice_number_refused" and "closed_year" in question.question
    with database.session() as session:  # once the system takes it, nobody has to agree again
        again(session, session.get_one(Notice, approved.id), "account:1")
    with document_system():
        work_off()
    assert now(approved).state == "ready"


def test_an_answer_that_is_none_is_no_number(approved: Notice) -> None:
    nothing = {}, {"document_no": "", "effective_on": "2026-11-23", "seal": ""}, {"document_no": "가-1"}
    for answer in nothing:
        with document_system() as book:
            book.answer = lambda _key, told=answer: told  # type: ignore[method-assign,misc]
            with pytest.raises(DocumentSystemError):
                numbering.finish(approved.id)
    assert now(approved).document_no is None


def test_a_number_of_another_letter_is_not_taken(approved: Notice, session: Session, people: People) -> None:
    first = announced(session, case(session, people), "decision_granted", GRANTED)
    session.commit()
    work_off()
    with document_system() as book:
        agree(first, people.drafter, people.head)
        number = book._next
        work_off()
        assert now(first).state == "ready"
        book._next = number
        assert numbering.finish(approved.id) == ""
    assert now(approved).state == "review"


def test_the_same_key_with_another_content_is_refused() -> None:
    with document_system() as book:
        line = [
            {"duty": "기안", "name": "가", "day": "2026-11-23"},
            {"duty": "전결", "name": "나", "day": "2026-11-23"},
        ]
        document = {
            "title": "통지", "kind": "decision_granted", "receipt_no": "2026-UB-0000001", "content_sha256": "a",
            "pages": 1, "disclosure": "", "approvals": line,
        }  # fmt: skip
        from config.settings import settings

        system = HttpDocumentSystem(settings().document_system_url or "")
        first = system.register("key:1", document)
        assert isinstance(first, Registered) and system.register("key:1", document) == first
        with pytest.raises(DocumentSystemError):
            system.register("key:1", {**document, "content_sha256": "b"})
        with pytest.raises(DocumentSystemError):
            system.register("key:2", {**document, "approvals": [line[0], {**line[1], "name": "가"}]})
        assert system.find("key:2") is None and len(book.documents) == 1
        system.close()
