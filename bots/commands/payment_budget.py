"""`./backoffice payments budget YEAR`."""

from __future__ import annotations

from typing import Annotated

import typer


def budget(
    year: Annotated[int | None, typer.Argument(help="회계연도 · fiscal year; 올해 · this one")] = None,
    unpaid: Annotated[
        bool, typer.Option("--unpaid", help="원인행위를 하고 지급하지 않은 지출결의 · committed and not paid")
    ] = False,
) -> None:
    """예산과목별 배정·원인행위·지출·여입·남은 금액 · What each item of a year stands at, in won."""
    from config.funds import load_funds
    from queues import budgets, database
    from queues.days import today

    fiscal_year, funds = year or today().year, load_funds()
    with database.session() as session:
        for item in budgets.items(session, fiscal_year):
            sums = budgets.standing(item)
            typer.echo(f"{funds.title(item.fund)}  {item.code}  {item.title}")
            typer.echo(
                f"  배정 {sums.allotted:,}  원인행위 {sums.committed:,}  지출 {sums.paid:,}"
                f"  여입 {sums.returned:,}  남음 {sums.left:,}" + ("  (마감)" if item.closed_at else "")
            )
        if unpaid:
            for fund in funds.funds:
                for one in budgets.unpaid(session, fiscal_year, fund):
                    typer.echo(f"  {funds.title(fund)}  지출결의 {one.order_id}: 미지급 {one.won:,}원")
