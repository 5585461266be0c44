"""The engine that a single file is heard with from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from stt.engines.engine import Engine

WARNING = """경고: 음성 인식 모델이 정해져 있지 않아 시연용 모델로 듣습니다. 이 모델은 시연의 합성 음성만 알아듣고
사람의 말은 알아듣지 못합니다. 실제로 쓰려면 BACKOFFICE_STT_MODEL에 공개된 모델이나 미세조정한 모델을 적으십시오.
Warning: no speech model is configured, so the demo's is used. It understands the demo's synthetic voices and
not people. For real use set BACKOFFICE_STT_MODEL to a released or fine-tuned model."""


def chosen(model: str | None = None, name: str | None = None) -> Engine:
    """The engine that is asked for or configured; without either the demo's, with a loud warning."""
    from config.settings import settings
    from stt.engines.loading import engine
    from stt.engines.models import DEMO_NAME

    if not model and not settings().stt_model:
        typer.secho(WARNING, err=True, bold=True)
        model = DEMO_NAME
    return engine(model, name)
