"""`./backoffice audit ...`."""

from __future__ import annotations

import typer

app = typer.Typer(help="감사 기록 · The audit record: who did what, chained.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """감사 기록 · The audit record: who did what, chained."""


@app.command()
def verify() -> None:
    """사슬 검증 · Verifies the chain of seals; names the first broken link.

    Exit status 0 when the chain is whole, 1 when an event was changed, removed or slipped in.
    """
    from queues import audit

    raise typer.Exit(_report(audit.verify()))


def _report(result: object) -> int:
    typer.echo(str(result))
    return 0 if result else 1
