"""`./backoffice payments layout`."""

from __future__ import annotations

from typing import Annotated

import typer


def layout(
    code: Annotated[str, typer.Argument(help="전문구분/업무구분, 예: 2000/100 · one message; else all")] = "",
) -> None:
    """전문의 항목표, 은행 전문설계서와 대조용 · The bank's messages field by field, to compare with its own paper."""
    from rich.console import Console
    from rich.table import Table

    from config.bank_messages import MessageField, message_table

    told = message_table()
    chosen = [one for one in told.messages if code in ("", one.code)]
    if not chosen:
        typer.echo(
            f"{code}: {', '.join(one.code for one in told.messages)} 가운데 하나를 쓰십시오.", err=True
        )
        raise typer.Exit(2)

    def shown(title: str, fields: tuple[MessageField, ...]) -> Table:
        table = Table("위치", "길이", "종류", "항목", "이름", "비고", title=title, title_justify="left")
        for field in fields:
            notes = {
                "추정": field.assumed,
                "비밀": field.secret,
                "개인정보": field.person,
                "응답에 같은 값": field.echo,
            }
            remarks = ", ".join(word for word, holds in notes.items() if holds)
            table.add_row(str(field.at), str(field.size), field.kind, field.label, field.name, remarks)
        return table

    console = Console()
    console.print(shown(f"공통부 ({told.size}바이트, CP949)", told.header))
    for one in chosen:
        console.print(shown(f"{one.code} {one.title}", one.body))
