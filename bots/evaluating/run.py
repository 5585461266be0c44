"""`./backoffice ocr evaluate`: the reader of today against what people have put right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bots.evaluating.account import Judged, print_account, print_values
from bots.evaluating.export import must_be_empty, write_set
from bots.evaluating.labels import Label, Paper, labels, papers
from bots.evaluating.today import pages_of, pages_today, said_today
from config.settings import settings
from ocr.children import PageReaders
from queues import database
from queues.access import log_console


class NoReason(Exception):
    """Values in the clear, on the screen or in a folder, need a reason."""


def evaluate(
    *, show: bool = False, out: Path | None = None, reason: str = "", console: Console | None = None
) -> int:
    """Measure, print, and export; 0, or 1 when there is nothing to measure. Raises `NoReason`.

    Every run is noted in the access record: that it read the papers, and, where values are shown or
    written, whose and why.
    """
    console = console or Console()
    if (show or out) and not reason.strip():
        raise NoReason("--show와 --out에는 --reason이 필요합니다 · values in the clear need a --reason")
    if out:
        must_be_empty(out)
    with database.session() as session:
        found = labels(session)
        known = papers(session, {label.delivery_id for label in found})
        log_console(session, subject=f"corrections:{len(found)}", action="evaluate", reason=reason)
        if show or out:
            action = "download" if out else "unmask"
            for number in sorted({label.document_id for label in found if label.document_id is not None}):
                log_console(session, subject=f"document:{number}", action=action, reason=reason)
    if not found:
        console.print("아직 바로잡은 것이 없습니다 · nothing has been put right yet")
        return 1
    judged = _judge(found, known, console)
    print_account(console, judged)
    if show:
        print_values(console, judged)
    if out:
        count = write_set(out, known, found)
        console.print(f"{out}: {count} documents, in the clear", highlight=False)
    return 0


def _judge(found: Sequence[Label], known: Sequence[Paper], console: Console) -> list[Judged]:
    about: dict[int, list[Label]] = defaultdict(list)
    for label in found:
        about[label.delivery_id].append(label)
    now = settings()
    judged: list[Judged] = []
    with (
        PageReaders(now.processes, now.page_memory_bytes, now.page_seconds, now.file_seconds) as pool,
        console.status("판독 중 · reading") as status,
    ):
        for number, paper in enumerate(known, 1):
            status.update(f"{number}/{len(known)}")
            mine = about[paper.delivery_id]
            pages = pages_today(pool, paper, pages_of(paper, mine))
            by_hand = {d for d, document in paper.documents.items() if document.handwritten}
            for label, said in zip(mine, said_today(paper, pages, mine), strict=True):
                hand = " 손글씨" if label.document_id in by_hand else ""
                judged.append(Judged(label, f"{paper.source} {paper.media}{hand}", said))
    return judged
