"""Weights on disk: batch norms folded into the convolutions, half precision, one file."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from torch import nn

from ocr.linereader.network import ConvNorm, LineNetwork


def folded(network: LineNetwork) -> LineNetwork:
    """A copy for reading only, in which every batch norm is part of its convolution."""
    network = copy.deepcopy(network).eval()
    for module in network.modules():
        if isinstance(module, ConvNorm):
            fused = nn.utils.fusion.fuse_conv_bn_eval(module.conv, module.norm)
            module.conv = fused
            module.norm = nn.Identity()  # type: ignore[assignment]
    return network


def save_weights(network: LineNetwork, path: Path) -> None:
    """Write the folded weights in half precision, all or nothing."""
    state = {k: v.detach().half().contiguous() for k, v in folded(network).state_dict().items()}
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.rename(path)


def load_weights(path: Path, classes: int) -> LineNetwork:
    """The network for reading, in single precision; raises whatever `torch.load` does on a bad file."""
    network = folded(LineNetwork(classes))
    state = torch.load(path, weights_only=True, map_location="cpu")
    network.load_state_dict({k: v.float() for k, v in state.items()})
    return network.eval()
