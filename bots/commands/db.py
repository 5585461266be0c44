"""`./backoffice db ...`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="데이터베이스 · The database: bring it up to date, save it.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """스키마를 최신으로 · Brings the schema up to date (demo, up and worker do it themselves)."""
    from queues import database

    database.ensure()
    database.upgrade()
    typer.echo("스키마가 최신입니다 · the schema is up to date")


@app.command()
def backup(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="데이터베이스를 이 파일로 · dump it here")
    ] = None,
) -> None:
    """백업 · What belongs into a backup, line by line; with --out dumps the database while it runs."""
    from bots import backup as saving

    if out is not None:
        saving.dump(out)
        typer.echo(f"{out}: {out.stat().st_size:,} bytes")
    for line in saving.lines():
        typer.echo(line)
