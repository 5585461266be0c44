"""Making, loading and writing models in Whisper's released format."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from whisper.model import ModelDimensions, Whisper

MEL_BANDS = 80


class DimensionsError(ValueError):
    """Dimensions of which no model can be made."""


def dimensions(told: str) -> ModelDimensions:
    """ "state=160,heads=5,audio_layers=5,text_layers=3": of a new multilingual model. Raises DimensionsError."""
    from whisper.model import ModelDimensions

    names = {"state", "heads", "audio_layers", "text_layers"}
    try:
        given = {name.strip(): int(value) for name, value in (part.split("=") for part in told.split(","))}
    except ValueError:
        raise DimensionsError(f"{told!r}: give {', '.join(sorted(names))} as name=number,...") from None
    if set(given) != names or min(given.values()) < 1 or given["state"] % (2 * given["heads"]):
        raise DimensionsError(
            f"{told!r}: give each of {', '.join(sorted(names))}, at least 1; state is a multiple of 2 x heads"
        )
    return ModelDimensions(
        n_mels=MEL_BANDS,
        n_audio_ctx=1500,
        n_audio_state=given["state"],
        n_audio_head=given["heads"],
        n_audio_layer=given["audio_layers"],
        n_vocab=51865,
        n_text_ctx=448,
        n_text_state=given["state"],
        n_text_head=given["heads"],
        n_text_layer=given["text_layers"],
    )


def new(dims: ModelDimensions, seed: int) -> Whisper:
    """A model that knows nothing yet."""
    from whisper.model import Whisper

    torch.manual_seed(seed)
    model = Whisper(dims)
    with torch.no_grad():
        nn.init.normal_(model.decoder.token_embedding.weight, std=0.04)
        nn.init.normal_(model.decoder.positional_embedding, std=0.02)
        for name, parameter in model.named_parameters():
            if name.endswith((".out.weight", "mlp.2.weight")):
                parameter.mul_(0.5)
    return model


def write(model: Whisper, path: Path, facts: dict[str, Any]) -> str:
    """The weights in half precision to `path` (.pt) and `facts` beside them (.json). Returns the weights' SHA-256."""
    weights = {
        name: value.detach().cpu().to(torch.float16).clone() if value.is_floating_point() else value.cpu()
        for name, value in model.state_dict().items()
    }
    partial = path.with_suffix(".partial")
    torch.save({"dims": dataclasses.asdict(model.dims), "model_state_dict": weights}, partial)
    partial.replace(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    told = json.dumps({**facts, "sha256": digest}, ensure_ascii=False, indent=2) + "\n"
    path.with_suffix(".json").write_text(told, encoding="utf-8")
    return digest


def facts_of(path: Path) -> dict[str, Any]:
    """What is told beside a model; empty for a released one."""
    beside = path.with_suffix(".json")
    told: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    return told
