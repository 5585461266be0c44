"""What waits becomes files: marked as told and committed first, then given, as often as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Row as Found
from sqlalchemy import text
from sqlmodel import Session

from bots.payments.accounting.system import AccountingRefuses, AccountingSystem, Given
from bots.payments.accounting.table import Row, as_csv, as_xlsx
from config.funds import load_funds
from queues import files
from queues.accounting import KINDS, file_named
from queues.database import session as record
from queues.days import today


def make_file(run: int, most: int, encoding: str) -> str | None:
    """One file of what waits, at most so many rows; its name, None when nothing waits.

    The entries belong to the file from the commit on, whether it was given or not: the same rows never stand in two.
    """
    with record() as session:
        found = session.execute(_WAITING, {"most": most}).all()
        if not found:
            return None
        name = _name(session, run)
        rows = [_row(one) for one in found]
        csv_sha256 = files.put(as_csv(rows, encoding))
        xlsx_sha256 = files.put(as_xlsx(rows, name))
        session.execute(
            _MARK,
            {
                "ids": [one.id for one in found],
                "name": name,
                "csv": csv_sha256,
                "xlsx": xlsx_sha256,
                "at": datetime.now(UTC).isoformat(),
            },
        )
        return name


def give_files(system: AccountingSystem) -> tuple[int, int]:
    """Give all files that have not arrived yet; (given, refused). The same file again is the same to the other side.

    A file that is refused as a whole is refused row by row: people see to it. Raises `AccountingDown`.
    """
    given = refused = 0
    with record() as session:
        names = session.execute(_NOT_GIVEN).scalars().all()
    for name in names:
        with record() as session:
            told = file_named(session, name)
        if told is None:
            continue
        file = Given(name, files.read(told.csv_sha256), files.read(told.xlsx_sha256))
        try:
            system.give(file)
        except AccountingRefuses as error:
            _settle(name, refused=error.reason or "refused")
            refused += 1
        else:
            _settle(name)
            given += 1
    return given, refused


def _settle(name: str, refused: str = "") -> None:
    with record() as session:
        session.execute(_REFUSED if refused else _GIVEN, {"name": name, "error": refused})


def _name(session: Session, run: int) -> str:
    """Of letters and digits only, never the same twice; says nothing of what is in it."""
    stem = f"BO-{today():%Y%m%d}-{run:06d}"
    count = session.execute(_HOW_MANY, {"like": f"{stem}-%"}).scalar_one()
    return f"{stem}-{int(count) + 1:03d}"


def _row(one: Found[Sequence[object]]) -> Row:
    funds = load_funds().funds
    return Row(
        key=one.key,
        kind=KINDS[one.kind],
        fiscal_year=one.fiscal_year,
        fund=one.fund,
        fund_title=funds[one.fund].title if one.fund in funds else one.fund,
        item=one.code,
        item_title=one.title,
        number=one.number or "",
        end_to_end=one.end_to_end or "",
        on=one.on,
        amount_won=one.amount_won,
    )


_WAITING = text("""
    SELECT e.id, e.key, e.kind, i.fiscal_year, i.fund, i.code, i.title, o.number, p.end_to_end, e."on", e.amount_won
    FROM accounting_entry e
    JOIN budget_entry b ON b.id = e.entry_id JOIN budget_item i ON i.id = b.item_id
    JOIN payment_order o ON o.id = e.order_id LEFT JOIN payment p ON p.id = e.payment_id
    WHERE e.state = 'waiting' ORDER BY e.id LIMIT :most FOR UPDATE OF e SKIP LOCKED
""")
_MARK = text("""
    UPDATE accounting_entry SET state = 'exported', file_name = :name, file_sha256 = :csv,
        detail = detail || jsonb_build_object('xlsx_sha256', CAST(:xlsx AS text), 'made_at', CAST(:at AS text))
    WHERE id = ANY(:ids)
""")
_NOT_GIVEN = text("""
    SELECT file_name FROM accounting_entry WHERE state = 'exported' AND exported_at IS NULL
    GROUP BY file_name ORDER BY min(id)
""")
_GIVEN = text("""
    UPDATE accounting_entry SET exported_at = clock_timestamp()
    WHERE file_name = :name AND exported_at IS NULL
""")
_REFUSED = text("""
    UPDATE accounting_entry SET exported_at = clock_timestamp(), answered_at = clock_timestamp(),
        state = 'refused', error = :error
    WHERE file_name = :name AND state = 'exported'
""")
_HOW_MANY = text("""
    SELECT count(DISTINCT name) FROM (
        SELECT file_name AS name FROM accounting_entry WHERE file_name LIKE :like
        UNION ALL
        SELECT told ->> 'file' FROM accounting_entry, jsonb_array_elements(detail -> 'earlier') AS told
        WHERE detail ? 'earlier' AND told ->> 'file' LIKE :like) AS used
""")
