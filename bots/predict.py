"""`./backoffice predict`: the real pipeline over a labelled set, in a record of its own.

What it may know of a set is `applications.csv` and the delivered files; the truth is not read. Pages are read
by all processes at once; deliveries are linked in the order of their names, as they would have arrived.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlmodel import Session, col, select

from config.settings import settings
from queues.models import (
    Application,
    Attachment,
    Delivery,
    Document,
    DocumentState,
)

_DECISIONS = {
    DocumentState.ATTACHED: "attached",
    DocumentState.DUPLICATE: "duplicate",
    DocumentState.DISCARDED: "discarded",
}


def run_predict(folder: Path, out: Path) -> int:
    """Write one JSON line a delivery to `out`; returns the exit code."""
    console = Console(stderr=True)
    cases, deliveries = folder / "applications.csv", folder / "deliveries"
    if not cases.is_file() or not deliveries.is_dir():
        console.print(f"[red]{folder}: applications.csv와 deliveries 폴더가 있어야 합니다")
        return 2
    files = sorted(f for f in deliveries.iterdir() if f.is_file())
    with own_record(), out.open("w", encoding="utf-8") as lines:
        for prediction in predictions(cases, files, console):
            lines.write(json.dumps(prediction, ensure_ascii=False) + "\n")
    console.print(f"{len(files)}건을 처리해 {out}에 적었습니다")
    return 0


@contextmanager
def own_record() -> Iterator[None]:
    """A private database, file store and keys in a folder that is removed at the end."""
    from queues import database

    folder = Path(tempfile.mkdtemp(prefix="backoffice-predict-"))
    for name in ("DATABASE_URL", "FILE_STORE_URL", "CASE_SINK_URL", "KEY", "KEY_FILE"):
        os.environ.pop(f"BACKOFFICE_{name}", None)
    os.environ["BACKOFFICE_VAR_DIR"] = str(folder)
    os.environ["BACKOFFICE_KEY"] = base64.b64encode(secrets.token_bytes(32)).decode()
    settings.cache_clear()
    try:
        database.start_private_server()
        database.upgrade()
        yield
    finally:
        database.stop_private_server(remove=True)
        shutil.rmtree(folder, ignore_errors=True)


def predictions(cases: Path, files: list[Path], console: Console) -> Iterator[dict[str, Any]]:
    """Take, read and link all files; yields the scorer's lines in the order of the files."""
    from bots.cases.pull import pull_cases
    from bots.cases.table import TableSource
    from bots.intake.link import link_delivery_record
    from bots.intake.read import read_delivery_record
    from bots.intake.readers import readers
    from queues.database import session as record

    pull_cases(TableSource(cases))
    pool = readers()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as shown, ThreadPoolExecutor(pool.processes + 1) as threads:
        bar = shown.add_task("판독·연결", total=len(files))
        ids = [_enter(file, n) for n, file in enumerate(files)]
        reading: list[Future[None]] = [threads.submit(read_delivery_record, i, pool) for i in ids]
        for file, delivery_id, done in zip(files, ids, reading, strict=True):
            done.result()
            link_delivery_record(delivery_id)
            with record() as session:
                yield {"file": f"deliveries/{file.name}", **_prediction(session, delivery_id)}
            shown.advance(bar)


def _enter(file: Path, place: int) -> int:
    from queues import files
    from queues.deliveries import Arrived, enter

    received = datetime.now(UTC) + timedelta(seconds=place)
    return enter(Arrived("set", file.name, received, files.put(file), file.name))


def _prediction(session: Session, delivery_id: int) -> dict[str, Any]:
    from bots.intake.papers import read_documents

    delivery = session.get_one(Delivery, delivery_id)
    query = select(Document).where(Document.delivery_id == delivery_id).order_by(col(Document.position))
    rows = list(session.exec(query))
    parts = []
    for row, read in zip(rows, read_documents(session, rows), strict=True):
        parts.append(
            {
                "pages": list(row.pages),
                "type": row.type,
                "receipt_no": _attached_to(session, row),
                "decision": _DECISIONS.get(DocumentState(row.state), "review"),
                "reason": row.reason,
                "fields": {name: value.value for name, value in read.fields.items()},
                "doubtful": [name for name, value in read.fields.items() if value.doubtful],
            }
        )
    problem = {"problem": delivery.problem} if delivery.problem else {}
    return {"parts": parts, **problem}


def _attached_to(session: Session, row: Document) -> str | None:
    query = (
        select(Application.receipt_no)
        .join(Attachment, col(Attachment.application_id) == col(Application.id))
        .where(Attachment.document_id == row.id, col(Attachment.undone_at).is_(None))
    )
    return session.exec(query).first()
