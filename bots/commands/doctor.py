"""`./backoffice doctor`."""

from __future__ import annotations

from typing import Annotated

import typer


def doctor(
    json: Annotated[bool, typer.Option("--json", help="기계가 읽는 형식 · for a program to read")] = False,
) -> None:
    """무엇이 있고 무엇이 빠졌는지 · What is there, what is missing and the exact thing to do.

    Exit status 0 when everything needed is there, 1 when something is missing.
    """
    from bots.doctor.plain import main

    raise typer.Exit(main(["doctor", *(["--json"] if json else [])]))
