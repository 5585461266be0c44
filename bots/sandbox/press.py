"""Prints HTML to PDF with one Chromium for many papers, and turns PDF pages into images."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright

from bots.sandbox.papers import environment
from bots.setting_up import programs

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Gray = NDArray[np.uint8]


class NoBrowser(RuntimeError):
    """Chromium is not installed. Install Debian's `chromium`, or set BACKOFFICE_CHROMIUM to its path."""


def find_chromium() -> str:
    """Path of Chromium: BACKOFFICE_CHROMIUM, the system's, else Playwright's own. Raises NoBrowser."""
    found = programs.chromium()
    if found is None:
        raise NoBrowser(str(NoBrowser.__doc__))
    return str(found)


class Press:
    """A running Chromium. Use it as a context manager; not from within an asyncio loop."""

    def __enter__(self) -> Press:
        self._playwright = sync_playwright().start()
        try:
            self._browser = self._playwright.chromium.launch(
                executable_path=find_chromium(), headless=True, args=list(FLAGS)
            )
        except BaseException:
            self._playwright.stop()
            raise
        self._page = self._browser.new_page()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._playwright.stop()

    def print(self, sections: Sequence[str]) -> bytes:
        """One PDF of all sections, one A4 page each."""
        from markupsafe import Markup

        body = Markup("").join(Markup(s) for s in sections)  # noqa: S704
        html = environment().get_template("sheet.html").render(sections=body)
        self._page.set_content(html, wait_until="load")
        return bytes(self._page.pdf(prefer_css_page_size=True, print_background=True))


def page_images(pdf: bytes, dpi: float) -> list[Gray]:
    """Every page of a PDF in gray at `dpi`."""
    with pdfium.PdfDocument(pdf) as document:
        return [_gray(page, dpi) for page in document]


def _gray(page: Any, dpi: float) -> Gray:
    bitmap = page.render(scale=dpi / 72, grayscale=True)
    image: Gray = np.array(bitmap.to_numpy(), dtype=np.uint8)
    bitmap.close()
    return image[:, :, 0] if image.ndim == 3 else image
