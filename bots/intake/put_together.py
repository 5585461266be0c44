"""intake.put_together: several photos of one paper, handed over at the desk, become one delivery.

They are opened in child processes only. What cannot be put together comes in file by file: one that cannot be
read is a person's question then, and the others are read.
"""

from __future__ import annotations

from contextlib import ExitStack

from bots.intake.readers import readers
from config.settings import settings
from ocr.children import PageReaders
from ocr.problems import UnreadableError
from queues import audit, desk, files
from queues.bots import Outcome, Work, bot
from queues.database import session as record

ACTOR = "bot:intake.put_together"


@bot(desk.PUT_TOGETHER, title="창구 접수 합치기", concurrency=2)
def run(item: Work) -> Outcome:
    """Put the files of one part of a desk entry together and enter them."""
    put_together(int(item.payload["entry_id"]), int(item.payload["part"]), readers())
    return Outcome()


def put_together(entry_id: int, part: int, pool: PageReaders) -> list[int]:
    """Returns the ids of the deliveries: one, or one a file. Safe to repeat: the same files give the same PDF."""
    with record() as session:
        rows = desk.files_of(session, entry_id, part)
    if done := sorted({row.delivery_id for row in rows if row.delivery_id is not None}):
        return done
    try:
        digest = _one_file([row.sha256 for row in rows], pool)
    except UnreadableError as error:
        with record() as session:
            audit.record(session, ACTOR, "desk.kept_apart", "desk_entry", entry_id, problem=error.code)
            return desk.enter_each(session, entry_id, part)
    with record() as session:
        return [desk.enter_together(session, entry_id, part, digest)]


def _one_file(digests: list[str], pool: PageReaders) -> str:
    """The hash under which the PDF of all of them is kept."""
    with ExitStack() as held:
        paths = [held.enter_context(files.as_path(digest)) for digest in digests]
        whole = paths[0].with_name(f"{paths[0].name}.whole")
        try:
            pool.put_together(paths, whole)
            if whole.stat().st_size > settings().max_file_bytes:
                raise UnreadableError("too_large", f"{whole.stat().st_size} bytes")
            return files.put(whole)
        finally:
            whole.unlink(missing_ok=True)
