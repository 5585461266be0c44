"""`./backoffice payments ...`."""

from __future__ import annotations

import typer

from bots.commands import payment_budget, payment_day, payment_drill, payment_layout

app = typer.Typer(help="지급 · Payments by firm banking.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """지급 · Payments by firm banking."""


app.command("drill")(payment_drill.drill)
app.command("day")(payment_day.day)
app.command("layout")(payment_layout.layout)
app.command("budget")(payment_budget.budget)
