"""`./backoffice db ...`."""

from __future__ import annotations

import typer

app = typer.Typer(help="데이터베이스 · The database: bring it up to date, save it.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """스키마를 최신으로 · Brings the schema up to date (demo, up and worker do it themselves)."""
    from queues import database

    database.upgrade()
    typer.echo("스키마가 최신입니다 · the schema is up to date")


@app.command()
def backup() -> None:
    """백업 방법 · What belongs into a backup, with the lines to type for this installation."""
    from bots.backup import lines

    for line in lines():
        typer.echo(line)
