"""Several files that belong together become one PDF, without losing a pixel of any.

What JPEG, PNG and TIFF hold is carried over as it is (img2pdf), pages of a PDF as well (pikepdf). HEIC has no
place in a PDF: its pixels are kept as PNG. For files from outside use `ocr.children.PageReaders.put_together`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import img2pdf
import pikepdf
from PIL import Image, ImageOps

from ocr.problems import ENCRYPTED, MALFORMED, TOO_LARGE, UnreadableError
from ocr.source import MOST_PIXELS, inspect

_LONG_SIDE = 841.89  # points, of A4: what a photo says of its resolution is seldom true


def enclose(path: Path, to: Path) -> int:
    """Write the pages of one file as a PDF to `to`; returns how many. The same file gives the same bytes.

    Raises `UnreadableError` for what cannot be opened.
    """
    info = inspect(path)
    if info.kind == "pdf":
        return join([path], to)
    picture = _without_alpha(path) if info.kind in ("png", "heic") else path.read_bytes()
    try:
        made = img2pdf.convert(
            picture,
            layout_fun=_layout,
            rotation=img2pdf.Rotation.ifvalid,
            nodate=True,
            engine=img2pdf.Engine.pikepdf,
        )
    except img2pdf.ImageOpenError:
        raise UnreadableError(MALFORMED, "not a picture") from None
    if not made:
        raise UnreadableError(MALFORMED, "no pages")
    to.write_bytes(made)
    return info.page_count


def join(paths: Sequence[Path], to: Path) -> int:
    """Write the pages of several PDFs, in their order, to `to`; returns how many.

    Raises `UnreadableError`: encrypted, malformed.
    """
    with pikepdf.Pdf.new() as whole:
        for path in paths:
            try:
                with pikepdf.open(path) as part:
                    whole.pages.extend(part.pages)
            except pikepdf.PasswordError:
                raise UnreadableError(ENCRYPTED, path.suffix) from None
            except pikepdf.PdfError as error:
                raise UnreadableError(MALFORMED, type(error).__name__) from None
        whole.save(to, deterministic_id=True)
        return len(whole.pages)


def _layout(width: int, height: int, dpi: tuple[float, float]) -> tuple[float, float, float, float]:
    """Page and picture in points: as large as A4, the way the picture lies."""
    scale = _LONG_SIDE / max(width, height)
    return width * scale, height * scale, width * scale, height * scale


def _without_alpha(path: Path) -> bytes:
    """The file's own bytes, or its pixels as PNG where a PDF could not hold them (HEIC, transparency)."""
    Image.MAX_IMAGE_PIXELS = None  # ours is below, and raises rather than warns
    with Image.open(path) as image:
        if image.size[0] * image.size[1] > MOST_PIXELS:
            raise UnreadableError(TOO_LARGE, f"{image.size[0]} x {image.size[1]} pixels")
        clear = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
        if image.format == "PNG" and not clear:
            return path.read_bytes()
        upright = ImageOps.exif_transpose(image)
        if clear:
            rgba = upright.convert("RGBA")
            upright = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
        out = io.BytesIO()
        upright.convert("RGB").save(out, "PNG", compress_level=1)
        return out.getvalue()
