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
    from queues import audit_chain, database

    database.ensure()
    found = audit_chain.verify()
    typer.echo(f"{found.links:,} links checked, {found.unsealed:,} not chained yet")
    if found.whole:
        typer.echo("온전합니다 · the chain is whole")
        return
    typer.echo(f"{found.broken}번째가 끊어졌습니다 · link {found.broken} is broken: {found.reason}")
    raise typer.Exit(1)
