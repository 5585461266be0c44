"""`./backoffice up`."""

from __future__ import annotations

import typer


def up() -> None:
    """실제 운영 · The same for real use, with your own spool folders and system of record.

    Runs scheduler, worker and dashboard together, with the private PostgreSQL unless
    BACKOFFICE_DATABASE_URL names one. Ctrl-C ends all of them.
    """
    typer.echo("시작합니다 · starting ...", err=True)
    from bots.up import run_up

    raise typer.Exit(run_up())
