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


@app.command()
def bank(
    books: Annotated[Path, typer.Option(help="은행 장부 (SQLite) · the bank's books")] = Path("bank.sqlite"),
    port: Annotated[int, typer.Option(min=0, max=65535)] = 21000,
    control: Annotated[
        int, typer.Option(min=0, max=65535, help="장애 주문 (HTTP) · faults on demand")
    ] = 21080,
    closed: Annotated[str, typer.Option(help='마감 시간 · closed, "23:50-00:30"')] = "",
    latency: Annotated[float, typer.Option(min=0, help="응답 지연(초) · seconds before each answer")] = 0.0,
    share: Annotated[
        float, typer.Option(min=0, max=1, help="장애 비율 · share of messages that go wrong")
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="같은 씨앗은 같은 장애 · the same seed, the same faults")] = 1,
    files: Annotated[
        int, typer.Option(min=0, max=65535, help="파일 이체(ISO 20022) · port for files, 0: none")
    ] = 0,
) -> None:
    """가상 은행 · A made-up bank for firm banking over TCP, with its own books, until Ctrl-C."""
    import asyncio
    import json
    from contextlib import ExitStack

    from bots.sandbox.bank.books import Books
    from bots.sandbox.bank.faults import everything
    from bots.sandbox.bank.process import Options, serve
    from bots.sandbox.bank.service import PASSWORD, line_settings
    from bots.sandbox.bank_files.service import BankFilesService

    def ready(at: int, told_at: int) -> None:
        typer.echo(f"bank ready on 127.0.0.1:{at}, control on http://127.0.0.1:{told_at}")
        typer.echo(f"BACKOFFICE_BANK_LINE='{json.dumps(line_settings(at))}'")
        passwords = dict.fromkeys(line_settings(at)["accounts"], PASSWORD)
        typer.echo(f"BACKOFFICE_BANK_PASSWORDS='{json.dumps(passwords)}'")

    options = Options(str(books), port=port, control=control, closed=closed, latency=latency)
    try:
        with ExitStack() as desks:
            if files:
                service = desks.enter_context(BankFilesService(Books(books), port=files))
                typer.echo(f"BACKOFFICE_BANK_FILES='{json.dumps(service.settings())}'")
                typer.echo(f"BACKOFFICE_BANK_FILES_TOKEN={service.token}")
            asyncio.run(serve(options, ready, everything(share, seed=seed) if share else None))
    except KeyboardInterrupt:
        typer.echo("bank closed")
    except OSError as error:
        raise typer.BadParameter(f"port {port} or {control}: {error.strerror}") from error
