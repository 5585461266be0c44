"""Whisper's network as it is trained: on the true length of the audio instead of 30 s of it, and on few tokens
instead of all.

Audio that is shorter than 30 s is filled up with silence where the model is used. Of that silence only a few frames,
drawn at random, go through the network here; each stands for as many as were left out, by a bias on the attention
that is paid to it, so that the network sees what it will see.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

if TYPE_CHECKING:
    from whisper.model import Whisper

    from stt.training.batches import Batch

FAR_FRAMES = 12
_SPOT_SPREAD = 1
_JAMO = [19, 21, 28]
_WINDOW_FRAMES = 5.0


class Learner(nn.Module):
    """`model` (whisper.model.Whisper), with the parts that only training needs.

    used       the tokens that may occur, ascending; None: all. What is left out is learnt as one class that stands
               for all the others, see `put_back`.
    """

    used: Tensor | None
    places: Tensor

    def __init__(self, model: Whisper, used: Sequence[int] | None) -> None:
        super().__init__()
        self.model = model
        state = model.dims.n_text_state
        if used is None:
            self.used = None
            self.others = 0
        else:
            kept = torch.tensor(list(used))
            self.register_buffer("used", kept, persistent=False)
            places = torch.full((model.dims.n_vocab,), -1, dtype=torch.long)
            places[kept] = torch.arange(len(kept))
            self.register_buffer("places", places, persistent=False)
            # The last row stands for every token that is not used.
            rows = model.decoder.token_embedding.weight.detach()
            self.table = nn.Parameter(torch.cat([rows[kept], rows.mean(0, keepdim=True)]).clone())
            self.others = model.dims.n_vocab - len(kept)
            model.decoder.token_embedding.weight.requires_grad_(False)
        self.parts = nn.Linear(state, sum(_JAMO))
        # What was said just before is what the decoder knows when it looks for its place.
        self.before = nn.Linear(state, sum(_JAMO))

    def losses(self, batch: Batch, *, smoothing: float = 0.0, masking: float = 0.0) -> dict[str, Tensor]:
        """ "text" (cross-entropy of the tokens), "place" (attention at the time of the token), "parts" (the syllables
        in the encoder's output); the last two are 0 where the times are not known."""
        heard, bias = self.encode(batch.mel)
        given, wanted = batch.given, batch.wanted
        if masking:
            given = self._masked(given, masking)
        logits, attention = self.decode(given, heard, bias)
        if self.used is not None:
            wanted = torch.where(wanted >= 0, self.places[wanted.clamp_min(0)], wanted)
        text = F.cross_entropy(
            logits.flatten(0, 1), wanted.flatten(), ignore_index=-100, label_smoothing=smoothing
        )
        return {
            "text": text,
            "place": _place_loss(attention, batch.at),
            "parts": self._parts_loss(heard, batch.spots),
        }

    def _masked(self, given: Tensor, share: float) -> Tensor:
        """Some of the decoder's own words replaced at random: it has to listen."""
        prefix = 4
        struck = torch.rand(given.shape) < share
        struck[:, :prefix] = False
        count = self.model.dims.n_vocab if self.used is None else len(self.used)
        drawn = torch.randint(0, count, given.shape)
        if self.used is not None:
            drawn = self.used[drawn]
        return torch.where(struck.to(given.device), drawn.to(given.device), given)

    def encode(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """What the encoder makes of it, n x (frames + FAR_FRAMES) x state, and the bias of attention to each."""
        encoder: Any = self.model.encoder
        x = F.gelu(encoder.conv1(mel))
        x = F.gelu(encoder.conv2(x)).transpose(1, 2)
        count, room = x.shape[1], encoder.positional_embedding.shape[0]
        bias = torch.zeros(count, device=x.device)
        left = room - count
        if left > FAR_FRAMES and self.training:
            places = count + torch.randperm(left, device=x.device)[:FAR_FRAMES].sort().values
            silence = x[:, count - 3 : count - 2].expand(-1, FAR_FRAMES, -1)
            positions = torch.cat([torch.arange(count, device=x.device), places])
            x = torch.cat([x, silence], dim=1) + encoder.positional_embedding[positions]
            bias = torch.cat([bias, torch.full((FAR_FRAMES,), math.log(left / FAR_FRAMES), device=x.device)])
        else:
            x = x + encoder.positional_embedding[:count]
        x = x.float()
        for block in encoder.blocks:
            x = x + _attention(block.attn, block.attn_ln(x), None, bias)[0]
            x = x + block.mlp(block.mlp_ln(x))
        return encoder.ln_post(x), bias

    def decode(self, given: Tensor, heard: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """Logits over the used tokens (and the others' class), n x length x classes, in float32; and the attention
        of the last layer, n x heads x length x frames."""
        decoder: Any = self.model.decoder
        table = decoder.token_embedding.weight if self.used is None else self.table
        ids = given if self.used is None else self.places[given]
        x = F.embedding(ids, table) + decoder.positional_embedding[: given.shape[1]]
        weights: Tensor | None = None
        for number, block in enumerate(decoder.blocks):
            x = x + _attention(block.attn, block.attn_ln(x), None, None, causal=True)[0]
            last = number + 1 == len(decoder.blocks)
            said, weights = _attention(block.cross_attn, block.cross_attn_ln(x), heard, bias, weights=last)
            x = x + said
            x = x + block.mlp(block.mlp_ln(x))
        x = decoder.ln(x)
        logits = (x @ table.T.to(x.dtype)).float()
        if self.used is not None:
            logits = torch.cat([logits[..., :-1], logits[..., -1:] + math.log(max(self.others, 1))], dim=-1)
        assert weights is not None
        return logits, weights

    def _parts_loss(self, heard: Tensor, spots: Tensor) -> Tensor:
        if not len(spots):
            return heard.new_zeros(())
        moved = spots[:, 1] + torch.randint(
            -_SPOT_SPREAD, _SPOT_SPREAD + 1, (len(spots),), device=spots.device
        )
        found = heard[spots[:, 0], moved.clamp(0, heard.shape[1] - 1 - FAR_FRAMES)]
        return _jamo_loss(self.parts(found), spots[:, 2:5]) + _jamo_loss(self.before(found), spots[:, 5:8])

    @torch.no_grad()
    def put_back(self) -> None:
        """Writes the tokens' table into the model: the used ones as learnt, all others as their class, which was
        learnt with the weight of all of them together and so is hardly ever chosen."""
        if self.used is not None:
            rows = self.model.decoder.token_embedding.weight
            rows[:] = self.table[-1]
            rows[self.used] = self.table[:-1]


def _attention(
    module: Any,
    x: Tensor,
    over: Tensor | None,
    bias: Tensor | None,
    *,
    causal: bool = False,
    weights: bool = False,
) -> tuple[Tensor, Tensor | None]:
    source = x if over is None else over
    heads = module.n_head
    query = module.query(x).unflatten(2, (heads, -1)).transpose(1, 2)
    key = module.key(source).unflatten(2, (heads, -1)).transpose(1, 2)
    value = module.value(source).unflatten(2, (heads, -1)).transpose(1, 2)
    # Written out: for heads as small as these it is quicker on a processor than the fused one, backwards above all.
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(2, 3)
    if bias is not None:
        # Only the frames far off have one; in place, since nothing else needs the plain product.
        far = int((bias != 0).sum())
        if far:
            scores[..., -far:] += bias[-far:].to(scores.dtype)
    if causal:
        later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).triu(1)
        scores = scores.masked_fill(later, float("-inf"))
    # Without float32 in between: it is the dearest pass of all, and the sum is kept in it all the same.
    paid = torch._softmax(scores, -1, False)
    mixed = paid @ value
    return module.out(mixed.transpose(1, 2).flatten(2)), paid if weights else None


def _jamo_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """The mean over initial, vowel and final; rows that are to be ignored count as nothing."""
    parts = torch.split(found.float(), _JAMO, dim=-1)
    losses = [
        F.cross_entropy(p, wanted[:, n], ignore_index=-100, reduction="sum") for n, p in enumerate(parts)
    ]
    return torch.stack(losses).sum() / (3 * len(wanted))


def _place_loss(attention: Tensor, at: Tensor) -> Tensor:
    """How little of the attention of half of the heads lies near the time at which the token is said."""
    known = at >= 0
    if not known.any():
        return attention.new_zeros(())
    rows, steps = known.nonzero(as_tuple=True)
    heads = attention.shape[1] // 2 + 1
    paid = attention[rows, :heads, steps].float()
    frames = torch.arange(attention.shape[-1], device=attention.device)
    near = (-0.5 * ((frames - at[rows, steps][:, None]) / _WINDOW_FRAMES) ** 2).exp()
    return -((paid * near[:, None]).sum(-1) + 1e-4).log().mean()
