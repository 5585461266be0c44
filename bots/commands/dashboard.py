"""`./backoffice dashboard`."""

from __future__ import annotations

from typing import Annotated

import typer

from bots.commands.worker import become


def dashboard(
    host: Annotated[str, typer.Option(help="기본 BACKOFFICE_DASHBOARD_HOST · address to listen on")] = "",
    port: Annotated[int, typer.Option(help="기본 BACKOFFICE_DASHBOARD_PORT · port")] = -1,
) -> None:
    """업무 화면 · The dashboard alone, where people sign in."""
    given = (["--host", host] if host else []) + (["--port", str(port)] if port >= 0 else [])
    become("dashboard.server", given)
