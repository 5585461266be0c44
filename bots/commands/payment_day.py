"""`./backoffice payments day YYYY-MM-DD`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def day(
    on: Annotated[str, typer.Argument(metavar="YYYY-MM-DD", help="대사할 날 · the day")],
    out: Annotated[
        Path | None, typer.Option("--json", help="결과 파일 · write the figures to a file")
    ] = None,
) -> None:
    """하루의 대사: 우리·은행·회계시스템 · A day held three ways; ends with 1 while it does not agree."""
    from datetime import date

    from bots.payments.reconcile.report import as_lines, day_report
    from queues import database

    try:
        told = date.fromisoformat(on)
    except ValueError:
        raise typer.BadParameter(f"{on}: 날짜는 YYYY-MM-DD로 적습니다", param_hint="day") from None
    with database.session() as session:
        report = day_report(session, told)
    for line in as_lines(report):
        typer.echo(line)
    if out is not None:
        out.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    raise typer.Exit(0 if report["agrees"] else 1)
