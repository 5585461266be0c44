"""The seal (관인) that the sandbox's document system lends: a picture that nobody can take for a real one."""

from __future__ import annotations

import io
from functools import cache
from math import ceil, sqrt

from PIL import Image, ImageDraw, ImageFont

from bots.setting_up import programs

SIZE = 420  # pixels a side, for 21 mm
_RED = (200, 30, 30)


@cache
def seal_picture(issuer: str) -> bytes:
    """PNG of a square seal with the words of `issuer` ("가상고용센터장") and "견본" across it, on nothing."""
    image = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rectangle((8, 8, SIZE - 9, SIZE - 9), outline=_RED, width=14)
    words = (issuer.replace(" ", "") + "의인")[:25]
    columns = ceil(sqrt(len(words)))
    rows = ceil(len(words) / columns)
    cell = (SIZE - 70) / max(columns, rows)
    for place, character in enumerate(words):  # from the right, downwards, as seals are read
        x = SIZE - 35 - (place // rows + 0.5) * (SIZE - 70) / columns
        y = 35 + (place % rows + 0.5) * (SIZE - 70) / rows
        pen.text((x, y), character, font=_face(int(cell * 0.86)), fill=_RED, anchor="mm")
    _write_across(image)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _write_across(image: Image.Image) -> None:
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    pen.rectangle(
        (40, SIZE / 2 - 62, SIZE - 40, SIZE / 2 + 62), fill=(255, 255, 255, 225), outline=_RED, width=5
    )
    pen.text((SIZE / 2, SIZE / 2), "견본", font=_face(100), fill=_RED, anchor="mm")
    image.alpha_composite(layer.rotate(20, resample=Image.Resampling.BICUBIC))


def _face(size: int) -> ImageFont.FreeTypeFont:
    known = {font.name: font for font in programs.korean_fonts()}
    return ImageFont.truetype(str(known["NanumGothicBold.ttf"]), size)
