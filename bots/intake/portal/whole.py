"""Whether a file is what the list promised: its size, its pages, and an end where its format has one."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

from bots.intake.portal.listing import Listed
from bots.intake.spool import ends_properly
from config.settings import settings
from ocr import problems
from ocr.children import PageReaders
from ocr.problems import UnreadableError

# Anything else (encrypted, far too large, ...) may well be whole: that it cannot be read is for the reading to tell.
_NOT_WHOLE = {problems.EMPTY, problems.TRUNCATED, problems.MALFORMED}


class Checker:
    """Looks into files in one child process of its own, which is started when the first file comes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: PageReaders | None = None

    def problem(self, content: bytes, listed: Listed) -> str:
        """ "" for a whole file, else "empty", "size", "end", "broken" or "pages"."""
        if not content:
            return "empty"
        if listed.size is not None and not listed.size[0] <= len(content) <= listed.size[1]:
            return "size"
        folder = settings().var_dir / "open"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(prefix="backoffice-", dir=folder) as file:
            file.write(content)
            file.flush()
            return self._look(Path(file.name), listed)

    def _look(self, path: Path, listed: Listed) -> str:
        if not ends_properly(path):
            return "end"
        try:
            pages = self._pages(path)
        except UnreadableError as error:
            return "broken" if error.code in _NOT_WHOLE else ""
        return "pages" if listed.pages and pages != listed.pages else ""

    def _pages(self, path: Path) -> int:
        with self._lock:
            if self._readers is None:
                self._readers = PageReaders(
                    processes=1, memory_bytes=settings().page_memory_bytes, page_seconds=60.0
                )
        return self._readers.inspect(path).page_count

    def close(self) -> None:
        """End the child."""
        if self._readers is not None:
            self._readers.close()


WORDS = {
    "empty": "빈 파일이 왔습니다",
    "size": "목록의 용량과 크기가 다릅니다",
    "end": "파일이 중간에서 끝납니다",
    "broken": "파일이 깨져 있습니다",
    "pages": "목록의 매수와 쪽수가 다릅니다",
    "cut": "내려받는 중에 끊겼습니다",
    "late": "제때 내려받지 못했습니다",
    "page": "파일 대신 안내 화면이 왔습니다",
    "error": "포털이 오류로 답했습니다",
}
"""What staff read of a problem."""
