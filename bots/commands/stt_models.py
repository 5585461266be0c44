"""`./backoffice stt models`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bots.commands.stt_errors import told

if TYPE_CHECKING:
    from stt.engines.models import Model


def models(
    fetch: Annotated[
        str, typer.Option("--fetch", help="공개된 모델을 내려받음 (인터넷 필요) · download a released model")
    ] = "",
    convert: Annotated[
        str,
        typer.Option("--convert", help="faster-whisper용으로 바꿈 · make a model usable by faster-whisper"),
    ] = "",
) -> None:
    """음성 인식 모델 · Which models are installed, where they are looked for, and which one is used."""
    with told():
        if fetch:
            _fetch(fetch)
        if convert:
            _convert(convert)
        _show()


def _show() -> None:
    from config.settings import settings
    from stt.engines.models import FASTER, WHISPER, find, installed, looked_for
    from stt.engines.problems import EngineError

    configured, engine = settings().stt_model, settings().stt_engine
    typer.echo(f"사용 · in use: {configured or '정해지지 않음 not chosen'} ({engine})")
    for place in looked_for(configured, engine) if configured else ():
        typer.echo(f"  찾는 곳 · looked for: {place}")
    try:
        used = find()
        typer.echo(f"  있음 · found: {used.path}")
        if used.name == "demo":
            typer.echo(
                "  시연용 모델: 합성 음성만 알아듣습니다 · the demo's model: synthetic voices only, not people"
            )
    except EngineError as error:
        typer.echo(f"  {error.advice}\n  {error}")
    typer.echo("설치된 모델 · installed:")
    for name in (WHISPER, FASTER):
        for model in installed(name):
            typer.echo(f"  {_line(model)}")


def _line(model: Model) -> str:
    from stt.engines.inspecting import dimensions
    from stt.engines.models import released_sha256

    size = model.weights.stat().st_size / 1e6
    told = [f"{size:,.0f} MB", f"sha256 {model.sha256[:16]}", dimensions(model), model.card.label]
    if known := released_sha256(model.path) if model.path.is_file() else "":
        told.append("공개본과 같음 as released" if known == model.sha256 else "공개본과 다름 NOT AS RELEASED")
    return f"{model.name} ({model.engine})  {model.path}\n    {', '.join(part for part in told if part)}"


def _fetch(name: str) -> None:
    from stt.engines.fetching import fetch

    path = fetch(name)
    typer.echo(f"내려받음 · fetched: {path}")


def _convert(name: str) -> None:
    from stt.engines.converting import convert

    path: Path = convert(name)
    typer.echo(f"바꿈 · converted: {path}")
