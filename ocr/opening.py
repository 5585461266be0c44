"""One page of an image file as pixels. PDF pages are in `ocr.pdf`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from ocr import tiff
from ocr.photo import darkest_channel
from ocr.problems import MALFORMED, TOO_LARGE, TRUNCATED, UnreadableError
from ocr.raster import Raster

MOST_PIXELS = 120_000_000
ORIENTATION = 0x0112
PHOTO_FORMATS = ("JPEG", "HEIF", "PNG", "MPO")


def open_image(path: Path, number: int) -> Raster:
    """Page `number` (1-based) of a TIFF, JPEG, PNG or HEIC file.

    Raises `UnreadableError`: truncated, too_large, malformed.
    """
    Image.MAX_IMAGE_PIXELS = None  # the limit below is ours, and raises rather than warns
    try:
        with Image.open(path) as image:
            image.seek(number - 1)
            if image.size[0] * image.size[1] > MOST_PIXELS:
                raise UnreadableError(
                    TOO_LARGE, f"page {number} has {image.size[0]} x {image.size[1]} pixels"
                )
            bilevel = image.mode == "1"
            across, down = _dpi(image)
            lying = image.getexif().get(ORIENTATION, 1) in (5, 6, 7, 8)
            dpi = (down, across) if lying else (across, down)
            turned: Image.Image = image
            if image.format in PHOTO_FORMATS:
                turned = ImageOps.exif_transpose(image)
            seen = _on_white(turned)
            gray = np.asarray(seen.convert("L"))
            missing = tiff.missing_rows(path, image, gray) if image.format == "TIFF" else 0
            if missing > tiff.MOST_MISSING * gray.shape[0]:
                raise UnreadableError(TRUNCATED, f"page {number} lacks {missing} of {gray.shape[0]} rows")
            photo = image.format in PHOTO_FORMATS and not bilevel
            coloured = photo and seen.mode not in ("L", "1", "I", "F")
            guide = darkest_channel(np.asarray(seen.convert("RGB"))) if coloured else None
    except UnreadableError:
        raise
    except EOFError:
        raise UnreadableError(TRUNCATED, f"page {number} is not in the file") from None
    except (OSError, SyntaxError, ValueError, IndexError, KeyError, TypeError) as error:
        code = TRUNCATED if "truncated" in str(error).lower() else MALFORMED
        raise UnreadableError(code, f"page {number}: {type(error).__name__}") from None
    return Raster(np.ascontiguousarray(gray, dtype=np.uint8), dpi, bilevel, photo, guide)


def _dpi(image: Image.Image) -> tuple[float, float]:
    try:
        across, down = image.info.get("dpi", (0, 0))
        return float(across), float(down)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0, 0.0


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba)
    return image
