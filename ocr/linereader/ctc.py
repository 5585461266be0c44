"""CTC's loss and gradient for many classes on a CPU: only the classes of the text enter the recursion.

PyTorch's own spends more on 1,500 classes than the convolutions before it. Forward and backward
run as one batch, in double precision, scaled frame by frame.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ocr.linereader.alphabet import BLANK


def _occupied(emit: Tensor, skip: Tensor, size: Tensor) -> tuple[Tensor, Tensor]:
    """Scaled forward variables (frames, rows, states) and the log of each row's probability.

    emit (rows, frames, states) probabilities; skip (rows, states) 1 where a blank may be left out;
    size (rows,) states in use.
    """
    rows, frames, states = emit.shape
    alpha = torch.zeros(rows, states + 2, dtype=emit.dtype)
    alpha[:, 2:4] = emit[:, 0, :2]
    out = torch.empty(frames, rows, states, dtype=emit.dtype)
    log = torch.zeros(rows, dtype=emit.dtype)
    for t in range(frames):
        if t:
            alpha[:, 2:] = (alpha[:, 2:] + alpha[:, 1:-1] + alpha[:, :-2] * skip) * emit[:, t]
        scale = alpha.sum(1).clamp_min_(1e-290)
        alpha /= scale[:, None]
        log += scale.log()
        out[t] = alpha[:, 2:]
    ends = torch.stack([size - 1, size - 2], 1)
    last = out[-1].gather(1, ends).sum(1)
    return out, log + last.clamp_min(1e-290).log()


@torch.no_grad()
def ctc(scores: Tensor, texts: list[list[int]]) -> tuple[float, Tensor]:
    """Mean negative log-likelihood per character, and its gradient.

    scores  (rows, frames, classes) before softmax
    texts   classes per row, never empty; a text too long for its frames counts nothing
    """
    rows, frames, _ = scores.shape
    lengths = torch.tensor([len(t) for t in texts])
    size = 2 * lengths + 1
    states = int(size.max())
    labels = torch.full((2, rows, states), BLANK)
    skip = torch.zeros(2, rows, states, dtype=torch.float64)
    for i, text in enumerate(texts):
        for way, one in enumerate((text, text[::-1])):
            row = torch.tensor(one)
            labels[way, i, 1 : 2 * len(one) : 2] = row
            skip[way, i, 3 : 2 * len(one) : 2] = (row[1:] != row[:-1]).double()
    likely = scores.float().softmax(-1)
    emit = torch.cat([
        likely.gather(2, labels[0][:, None].expand(-1, frames, -1)),
        likely.flip(1).gather(2, labels[1][:, None].expand(-1, frames, -1)),
    ]).double().clamp_min_(1e-30)  # fmt: skip
    used = torch.arange(states)[None] < size[:, None]
    emit *= used.repeat(2, 1)[:, None]
    out, log = _occupied(emit, skip.flatten(0, 1), size.repeat(2))
    forward, backward = out[:, :rows], out[:, rows:].flip(0)
    turned = (size[:, None] - 1 - torch.arange(states)[None]).clamp_min(0)
    backward = backward.gather(2, turned[None].expand(frames, -1, -1))
    there = forward * backward / emit[:rows].transpose(0, 1).clamp_min(1e-290) * used
    there = (there / there.sum(2, keepdim=True).clamp_min(1e-290)).transpose(0, 1).float()
    possible = (log[:rows] > -600) & (log[:rows] > -1e3)
    gradient = likely
    gradient.scatter_add_(2, labels[0][:, None].expand(-1, frames, -1), -there)
    gradient *= (possible / (lengths * rows)).float()[:, None, None]
    nll = (-log[:rows] / lengths)[possible]
    return float(nll.mean()) if len(nll) else 0.0, gradient
