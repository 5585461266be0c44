"""`./backoffice separators ...`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="구분지 · Sheets that divide a batch scan into letters.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """구분지 · Sheets that divide a batch scan into letters."""


@app.command("print")
def print_(
    out: Annotated[Path, typer.Option("-o", "--out", help="PDF 파일 · the PDF to write")],
    count: Annotated[
        int | None,
        typer.Option(min=1, max=500, help="장수, 접수번호마다 · how many, of each; 20, or 1 per case"),
    ] = None,
    receipt_no: Annotated[
        list[str] | None,
        typer.Option(help="뒤에 오는 서류의 접수번호, 여러 번 · the case of what follows; may be repeated"),
    ] = None,
) -> None:
    """구분지 인쇄용 PDF 만들기 · Writes separator sheets to print: one goes between two letters of a batch."""
    from bots.separator_sheets import write_separators
    from config.case_code import RECEIPT_NO

    numbers = receipt_no or []
    for number in numbers:
        if not re.fullmatch(RECEIPT_NO, number):
            raise typer.BadParameter(f"{number!r}: 2026-UB-0012345", param_hint="--receipt-no")
    try:
        sheets = write_separators(out, count or (1 if numbers else 20), numbers)
    except OSError as error:
        raise typer.BadParameter(f"{out}: {error.strerror}", param_hint="--out") from None
    typer.echo(f"구분지 {sheets}장: {out} (A4, 실제 크기 100%로 인쇄하십시오)")
