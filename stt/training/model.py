"""Making, loading and writing models in Whisper's released format."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
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
        _listen_nearby(model)
    return model


# For each layer of the encoder: how many frames (20 ms) beside its own some of the heads look at first.
_BESIDE = ((-6, -3, 3, 6, 10), (-9, -4, 2, 5, 9), (-10, 5, 10), (-5, 5))
_GAIN = 1.3


def _listen_nearby(model: Whisper) -> None:
    """Heads that begin by attending to frames at a fixed distance, which the sinusoids of the positions allow: sounds
    are made out from what is beside them, and a network that has to find that out first takes hours longer."""
    half = model.dims.n_audio_state // 2
    for block, distances in zip(model.encoder.blocks, _BESIDE, strict=False):
        for head, distance in enumerate(distances[: model.dims.n_audio_head]):
            _look(block.attn, head, distance, (0, 0.32 * half), _GAIN)


def _look(attention: Any, head: int, distance: float, sinusoids: tuple[float, float], gain: float) -> None:
    """Sets a head to attend `distance` positions further, by the sinusoids numbered so."""
    state = attention.query.weight.shape[0]
    size, half = state // attention.n_head, state // 2
    first, last = sinusoids
    pairs = torch.linspace(first, min(last, half - 1), size // 2).round().long()
    angles = torch.exp(-math.log(10_000) / (half - 1) * pairs) * distance
    for number, pair in enumerate(pairs.tolist()):
        row = head * size + 2 * number
        sine, cosine = gain * angles[number].sin(), gain * angles[number].cos()
        for weight in (attention.query.weight, attention.key.weight):
            weight[row : row + 2] *= 0.1
        attention.key.weight[row, pair] += gain
        attention.key.weight[row + 1, half + pair] += gain
        attention.query.weight[row, pair] += cosine
        attention.query.weight[row, half + pair] += sine
        attention.query.weight[row + 1, half + pair] += cosine
        attention.query.weight[row + 1, pair] -= sine


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
