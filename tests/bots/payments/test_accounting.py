"""Bookings reach the accounting system once, its answers come back, and what does not agree is listed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlmodel import Session, col, select

from bots.payments.accounting.bot import run
from bots.payments.accounting.export import give_files, make_file
from bots.payments.accounting.folder import FolderSystem
from bots.payments.accounting.http import HttpAccountingSystem
from bots.payments.accounting.system import AccountingDown, AccountingRefuses, Given
from bots.payments.accounting.table import COLUMNS, NotReadable, Row, as_csv, as_xlsx, read_answers
from bots.sandbox.accounting_system import AccountingBook, AccountingServer, Mistakes
from bots.sandbox.outages import Outage
from queues import accounting, bank_days, files
from queues.bots import Outcome, Work
from queues.errors import BusinessError
from queues.models import AccountingEntry, BankDay, Difference
from tests.bots.payments.day_world import treasury
from tests.conftest import environment
from tests.dashboard import payment_filling as filling

_runs = iter(range(1, 1000))
_ago = iter(range(2, 4000))
_ROW = Row(
    "order:1:commit:1",
    "원인행위",
    2026,
    "general",
    "일반회계",
    "2300-1",
    "고용 > 실업",
    "2026-1",
    "",
    date(2026, 11, 2),
    10,
)


@pytest.fixture(autouse=True)
def _(database_url: str) -> Iterator[None]:
    """What earlier tests left is told already."""
    while make_file(next(_runs), 1000, "utf-8-sig"):
        pass
    yield


def _booked(session: Session, ends: list[str]) -> date:
    """Payments of a day of their own with what was booked on them; the day of the entries (today)."""
    made = filling.batch(session, treasury(session), "done", ends, days_ago=next(_ago))
    session.commit()
    return made.created_at.date()


def _run(url: str = "", folder: Path | None = None, trigger: str = "") -> Outcome:
    line = f'{{"url": "{url}"}}' if url else f'{{"folder": "{folder}"}}'
    number = next(_runs)
    with environment(BACKOFFICE_ACCOUNTING=line if url or folder else "null"):
        item = Work(
            id=number, bot="payments.accounting", reference="x", payload={"trigger": trigger}, attempt=1, tries=1
        )  # fmt: skip
        item.progress = lambda done, total: None  # type: ignore[method-assign]
        return run(item) or Outcome()


def _entries(session: Session, state: str) -> list[AccountingEntry]:
    session.expire_all()
    return list(session.exec(select(AccountingEntry).where(AccountingEntry.state == state)))


def test_what_is_booked_is_told_once_and_comes_back(session: Session) -> None:
    _booked(session, ["settled"] * 3)
    with AccountingServer() as server:
        outcome = _run(server.url)
        assert outcome.counts["given"] >= 1 and outcome.counts["booked"] >= 6
        assert _run(server.url).idle
        book = server.book
        mine = session.exec(select(AccountingEntry).where(col(AccountingEntry.key).in_(book.booked))).all()
        assert {e.key: (e.state, e.their_no, e.their_won) for e in mine} == {
            key: ("booked", *bookings[0]) for key, bookings in book.booked.items()
        }
        assert all(len(bookings) == 1 for bookings in book.booked.values())
        assert book.counts["repeated"] == 0 and not book.ready()


def test_the_same_file_goes_again_after_a_lost_answer(session: Session) -> None:
    _booked(session, ["settled"])
    with AccountingServer(outages=(Outage(0.0, 3600.0, "lost"),)) as server:
        for _ in range(2):
            with pytest.raises(AccountingDown):
                _run(server.url)
        server.outages = ()
        assert _run(server.url).counts["booked"] == 2
        assert server.book.counts["repeated"] == 2
        assert all(len(bookings) == 1 for bookings in server.book.booked.values())


def test_refused_wrong_double_and_forgotten_ones_are_differences(session: Session) -> None:
    _booked(session, ["settled"] * 4)
    with AccountingServer(AccountingBook(Mistakes(refuse=3, other_sum=5, twice=7, forget=4))) as server:
        _run(server.url)
        day = session.exec(select(BankDay).where(BankDay.channel == "accounting")).one()
        found = session.exec(select(Difference).where(Difference.bank_day_id == day.id)).all()
        causes = [one.cause for one in found if one.state == "open"]
        assert day.state == "differs"
        assert sorted(causes) == [
            "accounting_amount",
            "accounting_refused",
            "accounting_refused",
            "accounting_twice",
        ]
        listed = bank_days.differences(session, day.id)
        assert all(line.order_id for line in listed)
        refused = _entries(session, "refused")
        assert {e.error for e in refused} == {"예산과목 확인 필요"}
        accounting.again(session, refused[0].id, treasury(session).head)
        session.commit()
        with pytest.raises(accounting.NotAgain):
            accounting.again(session, refused[0].id, treasury(session).head)
        session.rollback()
        server.book.mistakes = Mistakes()
        assert _run(server.url).counts["booked"] == 1
        assert refused[0].key not in {e.key for e in _entries(session, "refused")}
        made = accounting.files(session)
        assert len({file.name for file in made}) == len(made)


def test_a_folder_gets_whole_files_and_gives_answers(session: Session, tmp_path: Path) -> None:
    _booked(session, ["settled"])
    _run(folder=tmp_path)
    [table] = (tmp_path / "out").glob("*.csv")
    rows = list(csv.DictReader(io.StringIO(table.read_bytes().decode("utf-8-sig"))))
    assert [row["구분"] for row in rows] == ["원인행위", "지출"] and table.with_suffix(".done").exists()
    sheet = load_workbook(table.with_suffix(".xlsx")).worksheets[0]
    assert [list(map(str, row.values())) for row in rows] == [
        ["" if cell is None else str(cell) for cell in row]
        for row in sheet.iter_rows(min_row=2, values_only=True)
    ]
    told = accounting.file_named(session, table.stem)
    assert told is not None and files.read(told.csv_sha256) == table.read_bytes() and told.entries == 2
    answers = tmp_path / "in"
    answers.mkdir()
    lines = [f"{row['전표키']},등록,D-{n},{row['금액']},\n" for n, row in enumerate(rows)]
    (answers / "a.result.csv").write_text(
        "전표키,결과,접수번호,등록금액,사유\n" + "".join(lines), "utf-8-sig"
    )
    assert _run(folder=tmp_path).counts["booked"] == 2
    assert not list(answers.glob("*.csv")) and (answers / "done" / "a.result.csv").exists()


def test_answers_that_nobody_can_read_or_asked_for_go_to_a_person(session: Session, tmp_path: Path) -> None:
    answers = tmp_path / "in"
    answers.mkdir()
    (answers / "a.result.csv").write_text(
        "전표키,결과,접수번호,등록금액,사유\norder:0:x,등록,D1,10,\n", "utf-8-sig"
    )
    (answers / "b.result.csv").write_text("무엇\n", "utf-8-sig")
    with pytest.raises(BusinessError, match="보낸 적 없는 전표의 결과가 1건") as error:
        _run(folder=tmp_path)
    assert "b.result.csv" in error.value.text and (answers / "b.result.csv").exists()
    with pytest.raises(BusinessError, match=r"b\.result\.csv"):
        _run(folder=tmp_path)


def test_without_an_accounting_system_a_person_has_files_made(session: Session) -> None:
    _booked(session, ["settled"])
    assert _run().idle and len(_entries(session, "waiting")) == 2
    assert _run(trigger="manual").counts == {"files": 1} and not _entries(session, "waiting")
    assert accounting.files(session)[0].exported_at is None


def test_what_an_entry_says_cannot_be_changed(session: Session) -> None:
    _booked(session, ["settled"])
    entry = _entries(session, "waiting")[0]
    entry.amount_won += 10
    session.add(entry)
    with pytest.raises(Exception, match="cannot be changed"):
        session.flush()
    session.rollback()


def test_another_content_under_a_name_is_not_written_over(tmp_path: Path) -> None:
    system = FolderSystem(tmp_path)
    system.give(Given("BO-1", b"a", b"b"))
    system.give(Given("BO-1", b"a", b"b"))
    with pytest.raises(AccountingRefuses):
        system.give(Given("BO-1", b"c", b"b"))
    assert (tmp_path / "out" / "BO-1.csv").read_bytes() == b"a"


def test_a_file_that_is_refused_as_a_whole_is_refused_row_by_row(session: Session) -> None:
    _booked(session, ["settled"])
    name = make_file(next(_runs), 1000, "utf-8-sig")
    with AccountingServer() as server:
        server.book.files[name or ""] = "another"
        system = HttpAccountingSystem(server.url)
        assert give_files(system)[1] == 1
        system.close()
    assert {e.error for e in _entries(session, "refused") if e.file_name == name} == {"other_content"}


_TITLES = "전표키,결과,접수번호,등록금액,사유\n"


@pytest.mark.parametrize(
    "text",
    ["", "전표키,결과\n"]
    + [
        _TITLES + row
        for row in (
            "k,등록,D1,1.5,\n",
            "k,등록,,10,\n",
            "k,아마,D1,10,\n",
            "k,등록,D1\n",
            '"k,등록,D1,10,\n',
        )
    ],
)
def test_an_answer_is_read_whole_or_not_at_all(text: str) -> None:
    with pytest.raises(NotReadable):
        read_answers(text.encode("utf-8-sig"), "utf-8-sig")


@given(st.binary(max_size=200))
def test_no_answer_breaks_the_reader(content: bytes) -> None:
    with suppress(NotReadable):
        read_answers(content, "cp949")


@settings(max_examples=25)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30),
    st.integers(-(10**14), 10**14),
)
def test_csv_and_xlsx_say_the_same(title: str, won: int) -> None:
    row = Row(_ROW.key, _ROW.kind, 2026, "f", title, "i", "=1+1", "n", "", date(2026, 1, 2), won)
    [titles, cells] = csv.reader(io.StringIO(as_csv([row], "utf-8-sig").decode("utf-8-sig"), newline=""))
    assert tuple(titles) == COLUMNS and tuple(cells) == tuple(map(str, row.cells))
    sheet = load_workbook(io.BytesIO(as_xlsx([row], "x"))).worksheets[0]
    cell = next(iter(sheet.iter_rows(min_row=2)))[6]
    assert cell.data_type == "s" and cell.value == "=1+1"
