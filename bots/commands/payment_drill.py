"""`./backoffice payments drill`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bots.sandbox.drill.comparing import Result
    from bots.sandbox.drill.run import Drill


def drill(
    payments: Annotated[int, typer.Option(min=1, max=300_000, help="지급 건수 · how many")] = 2_000,
    seed: Annotated[int, typer.Option(help="같은 씨앗은 같은 장애 · the same seed, the same faults")] = 1,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="결과를 파일로 · write the counts here")
    ] = None,
    no_faults: Annotated[
        bool, typer.Option("--no-faults", help="장애 없이 속도만 · nothing goes wrong: the rate")
    ] = False,
    kills: Annotated[
        int, typer.Option(min=0, help="강제 종료할 작업 프로세스 수 · kill -9 of so many workers at least")
    ] = 22,
) -> None:
    """지급 훈련 · Pays through the sandbox's bank while everything goes wrong, then compares both books.

    Its own PostgreSQL, bank and workers; nothing of the center's is touched. Ends with 1 when anybody was paid
    twice or wrongly, the books differ by a won, a day at the bank does not agree, or the time was up before the end.
    """
    import json as json_text

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from bots.sandbox.drill.run import Drill

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as shown:
        bar = shown.add_task("준비 · preparing", total=payments)

        def progress(states: Counter[str], killed: int) -> None:
            ended = sum(states[name] for name in ("accepted", "settled", "rejected", "returned", "cancelled"))
            shown.update(bar, completed=min(ended, payments), description=f"지급 · kill {killed}")

        one = Drill(payments, seed, faults=not no_faults, kills=kills, on_progress=progress)
        result = one.run()
        shown.update(bar, completed=payments, description="대조 · compared")
    _tell(one, result)
    if json is not None:
        told = result.as_json() | {
            "sent_again": one.again,
            "days": dict(one.days),
            "ended": not one.unfinished,
        }
        json.write_text(json_text.dumps(told, indent=1) + "\n", "utf-8")
    if not (result.in_order and one.in_order):
        raise typer.Exit(1)


def _tell(drill: Drill, result: Result) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None)
    rows = (
        ("지급 · payments", result.payments),
        ("  지급됨 · paid", result.paid),
        ("  거절 · rejected", result.rejected),
        ("  불능 반환 · returned", result.returned),
        ("  결과 모름 · unknown", result.unknown),
        ("  사람이 확인 · in review", result.in_review),
        ("강제 종료 · kills", result.kills),
        ("은행 재시작 · restarts of the bank", drill.bank_restarts),
        ("겪은 장애 · faults met", sum(drill.met.values())),
        ("같은 전문 다시 보냄 · sent again", drill.again),
        ("두 번 지급 · paid twice", result.paid_twice),
        ("누락 · lost", result.lost),
        ("금액·계좌 틀림 · wrong", result.wrong_amount),
        ("은행 장부와 차이(원) · difference", result.difference),
        ("초당 건수 · per second", result.per_second),
        ("작업 프로세스 메모리(MiB) · worker's memory", drill.peak["worker"] // 2**20),
    )
    for name, value in rows:
        table.add_row(name, f"{value:,}")
    table.add_row(
        "일일 대사 · days at the bank", ", ".join(f"{n} {state}" for state, n in drill.days.items())
    )
    console = Console()
    console.print(table)
    if drill.unfinished:
        console.print("[red]정해진 시간 안에 끝나지 않았습니다 · the time was up before the end[/red]")
        console.print(drill.unfinished, markup=False, highlight=False)
    if result.in_order and drill.in_order:
        console.print("은행 장부와 원장이 일치합니다 · the bank's books and the ledger agree")
    elif not result.in_order or drill.again:
        console.print("[red]은행 장부와 원장이 다릅니다 · the books differ[/red]")
    elif not drill.unfinished:
        console.print("[red]은행과 대사가 맞지 않는 날이 있습니다 · a day at the bank does not agree[/red]")
