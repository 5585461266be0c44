"""What is read on one file, for a person at a terminal."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ocr import read_delivery
from ocr.problems import ADVICE
from ocr.types import DeliveryRead, DocumentRead, FieldValue


def show(file: Path, *, text: bool, as_json: bool) -> int:
    """Prints what `file` says; 0, or 1 when nothing could be read."""
    console = Console()
    with console.status(f"{file.name} ..."):
        read = read_delivery(file)
    if as_json:
        print(json.dumps(read.to_dict(), ensure_ascii=False, indent=1))
    else:
        _print(console, file, read, text)
    return 1 if read.problem else 0


def _print(console: Console, file: Path, read: DeliveryRead, text: bool) -> None:
    if read.problem:
        console.print(f"[red]읽을 수 없습니다 · cannot be read:[/red] {read.problem}")
        console.print(ADVICE.get(read.problem, ""))
        console.print(read.detail, style="dim", highlight=False, markup=False)
        return
    console.print(f"[bold]{file.name}[/bold]: {len(read.pages)}쪽, 문서 {len(read.documents)}건")
    for page in read.pages:
        turned = f", {page.rotation}° 돌림" if page.rotation else ""
        problem = f" [red]{page.problem}[/red]" if page.problem else ""
        console.print(
            f"  {page.number}쪽  {page.engine}, {page.width}x{page.height}{turned}{problem}", highlight=False
        )
        for code in page.barcodes:
            console.print(f"       {code.format}: {code.text}", highlight=False, markup=False)
        if text:
            console.print(page.text, highlight=False, markup=False)
    for document in read.documents:
        console.print(_table(document) if document.fields else _heading(document))
        if len(document.people) > 1:
            console.print(f"  사람 {len(document.people)}명 · people named: {len(document.people)}")


def _heading(document: DocumentRead) -> str:
    hand = ", 손글씨" if document.handwritten else ""
    pages = ", ".join(map(str, document.pages))
    return f"{_title(document.type)} ({document.type}) {document.type_confidence:.2f}, {pages}쪽{hand}"


def _table(document: DocumentRead) -> Table:
    table = Table(title=_heading(document), title_justify="left", title_style="bold")
    table.add_column("항목")
    table.add_column("값", overflow="fold", min_width=16)
    table.add_column("확신", justify="right")
    table.add_column("읽은 그대로 (값과 다를 때)", overflow="fold")
    table.add_column("메모", overflow="fold")
    for value in document.fields.values():
        table.add_row(*_row(value), style="yellow" if value.doubtful else "")
    return table


def _row(value: FieldValue) -> tuple[str, str, str, str, str]:
    sure = f"{'? ' if value.doubtful else ''}{value.confidence:.2f}"
    raw = "" if value.raw == value.value else value.raw
    return value.name, value.value, sure, raw, " ".join(value.notes)


def _title(code: str) -> str:
    from ocr.forms import default_forms

    known = default_forms().get(code)
    return (
        known.title
        if known
        else {"other": "기타", "blank": "빈 쪽", "fax_cover": "팩스 표지"}.get(code, code)
    )
