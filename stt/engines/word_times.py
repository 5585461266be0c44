"""When each word of a decoded window was said: the cross attention of the model, followed through the audio.

The way of `whisper.timing.find_alignment`, for audio that is encoded already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stt.engines.alignment import monotone_path
from stt.engines.engine import SAMPLE_RATE
from stt.engines.options import SAMPLES_PER_POSITION
from stt.engines.split_words import Piece, split_words
from stt.transcript import Word

if TYPE_CHECKING:
    from torch import Tensor
    from whisper.tokenizer import Tokenizer

BROKEN = 0.2
"""The most that a word is believed whose bytes are not all letters."""
SMOOTHED = 7
"""Positions over which the attention is smoothed (a median), as in the library."""


def timed_words(
    model: Any, tokenizer: Tokenizer, tokens: Sequence[int], features: Tensor, samples: int
) -> tuple[Word, ...]:
    """The words of `tokens` with their times in seconds of the window, and how sure the model is of each.

    features   of the encoder, (1, positions, state); samples: of the window, without what it was filled up with
    """
    spoken = [token for token in tokens if token < tokenizer.eot]
    if not spoken:
        return ()
    positions = max(1, samples // SAMPLES_PER_POSITION)
    attention, chances = _attended(model, tokenizer, spoken, features, positions)
    return placed_words(spoken, *monotone_path(-attention), chances, samples)


def placed_words(
    tokens: Sequence[int],
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    chances: NDArray[np.float64],
    samples: int,
) -> tuple[Word, ...]:
    """Words from a path through tokens (the end is the last one) and positions of the encoder."""
    starts = columns[np.concatenate(([True], np.diff(rows) > 0))]
    end, second = samples / SAMPLE_RATE, SAMPLES_PER_POSITION / SAMPLE_RATE

    def at(token: int) -> float:
        return min(int(starts[min(token, len(starts) - 1)]) * second, end)

    return tuple(
        Word(piece.text, at(piece.first), at(piece.stop), _sure(piece, chances))
        for piece in split_words(tokens)
    )


def _sure(piece: Piece, chances: NDArray[np.float64]) -> float:
    mean = float(np.mean(chances[piece.first : piece.stop]))
    return mean if piece.whole else min(mean, BROKEN)


def _attended(
    model: Any, tokenizer: Tokenizer, spoken: list[int], features: Tensor, positions: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much each token (and the end) attends to each position of the encoder, and the chance of each token."""
    import torch
    from whisper.model import disable_sdpa
    from whisper.timing import median_filter

    begin = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    asked = torch.tensor([[*begin, *spoken, tokenizer.eot]], device=features.device)
    seen: list[Tensor] = []
    hooks = [
        block.cross_attn.register_forward_hook(lambda _m, _i, out: seen.append(out[-1][0]))
        for block in model.decoder.blocks
    ]
    try:
        with disable_sdpa():
            logits = model.decoder(asked, features)[0]
    finally:
        for hook in hooks:
            hook.remove()
    chances = logits[len(begin) - 1 : -2, : tokenizer.eot].softmax(dim=-1)
    told = chances[torch.arange(len(spoken)), torch.tensor(spoken)].cpu().numpy()
    weights = torch.stack([seen[layer][head] for layer, head in model.alignment_heads.indices().T])
    weights = weights[:, :, :positions].float().softmax(dim=-1)
    std, mean = torch.std_mean(weights, dim=-2, keepdim=True, unbiased=False)
    smooth = median_filter((weights - mean) / (std + 1e-9), SMOOTHED).mean(dim=0)
    return smooth[len(begin) - 1 : -1].double().cpu().numpy(), told
