"""The line that a sending fax machine prints above the page."""

from __future__ import annotations

import functools
import shutil
import subprocess
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
        f"FROM : {sender}   PHONE NO. : {CENTER_FAX}   {sent:%b. %d %Y %I:%M%p}",
        f"{sent:%m-%d-%Y %H:%M}   FAX {sender}",
    )
    return forms[form % len(forms)]


@functools.cache
def _face() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A face of even width with Hangul, as newer machines have; else Pillow's own, without."""
    if shutil.which("fc-match"):
        asked = ["fc-match", "-f", "%{file}", "NanumGothicCoding:lang=ko"]
        file = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False).stdout
        if file.endswith((".ttf", ".ttc", ".otf")):
            return ImageFont.truetype(file, 22)
    return ImageFont.load_default(22)


@functools.lru_cache(maxsize=256)
def header_strip(text: str, width: int, vertical_dpi: int) -> NDArray[np.bool_]:
    """The header as black dots, `width` wide; its height follows the vertical resolution."""
    image = Image.new("L", (width, 30), 255)
    ImageDraw.Draw(image).text((60, 3), text, font=_face(), fill=0)
    height = round(30 * vertical_dpi / 204)
    dots = cv2.resize(np.asarray(image, np.uint8), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(dots < 150, np.bool_)
