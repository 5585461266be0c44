"""A Whisper model in the released format whose weights are random: it proves loading and options, and nothing else."""

from __future__ import annotations

from pathlib import Path


def random_whisper(path: Path, seed: int = 7, **changed: int) -> Path:
    """Save one that hears up to 6 s. `changed`: other dimensions than the small ones here."""
    import torch
    from whisper.model import ModelDimensions, Whisper

    dims = {
        "n_mels": 80,
        "n_audio_ctx": 300,
        "n_audio_state": 32,
        "n_audio_head": 2,
        "n_audio_layer": 1,
        "n_vocab": 51865,
        "n_text_ctx": 64,
        "n_text_state": 32,
        "n_text_head": 2,
        "n_text_layer": 2,
    } | changed
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = Whisper(ModelDimensions(**dims))
        torch.nn.init.normal_(model.decoder.positional_embedding, std=0.02)
        state = {name: tensor.half() for name, tensor in model.state_dict().items()}
    torch.save({"dims": dims, "model_state_dict": state}, path)
    return path
