"""A model of openai-whisper in the form of faster-whisper (CTranslate2): the same weights, in another order."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stt.engines.alignment import known_heads
from stt.engines.models import DEMO_NAME, FASTER, WHISPER, Model, find, looked_for
from stt.engines.problems import BAD_SETTING, BROKEN_MODEL, EngineError
from stt.engines.tokens import language_ids, tokenizer, vocabulary

if TYPE_CHECKING:
    from ctranslate2.specs.whisper_spec import WhisperSpec
    from torch import Tensor

    Weights = Mapping[str, Tensor]

POSITIONS = 1500
"""faster-whisper always encodes 30 s."""


def convert(name: str, into: Path | None = None) -> Path:
    """Convert an installed model, by name or file, into a folder that faster-whisper loads.

    into   the folder; by default the one where the engine looks for the name
    Raises `MissingModelError` when the model is not there, `EngineError` when it cannot be converted.
    """
    model = find(name, WHISPER)
    target = into or _target(model)
    whisper = _read(model)
    dims = whisper["dims"]
    if dims["n_audio_ctx"] != POSITIONS or dims["n_vocab"] < 51865:
        raise EngineError(
            BAD_SETTING,
            f"{model.path} is no multilingual model of 30 s windows; faster-whisper reads no other.",
        )
    spec = _spec(dims, whisper["model_state_dict"], model.path.stem)
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    spec.save(str(unfinished))
    tokenizer(_languages(dims)).save(str(unfinished / "tokenizer.json"))
    (unfinished / "preprocessor_config.json").write_text(
        json.dumps({"feature_size": dims["n_mels"]}), "utf-8"
    )
    (unfinished / "card.json").write_text(model.card.model_dump_json(), "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    return unfinished.rename(target)


def _target(model: Model) -> Path:
    name = model.path.stem if model.name != DEMO_NAME else DEMO_NAME
    return looked_for(name, FASTER)[0]


def _read(model: Model) -> dict[str, Any]:
    import pickle

    import torch

    try:
        held = torch.load(model.path, map_location="cpu", weights_only=True)
        return {"dims": dict(held["dims"]), "model_state_dict": held["model_state_dict"]}
    except (RuntimeError, KeyError, TypeError, ValueError, EOFError, pickle.UnpicklingError) as error:
        raise EngineError(BROKEN_MODEL, f"{model.path} is no model of openai-whisper.") from error


def _languages(dims: Mapping[str, int]) -> int:
    """As `whisper.model.Whisper.num_languages` counts them."""
    return dims["n_vocab"] - 51765 - 1


def _spec(dims: Mapping[str, int], weights: Weights, stem: str) -> WhisperSpec:
    from ctranslate2.specs.whisper_spec import WhisperSpec

    held = {name: tensor.float() for name, tensor in weights.items()}
    spec = WhisperSpec(dims["n_audio_layer"], dims["n_audio_head"], dims["n_text_layer"], dims["n_text_head"])
    _encoder(spec.encoder, held)
    _decoder(spec.decoder, held)
    spec.register_vocabulary(vocabulary(_languages(dims)))
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = language_ids(_languages(dims))
    spec.config.alignment_heads = _alignment_heads(dims, stem)
    spec.validate()
    spec.optimize(quantization="float16")
    return spec


def _encoder(spec: Any, held: Weights) -> None:
    for name in ("conv1", "conv2"):
        conv = getattr(spec, name)
        conv.weight, conv.bias = held[f"encoder.{name}.weight"], held[f"encoder.{name}.bias"]
    spec.position_encodings.encodings = held["encoder.positional_embedding"]
    _norm(spec.layer_norm, held, "encoder.ln_post")
    for number, layer in enumerate(spec.layer):
        _layer(layer, held, f"encoder.blocks.{number}")


def _decoder(spec: Any, held: Weights) -> None:
    spec.embeddings.weight = held["decoder.token_embedding.weight"]
    spec.projection.weight = held["decoder.token_embedding.weight"]
    spec.position_encodings.encodings = held["decoder.positional_embedding"]
    _norm(spec.layer_norm, held, "decoder.ln")
    for number, layer in enumerate(spec.layer):
        block = f"decoder.blocks.{number}"
        _layer(layer, held, block)
        _attention(layer.attention, held, f"{block}.cross_attn", (("query",), ("key", "value"), ("out",)))
        _norm(layer.attention.layer_norm, held, f"{block}.cross_attn_ln")


def _layer(spec: Any, held: Weights, block: str) -> None:
    _attention(spec.self_attention, held, f"{block}.attn", (("query", "key", "value"), ("out",)))
    _norm(spec.self_attention.layer_norm, held, f"{block}.attn_ln")
    for linear, name in ((spec.ffn.linear_0, "mlp.0"), (spec.ffn.linear_1, "mlp.2")):
        linear.weight, linear.bias = held[f"{block}.{name}.weight"], held[f"{block}.{name}.bias"]
    _norm(spec.ffn.layer_norm, held, f"{block}.mlp_ln")


def _attention(spec: Any, held: Weights, name: str, fused: tuple[tuple[str, ...], ...]) -> None:
    """Matrices that work on the same input lie in one; Whisper's keys have no bias."""
    import torch

    for linear, parts in zip(spec.linear, fused, strict=True):
        matrices = [held[f"{name}.{part}.weight"] for part in parts]
        biases = [
            held.get(f"{name}.{part}.bias", torch.zeros(len(m)))
            for part, m in zip(parts, matrices, strict=True)
        ]
        linear.weight, linear.bias = torch.cat(matrices), torch.cat(biases)


def _norm(spec: Any, held: Weights, name: str) -> None:
    spec.gamma, spec.beta = held[f"{name}.weight"], held[f"{name}.bias"]


def _alignment_heads(dims: Mapping[str, int], stem: str) -> list[tuple[int, int]]:
    """Those that openai-whisper knows for its released models; else all of the last half of the layers."""
    layers, heads = dims["n_text_layer"], dims["n_text_head"]
    known = known_heads(stem, layers, heads)
    if known is not None:
        return [(int(layer), int(head)) for layer, head in np.argwhere(known)]
    return [(layer, head) for layer in range(layers // 2, layers) for head in range(heads)]
