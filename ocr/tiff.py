"""Looking into a TIFF before opening it: pages, sizes, and whether the fax data is all there."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from ocr import problems
from ocr.problems import UnreadableError


def check(path: Path, most_pages: int) -> int:
    """Number of pages. Raises `UnreadableError`."""
    try:
        with Image.open(path) as image:
            return int(getattr(image, "n_frames", 1))
    except (OSError, SyntaxError, ValueError) as error:
        raise UnreadableError(problems.MALFORMED, type(error).__name__) from None
