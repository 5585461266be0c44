"""What a visit leaves behind when it gives up: a picture of the page, a trace of the way there, a diary.

Nothing is recorded while a password is typed, the picture is taken after every secret has been covered, and
the trace is cleaned before it is kept.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections import deque
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import BrowserContext, Error, Page

from bots.browsing.scrub import HIDE, Scrubber
from config.settings import settings
from queues import evidence

_LINES, _TRACES = 400, 2
_PICTURE_MS = 40_000.0


class Witness:
    """Notes what happens. `keep` puts it at a work item; without it everything is forgotten.

    about  how the names of what is kept begin ("포털")
    """

    def __init__(self, scrubber: Scrubber, about: str = "포털") -> None:
        self._scrubber, self._about = scrubber, about
        self._diary: deque[str] = deque(maxlen=_LINES)
        self._folder = tempfile.TemporaryDirectory(prefix="backoffice-trace-", dir=_private_folder())
        self._traces: deque[Path] = deque(maxlen=_TRACES)
        self._count = 0
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._recording = False

    def note(self, text: str) -> None:
        """A line of the diary, in Korean, without people's data."""
        now = datetime.now(ZoneInfo(settings().timezone))
        self._diary.append(f"{now:%Y-%m-%d %H:%M:%S}  {self._scrubber.text(text)}")

    async def watch(self, context: BrowserContext, page: Page) -> None:
        """A new browser is watched from now on."""
        self._context, self._page, self._recording = context, page, True
        # No filmstrip: nothing could be covered in it.
        await context.tracing.start(screenshots=False, snapshots=True, sources=False)

    async def look_away(self) -> None:
        """Record nothing until `look_again`."""
        if self._context is not None and self._recording:
            self._recording = False
            self._count += 1
            path = Path(self._folder.name) / f"{self._count}.zip"
            await self._context.tracing.stop_chunk(path=path)
            if len(self._traces) == _TRACES:
                self._traces[0].unlink(missing_ok=True)
            self._traces.append(path)

    async def look_again(self) -> None:
        if self._context is not None and not self._recording:
            self._recording = True
            await self._context.tracing.start_chunk()

    async def gather(self) -> list[tuple[str, bytes, str, str]]:
        """What there is to keep, cleaned: (kind, content, name, media); parts that a dead browser took are missing."""
        found: list[tuple[str, bytes, str, str]] = []
        with contextlib.suppress(Error):
            await self.look_away()
        picture = await self._picture()
        if picture is not None:
            found.append(("screenshot", picture, f"{self._about}화면.png", "image/png"))
        for number, path in enumerate(self._traces, 1):
            if path.is_file():
                clean = self._scrubber.trace(path.read_bytes())
                found.append(("trace", clean, f"{self._about}흔적-{number}.zip", "application/zip"))
        diary = "\n".join(self._diary) + "\n"
        found.append(("log", self._scrubber.text(diary).encode(), f"{self._about}방문기록.txt", "text/plain"))
        return found

    async def _picture(self) -> bytes | None:
        if self._page is None or self._page.is_closed():
            return None
        try:
            for frame in self._page.frames:
                await frame.evaluate(HIDE, self._scrubber.for_page)
            secret_fields = [frame.locator("input[type=password]") for frame in self._page.frames]
            return await self._page.screenshot(
                mask=secret_fields,
                mask_color="#c8c8c8",
                full_page=True,
                timeout=_PICTURE_MS,
                animations="disabled",
            )
        except Error:
            return None

    def close(self) -> None:
        self._folder.cleanup()


def keep(item_id: int, found: list[tuple[str, bytes, str, str]]) -> None:
    """Keep what a witness gathered at the work item."""
    for kind, content, name, media in found:
        evidence.keep(item_id, kind, content, name, media)


def _private_folder() -> Path:
    folder = settings().var_dir / "open"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
