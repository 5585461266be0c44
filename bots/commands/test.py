"""`./backoffice test`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

PASS_ON: dict[str, Any] = {"allow_extra_args": True, "ignore_unknown_options": True}


def test(
    context: typer.Context,
    only: Annotated[
        str | None, typer.Option("--only", metavar="CHECK", help="lint | format | types | imports | pytest")
    ] = None,
) -> None:
    """모든 검사 · Every check: ruff, formatting, mypy, import rules, pytest.

    What follows goes to pytest: `./backoffice test --only pytest tests/ocr -k rotated`.
    """
    from bots.checks import run_checks

    raise typer.Exit(run_checks(only, context.args))
