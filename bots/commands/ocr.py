"""`./backoffice ocr ...`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="판독 · Reads files, and measures the reader.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """판독 · Reads files, and measures the reader."""


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


@app.command()
def evaluate(
    show: Annotated[
        bool, typer.Option("--show", help="틀린 값도, 가리지 않고 · wrong values in the clear")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", file_okay=False, help="원본과 정답을 이 폴더에 · write a labelled set"),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="--show, --out의 사유, 접속기록에 남음 · why")] = "",
) -> None:
    """담당자가 바로잡은 값으로 판독기를 잽니다 · Measures the reader on what people have put right.

    The corrected pages are read again with today's reader and compared with what people say, and with what
    was read at the time. Prints counts and shares only, unless --show asks for the values. With --out the
    originals and the truth are written as a labelled set, unencrypted, readable by you alone. Every use is
    kept in the access record.
    """
    from bots.evaluating.run import NoReason
    from bots.evaluating.run import evaluate as measure
    from queues import database

    database.ensure()
    try:
        raise typer.Exit(measure(show=show, out=out, reason=reason))
    except (NoReason, FileExistsError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
