"""Received faxes as providers hand them out: small multi-page TIFFs in G4, every one different."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

SIZE = (864, 1100)  # half a fine page: as good as a whole one for whoever does not read it


def fax_tiff(pages: int = 1, seed: int = 0) -> bytes:
    """A TIFF of `pages` pages; another one for every seed."""
    rng = random.Random(f"fax {seed}")
    made = []
    for _ in range(pages):
        page = Image.new("1", SIZE, 1)
        draw = ImageDraw.Draw(page)
        for line in range(40):
            top = 40 + 26 * line
            for start in range(60, 780, 24):
                if rng.random() < 0.7:
                    draw.rectangle((start, top, start + rng.randint(4, 20), top + rng.randint(6, 16)), fill=0)
        made.append(page)
    out = io.BytesIO()
    made[0].save(out, "TIFF", compression="group4", save_all=True, append_images=made[1:], dpi=(204, 196))
    return out.getvalue()
