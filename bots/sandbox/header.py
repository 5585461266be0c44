"""The line that a sending fax machine prints above the page, in a bitmap face of its own."""

from __future__ import annotations

import functools
from datetime import datetime

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

CENTER_FAX = "02-2250-5470"


def header_text(sent: datetime, sender: str, form: int) -> str:
    """The header without its page number, in one of the ways in which machines write it."""
    forms = (
        f"{sent:%Y-%m-%d %H:%M}  FROM: {sender}  TO: {CENTER_FAX}",
        f"{sent:%d/%m/%y  %H:%M}  {sender}  ->  {CENTER_FAX}",
        f"FROM : {sender}   PHONE NO. : {sender}   {sent:%b. %d %Y %I:%M%p}",
        f"{sent:%m-%d-%Y %H:%M}   FAX {sender}",
    )
    return forms[form % len(forms)]


@functools.lru_cache(maxsize=256)
def header_strip(text: str, width: int, vertical_dpi: int) -> NDArray[np.bool_]:
    """The header as black dots, `width` wide; its height follows the vertical resolution."""
    # Machines know ASCII only: a Hangul name set in one comes out as blocks.
    safe = "".join(ch if ch.isascii() else "#" for ch in text)
    image = Image.new("L", (width, 30), 255)
    ImageDraw.Draw(image).text((60, 3), safe, font=ImageFont.load_default(22), fill=0)
    height = round(30 * vertical_dpi / 204)
    dots = cv2.resize(np.asarray(image, np.uint8), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(dots < 150, np.bool_)
