"""`./backoffice dashboard`."""

from __future__ import annotations

import typer

from bots.commands.worker import become


def dashboard(context: typer.Context) -> None:
    """업무 화면 · The dashboard alone (address: BACKOFFICE_DASHBOARD_HOST and _PORT)."""
    become("dashboard.server", context.args)
