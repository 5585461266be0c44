"""`./backoffice stt finetune`: trains a recogniser on the center's own corrected talks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def finetune(
    pairs: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="stt pairs로 내보낸 폴더 · folder of pairs")
    ],
    out: Annotated[Path, typer.Argument(dir_okay=False, help="새 모델 파일(.pt) · the new model's file")],
    model: Annotated[
        str | None,
        typer.Option("--model", help="바탕 모델: 이름 또는 파일 · starts from; default: the configured one"),
    ] = None,
    from_scratch: Annotated[
        str,
        typer.Option(
            "--from-scratch",
            metavar="DIMS",
            help="처음부터 학습 · a new model: state=160,heads=5,audio_layers=4,text_layers=2",
        ),
    ] = "",
    epochs: Annotated[float, typer.Option(help="자료를 되풀이하는 횟수 · passes over the windows")] = 3.0,
    minutes: Annotated[float, typer.Option(help="시간 한도(분), 0은 없음 · an earlier end")] = 0.0,
    rate: Annotated[
        float, typer.Option(help="학습률, 0은 모델에 맞게 · learning rate, 0: by the model")
    ] = 0.0,
    batch_seconds: Annotated[float, typer.Option(help="한 걸음의 소리(초) · audio per step")] = 48.0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda")] = "auto",
    threads: Annotated[int, typer.Option(help="CPU 스레드, 0은 알아서 · CPU threads")] = 0,
) -> None:
    """서명된 상담의 바로잡은 녹취록으로 음성 인식 모델을 더 학습합니다 · Trains a model further on signed talks.

    Whole talks are kept aside; what the model hears wrong in them is measured before and after (character error
    rate, spaces ignored). The model that was there is not touched: a new file is written, with a card that tells
    what it was made from. Stopped in the middle, the same command goes on. Afterwards: BACKOFFICE_STT_MODEL=FILE.
    """
    from stt.engines.problems import MissingModelError
    from stt.training.finetune import Plan, PlanError
    from stt.training.finetune import finetune as train
    from stt.training.model import DimensionsError
    from stt.training.pairs import PairsError

    try:
        plan = Plan(
            folder=pairs,
            out=out,
            base=None if from_scratch else _file_of(model),
            dims=from_scratch,
            epochs=epochs,
            minutes=minutes,
            rate=rate,
            batch_seconds=batch_seconds,
            device=_device(device),
            threads=threads,
        )
        done = train(plan, typer.echo)
    except (PlanError, PairsError, DimensionsError, MissingModelError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    was = f"{done.before.rate:.3f} -> " if done.before else ""
    typer.echo(
        f"{done.out}: held-out character error rate {was}{done.after.rate:.3f} (sha256 {done.sha256[:12]})"
    )
    if done.before and done.after.rate >= done.before.rate:
        typer.echo(
            "나아지지 않았습니다. 지금 모델을 그대로 쓰십시오. · No better: keep the model that you have.",
            err=True,
        )
        raise typer.Exit(1)


def _file_of(model: str | None) -> Path:
    from stt.engines.models import WHISPER, find

    return find(model, WHISPER).path


def _device(asked: str) -> str:
    import torch

    return ("cuda" if torch.cuda.is_available() else "cpu") if asked == "auto" else asked
