"""`./backoffice notices ...`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="통지 · Letters and messages of the center.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """통지 · Letters and messages of the center."""


@app.command("sample")
def sample(
    out: Annotated[Path, typer.Option("-o", "--out", help="폴더 · the folder to write to")],
) -> None:
    """모든 통지서를 견본 값으로 만들기 · Writes every letter and message with made-up values, to be looked at."""
    from bots.notices.letters import LetterError
    from bots.notices.letters.samples import write_samples

    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, pages in write_samples(out):
            typer.echo(f"{path}" + (f" ({pages}쪽)" if pages else ""))
    except LetterError as error:
        typer.echo(error.text, err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        raise typer.BadParameter(f"{out}: {error.strerror}", param_hint="--out") from None
