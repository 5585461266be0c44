"""HTML to a tagged PDF with its fonts in it. Runs in the child; nothing is fetched from anywhere."""

from __future__ import annotations

import base64
import hashlib
import logging
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import segno

from bots.typesetting import problem
from bots.typesetting.problem import LetterError, unprintable

FACES = ("NanumGothic.ttf", "NanumGothicBold.ttf")
FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)
_ALWAYS_THERE = "\n "


def to_pdf(html: str, style: str, made_on: date) -> tuple[bytes, int]:
    """The PDF (PDF/UA-1, tagged) and its number of pages. The same HTML gives the same bytes.

    Raises `LetterError`.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError
    except OSError as error:  # a library outside of Python
        raise LetterError(
            problem.NO_FONT,
            "편지를 짜는 라이브러리가 없습니다. 데비안 패키지 libpangoft2-1.0-0을 설치하십시오.",
        ) from error

    if strange := next((c for c in html if ord(c) > 126 and ord(c) not in _covered()), ""):
        raise LetterError(
            problem.TEMPLATE, f"서식에 글꼴에 없는 글자(U+{ord(strange):04X})가 있습니다. 서식을 고치십시오."
        )
    try:
        document = HTML(string=html, url_fetcher=_fetcher()).render(
            font_config=_fonts(), stylesheets=[_style(style)]
        )
    except FatalURLFetchingError as error:
        raise LetterError(
            problem.TEMPLATE, "서식이 밖의 그림이나 글꼴을 부릅니다. 그림은 서식 안에 data:로 넣으십시오."
        ) from error
    document.metadata.created = document.metadata.modified = f"{made_on.isoformat()}T00:00:00+09:00"
    document.metadata.lang = "ko"
    pdf: bytes = document.write_pdf(
        pdf_variant="pdf/ua-1",
        pdf_identifier=hashlib.sha256(f"{style}\n{html}".encode()).digest()[:16],
    )
    return pdf, len(document.pages)


def qr(text: str) -> str:
    """The center's code as a picture to lay into HTML."""
    symbol = segno.make(text, error="m", micro=False, boost_error=False)
    return symbol.svg_data_uri(scale=4, border=4)


def picture(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def check_glyphs(values: dict[str, Any], labels: dict[str, str]) -> None:
    """Raises `LetterError` for a character that the fonts lack: no letter shows a box in place of a name.

    labels  what staff call each value
    """
    for name, value in values.items():
        for text in _texts(value):
            for place, character in enumerate(text, 1):
                if ord(character) not in _covered() and character not in _ALWAYS_THERE:
                    raise unprintable(labels.get(name, name), character, place)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for entry in value.values() for text in _texts(entry)]
    if isinstance(value, list):
        return [text for entry in value for text in _texts(entry)]
    return []


@cache
def faces() -> tuple[Path, ...]:
    """The plain and the bold face. Raises `LetterError` where they are not installed."""
    found = {
        path.name: path for folder in FOLDERS if folder.is_dir() for path in folder.rglob("NanumGothic*.ttf")
    }
    if missing := [face for face in FACES if face not in found]:
        raise LetterError(
            problem.NO_FONT,
            f"글꼴이 없습니다: {', '.join(missing)}. 데비안 패키지 fonts-nanum을 설치하십시오.",
        )
    return tuple(found[face] for face in FACES)


@cache
def _covered() -> frozenset[int]:
    """Characters that the plain and the bold face both have."""
    from fontTools.ttLib import TTFont

    plain, bold = (frozenset(TTFont(face, lazy=True).getBestCmap()) for face in faces())
    return plain & bold


@lru_cache(maxsize=4)
def _style(text: str) -> Any:
    from weasyprint import CSS

    return CSS(string=text, font_config=_fonts(), url_fetcher=_fetcher())


@cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # its warnings may quote a letter
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    faces()
    return FontConfiguration()


@cache
def _fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class OnlyWithin(URLFetcher):  # type: ignore[misc]
        """Gives what lies in the HTML itself. Another address ends the letter: a picture must not be missing."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:"):
                raise FatalURLFetchingError("an address outside of the letter")
            return super().fetch(url, headers)

    return OnlyWithin(allowed_protocols={"data"}, allow_redirects=False)
