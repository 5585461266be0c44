"""What a model is made of, without loading it into memory."""

from __future__ import annotations

import json
import pickle

from stt.engines.models import Model


def dimensions(model: Model) -> str:
    """Parameters and layers in words, "" when the file does not tell."""
    if model.path.is_dir():
        return _converted(model)
    import torch

    try:
        held = torch.load(model.path, map_location="cpu", weights_only=True, mmap=True)
        dims = held["dims"]
        count = sum(tensor.numel() for tensor in held["model_state_dict"].values())
    except (RuntimeError, KeyError, TypeError, AttributeError, EOFError, OSError, pickle.UnpicklingError):
        return ""
    return (
        f"{count / 1e6:.1f}M parameters, encoder {dims['n_audio_layer']}x{dims['n_audio_state']}, "
        f"decoder {dims['n_text_layer']}x{dims['n_text_state']}"
    )


def _converted(model: Model) -> str:
    try:
        told = json.loads((model.path / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return "multilingual" if len(told.get("lang_ids", ())) > 1 else ""
