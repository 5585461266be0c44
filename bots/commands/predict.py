"""`./backoffice predict`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def predict(
    folder: Annotated[Path, typer.Argument(metavar="SET", help="applications.csv, deliveries/*")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="결과 JSON Lines · one line a delivery")],
) -> None:
    """정답이 있는 묶음으로 재기 · Runs the real pipeline over a labelled set, on a database of its own.

    Reads SET/applications.csv and SET/deliveries/* in the order of their names, nothing else.
    """
    from bots.predict import run_predict

    raise typer.Exit(run_predict(folder, out))
