"""A page as pixels: what every opener gives and every cleaning step takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Raster:
    """A page as it lies in the file.

    gray       height x width, 0 black to 255 white
    dpi        horizontal and vertical resolution as far as the file tells, or (0, 0)
    bilevel    whether the file holds one bit a pixel (a fax)
    photo      whether it may be a camera's picture: an outline to find, uneven light
    guide      of a photo in colour, its darkest channel, smaller: in it paper stands out best
    """

    gray: Gray
    dpi: tuple[float, float]
    bilevel: bool
    photo: bool = False
    guide: Gray | None = None
