"""`./backoffice sandbox ...`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

app = typer.Typer(help="샘플 세계 · Made-up people, papers and faxes, with the truth.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """샘플 세계 · Made-up people, papers and faxes, with the truth."""


@app.command()
def generate(
    folder: Annotated[Path, typer.Argument(help="새 폴더 · a new folder")],
    deliveries: Annotated[int, typer.Option(min=1, help="배달 수 · how many")] = 40,
    seed: Annotated[int, typer.Option(help="같은 씨앗은 같은 세계 · the same seed, the same world")] = 1,
    split: Annotated[
        str, typer.Option(help="tune | test: 글꼴과 양식이 서로 다름 · unlike each other")
    ] = "test",
) -> None:
    """정답 있는 묶음 만들기 · Writes a labelled set: applications.csv, deliveries/, truth.jsonl."""
    if split not in ("tune", "test"):
        raise typer.BadParameter(f"{split!r}: tune or test", param_hint="--split")
    from rich.progress import Progress

    from bots.sandbox.labelled import write_set
    from bots.sandbox.names import Split

    with Progress() as shown:
        bar = shown.add_task("배달을 만듭니다", total=deliveries)
        write_set(
            folder,
            deliveries=deliveries,
            seed=seed,
            split=cast(Split, split),
            on_progress=lambda done, _: shown.update(bar, completed=done),
        )
