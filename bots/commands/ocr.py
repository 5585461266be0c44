"""`./backoffice ocr ...`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="판독 · Reads files without a database.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """판독 · Reads files without a database."""


@app.command()
def read(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="TIFF, PDF, JPEG, PNG, HEIC")],
    text: Annotated[bool, typer.Option("--text", help="읽은 글도 · the lines of text as well")] = False,
    json: Annotated[bool, typer.Option("--json", help="전부, 기계용 · everything, for a program")] = False,
) -> None:
    """파일 하나를 읽어 보입니다 · Shows the documents, fields and doubts that are read from one file.

    What is shown is what the paper says, unmasked: nothing is stored.
    """
    from bots.reading_report import show

    raise typer.Exit(show(file, text=text, as_json=json))
