"""`./backoffice queue ...`."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="봇과 작업 · Bots, work and alarms on the console.", no_args_is_help=True)


@app.command()
def status(
    json: Annotated[bool, typer.Option("--json", help="기계가 읽는 형식 · for a program to read")] = False,
) -> None:
    """봇의 상태와 경보 · How each bot is, and what stands still with what to do about it.

    Exit status 0 when nothing stands still, 1 when something does, 2 when the database does not answer.
    """
    from bots.queue_status import main

    raise typer.Exit(main(as_json=json))
