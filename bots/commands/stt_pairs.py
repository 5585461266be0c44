"""`./backoffice stt pairs`: signed talks, put right, as pairs to train on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def pairs(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="빈 폴더 · an empty folder")],
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            prompt="내보내는 사유 · why",
            help="내보내는 사유, 접속기록에 남음 · goes into the access log",
        ),
    ],
) -> None:
    """서명된 상담의 바로잡은 녹취록을 학습 자료로 내보냅니다 · Exports signed, corrected talks to train on.

    What is written holds personal data as it was spoken: keep it on the center's own machine, and delete the folder
    after training.
    """
    from bots.counseling.training_pairs import NotEmpty, described, export
    from queues import database

    database.ensure()
    try:
        done = export(folder, reason)
    except (NotEmpty, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    for line in described(done):
        typer.echo(line)
    if not done.windows:
        typer.echo(
            "서명된 상담 가운데 녹취록을 바로잡은 것이 없습니다 · nothing that was put right is signed yet"
        )
    raise typer.Exit(0)
