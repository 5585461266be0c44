"""When each word of a decoded window was said: the cross attention of the model, followed through the audio.

The way of `whisper.timing.find_alignment`, for audio that is encoded already.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stt.engines.alignment import monotone_path
from stt.engines.engine import SAMPLE_RATE
from stt.engines.options import APPENDED, PREPENDED, SAMPLES_PER_POSITION
from stt.transcript import Word

if TYPE_CHECKING:
    from torch import Tensor
    from whisper.tokenizer import Tokenizer

SMOOTHED = 7
"""Positions over which the attention is smoothed (a median), as in the library."""


def timed_words(
    model: Any, tokenizer: Tokenizer, tokens: Sequence[int], features: Tensor, samples: int
) -> tuple[Word, ...]:
    """The words of `tokens` with their times in seconds of the window, and how sure the model is of each.

    features   of the encoder, (1, positions, state); samples: of the window, without what it was filled up with
    """
    spoken = [token for token in tokens if token < tokenizer.eot]
    positions = max(1, samples // SAMPLES_PER_POSITION)
    words, parts = tokenizer.split_to_word_tokens([*spoken, tokenizer.eot])
    if not spoken or len(parts) <= 1:
        return ()
    attention, chances = _attended(model, tokenizer, spoken, features, positions)
    starts = _starts(*monotone_path(-attention))
    borders = np.concatenate(([0], np.cumsum([len(part) for part in parts[:-1]])))
    end = samples / SAMPLE_RATE
    second = SAMPLES_PER_POSITION / SAMPLE_RATE
    found = [
        _Timed(
            word,
            min(int(starts[a]) * second, end),
            min(int(starts[b]) * second, end),
            float(np.mean(chances[a:b])),
        )
        for word, (a, b) in zip(words, pairwise(borders), strict=False)
    ]
    return tuple(_with_marks(found))


class _Timed:
    """A word as it came out of the tokens, its leading space included."""

    def __init__(self, text: str, start: float, end: float, chance: float) -> None:
        self.text, self.start, self.end, self.chance = text, start, end, chance


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


def _starts(rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """The position at which each token begins."""
    first: NDArray[np.bool_] = np.concatenate(([True], np.diff(rows) > 0))
    return columns[first]


def _with_marks(words: list[_Timed]) -> list[Word]:
    """Marks belong to the word before them, opening ones to the word behind."""
    joined: list[_Timed] = []
    opening = ""
    for word in words:
        text = word.text.strip()
        if not text:
            continue
        if joined and text in APPENDED and not word.text.startswith(" "):
            joined[-1].text += text
            joined[-1].end = word.end
        elif text in PREPENDED and word.text.startswith(" "):
            opening += text
        else:
            word.text, opening = opening + text, ""
            joined.append(word)
    if opening and joined:
        joined[-1].text += opening
    return [Word(word.text, word.start, word.end, word.chance) for word in joined]
