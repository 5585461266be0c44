"""`./backoffice demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="끝까지 처리하고 마칩니다 · end when everything is dealt with")
    ] = False,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="집계를 파일로 · write the counts here")
    ] = None,
    deliveries: Annotated[
        int, typer.Option(min=26, help="들어오는 배달 수 · how many deliveries arrive")
    ] = 30,
    payments: Annotated[int, typer.Option(min=5, help="지급되는 건수 · how many claims are paid")] = 50,
    talks: Annotated[
        int, typer.Option(min=0, max=7, help="상담 녹음 수 · how many recorded talks come in")
    ] = 7,
    seed: Annotated[int, typer.Option(help="샘플 세계의 씨앗 · which sandbox world")] = 1,
) -> None:
    """샘플 팩스로 보는 전체 과정 · The whole way on sample faxes, then the dashboard to look around in.

    Starts a sandbox world (fax server, system of record, post, bank), the bots and the dashboard; faxes arrive,
    are read, linked, attached or put up for review; letters leave; a batch is paid and reconciled;
    recorded talks become drafts of notes, of which a counselor signs one.
    Ends with a table of what happened and the address and sign-in of the dashboard, and goes on running until Ctrl-C.
    """
    # What it needs takes a second or two to load; nobody should wonder meanwhile.
    typer.echo("시작합니다 · starting ...", err=True)
    from bots.showing.demo import run_demo

    raise typer.Exit(
        run_demo(once=once, json_file=json, deliveries=deliveries, payments=payments, talks=talks, seed=seed)
    )
