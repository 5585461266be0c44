"""The network: dense 3x3 convolutions down to one row, then convolutions along the line, CTC.

Only convolutions: batches of any width, no recurrent state, and batch norms that are folded into
the weights for reading. 1.9 million parameters; a line of 384 x 32 pixels takes 0.5 GMAC.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ocr.linereader.normalise import HEIGHT


class ConvNorm(nn.Module):
    """Convolution and batch norm, without bias of its own; with ReLU unless `last`."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: tuple[int, int] = (3, 3),
        *,
        stride: tuple[int, int] = (1, 1),
        dilation: int = 1,
        last: bool = False,
    ) -> None:
        super().__init__()
        padding = (kernel[0] // 2, kernel[1] // 2 * dilation)
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation=(1, dilation), bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.last = last

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.conv(x))
        return x if self.last else torch.relu(x)


class Residual(nn.Module):
    """Two convolutions beside an identity."""

    def __init__(self, channels: int, kernel: tuple[int, int] = (3, 3), dilation: int = 1) -> None:
        super().__init__()
        self.first = ConvNorm(channels, channels, kernel, dilation=dilation)
        self.second = ConvNorm(channels, channels, kernel, dilation=dilation, last=True)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.second(self.first(x)))


class LineNetwork(nn.Module):
    """Ink images (batch, 1, 32, width), 0 paper and 1 ink, to frames of class scores.

    Returns scores (batch, width / 4, classes + 1) before softmax, blank first, and the logits of
    handwriting (batch, width / 4). The width must be a multiple of 4.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.picture = nn.Sequential(
            ConvNorm(1, 32, (5, 5), stride=(2, 2)),
            ConvNorm(32, 80, stride=(2, 2)),
            Residual(80),
            ConvNorm(80, 128, stride=(2, 1)),
            Residual(128),
            Residual(128),
        )
        self.collapse = ConvNorm(128 * (HEIGHT // 8), 192, (1, 1))
        self.line = nn.Sequential(Residual(192, (1, 5)), Residual(192, (1, 5), dilation=2))
        self.narrow = nn.Conv2d(192, 128, 1)
        self.classes = nn.Conv2d(128, classes + 1, 1)
        self.hand = nn.Conv2d(192, 1, 1)

    def forward(self, ink: Tensor) -> tuple[Tensor, Tensor]:
        x = self.picture(ink)
        batch, channels, rows, columns = x.shape
        x = x.reshape(batch, channels * rows, 1, columns)
        x = self.line(self.collapse(x))
        scores = self.classes(self.narrow(x))
        return scores.squeeze(2).transpose(1, 2), self.hand(x).squeeze(2).squeeze(1)
