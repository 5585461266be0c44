"""The reader measured on what people put right: today's reading of the original against their word."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from sqlmodel import Session, col, select

from bots.evaluating.account import error
from bots.evaluating.export import write_set
from bots.evaluating.labels import Label
from bots.evaluating.run import NoReason, evaluate
from queues import crypto, database
from queues.models import AccessLog, ReadField, ReviewTask
from tests.bots.decision_world import (
    World,
    arrive,
    casebook,
    documents,
    form,
    open_task,
    stranger,
    work_off,
    world,
)
from tests.conftest import environment


@pytest.fixture(scope="module")
def here(database_url: str) -> Iterator[World]:
    with environment(BACKOFFICE_PROCESSES="1"), world() as made:
        put_right(made)
        yield made


def put_right(here: World) -> None:
    """One value misread then and read right now, one right then and now, one wrong type, and one undone."""
    person = stranger(casebook()[0], 51)
    delivery_id = arrive([form(person)])
    with database.session() as session:
        row = _field(session, delivery_id, "phone")
        row.value_enc = crypto.seal("010-0000-0000")
        session.add(row)
        task = session.get_one(ReviewTask, open_task(delivery_id).id)
        task.evidence = {"fields": ["rrn"]}
        session.add(task)
    here.decide(
        task.id, action="attach", receipt_nos=[casebook()[0].receipt_no],
        fields={"phone": person.person.phone},
    )  # fmt: skip
    typed = open_task(arrive([form(stranger(casebook()[0], 53))]))
    here.decide(typed.id, action="attach", receipt_nos=[casebook()[0].receipt_no], type="ub_recognition")
    other = arrive([form(stranger(casebook()[0], 52))])
    undone = open_task(other)
    here.decide(undone.id, action="attach", receipt_nos=[casebook()[0].receipt_no], fields={"name": "틀린이"})
    work_off()
    here.undo(undone.id)
    work_off()


def _field(session: Session, delivery_id: int, name: str) -> ReadField:
    document = documents(session, delivery_id)[0]
    query = select(ReadField).where(ReadField.document_id == document.id, ReadField.name == name)
    return session.exec(query.where(ReadField.person == 0)).one()


def run(**options: object) -> str:
    out = io.StringIO()
    status = evaluate(console=Console(file=out, width=160), **options)  # type: ignore[arg-type]
    assert status == 0
    return out.getvalue()


def figure(text: str, name: str) -> float:
    found = re.search(rf"^{name}: ([\d.]+)$", text, re.MULTILINE)
    assert found, text
    return float(found[1])


def test_shares_then_and_now_without_what_the_papers_say(here: World) -> None:
    said = run()
    assert figure(said, "labels") == 3, "what was undone is no label"
    assert figure(said, "right_then") == pytest.approx(1 / 3, abs=1e-3)
    assert figure(said, "right_now") == pytest.approx(2 / 3, abs=1e-3)
    assert figure(said, "lost_since") == 0
    person = stranger(casebook()[0], 51).person
    for value in (person.name, person.rrn, person.phone, "010-0000-0000"):
        assert value not in said
    with database.session() as session:
        entry = session.exec(select(AccessLog).order_by(col(AccessLog.id).desc())).first()
        assert entry is not None and entry.action == "evaluate" and entry.account_name.startswith("console:")


def test_values_need_a_reason(here: World, tmp_path: Path) -> None:
    for options in ({"show": True}, {"out": tmp_path / "set"}, {"show": True, "reason": "  "}):
        with pytest.raises(NoReason):
            run(**options)
    assert not (tmp_path / "set").exists()


def test_a_labelled_set_leaves_a_trace(here: World, tmp_path: Path) -> None:
    out = tmp_path / "set"
    assert "ub_recognition" in run(show=True, out=out, reason="학습 자료")
    with database.session() as session:
        entries = session.exec(select(AccessLog).where(AccessLog.action == "download")).all()
        assert len(entries) == 2, "one for every paper"
        assert all(e.reason == "학습 자료" and e.subject.startswith("document:") for e in entries)
    truth, other = map(json.loads, (out / "truth.jsonl").read_text("utf-8").splitlines())
    assert [(p["type"], p["fields"]) for p in other["parts"]] == [("ub_recognition", {})]
    person = stranger(casebook()[0], 51).person
    (part,) = truth["parts"]
    assert (part["pages"], part["type"]) == ([1], "ub_application")
    assert part["fields"] == {"phone": person.phone, "rrn": person.rrn}
    assert (out / truth["file"]).read_bytes().startswith(b"%PDF")
    assert (out.stat().st_mode & 0o777, (out / truth["file"]).stat().st_mode & 0o777) == (0o700, 0o600)
    with pytest.raises(FileExistsError):
        write_set(out, [], [])


@pytest.mark.parametrize(
    ("right", "said", "kind"),
    [
        ("900101-1234567", "900101 1234567", ""),
        ("900101-1234567", "", "읽지 못함"),
        ("", "900101", "없는 값을 읽음"),
        ("900101-1234567", "900101-1234561", "한 글자 다름"),
        ("900101-1234567", "900101-123456", "한 글자 남거나 빠짐"),
        ("900101-1234567", "980101-1234561", "몇 글자 다름"),
        ("홍길동", "김철수", "다른 값"),
    ],
)
def test_kinds_of_error(right: str, said: str, kind: str) -> None:
    assert error(Label("field", 1, 1, "x", 0, "rrn", "", right, ""), said) == kind
