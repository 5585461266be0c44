"""The child process in which files from outside are opened: `python -m ocr.child MEMORY_BYTES`.

It reads requests from standard input and answers on what was standard output, both as frames (see
`ocr.frames`). It limits its own memory, the size of any file it writes, and, with each request, its
processor time; it leads a process group of its own, so that what it starts (tesseract) ends with it;
and it ends when its parent is gone.
"""

from __future__ import annotations

import io
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from ocr import problems
from ocr.frames import read_frame, write_frame
from ocr.problems import UnreadableError

LARGEST_FILE = 64 * 1024 * 1024
LARGEST_TOGETHER = 512 * 1024 * 1024

Answer = tuple[dict[str, Any], bytes]


def main() -> None:
    """Serve requests until standard input closes."""
    memory_bytes = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_TOGETHER))
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the frames
    requests = os.fdopen(0, "rb")
    while (frame := read_frame(requests)) is not None:
        _allow_seconds(frame[0]["seconds"])
        _answer(answers, frame[0])


def _answer(answers: BinaryIO, request: dict[str, Any]) -> None:
    try:
        found, body = _WORK[request["do"]](Path(request["path"]), request)
    except UnreadableError as error:
        found, body = {"problem": error.code, "detail": error.detail}, b""
    except MemoryError:
        found, body = {"problem": problems.MEMORY, "detail": "out of memory"}, b""
    except RecursionError:
        found, body = {"problem": problems.MALFORMED, "detail": "nested too deeply"}, b""
    except Exception as error:  # whatever a parser raises on a file from outside
        code = problems.MEMORY if _is_memory(error) else problems.MALFORMED
        # The type only: a parser's message may quote the document.
        found, body = {"problem": code, "detail": type(error).__name__}, b""
    write_frame(answers, {**found, "resident_bytes": _resident_bytes()}, body)


def _prepare(_path: Path, _: dict[str, Any]) -> Answer:
    """Load what reading a page takes seconds to load, before the first page is due."""
    import ocr.page  # noqa: F401
    from ocr import lines, tesseract

    lines.reader()
    tesseract.version()
    return {}, b""


def _inspect(path: Path, _: dict[str, Any]) -> Answer:
    from ocr.source import inspect

    info = inspect(path)
    return {"kind": info.kind, "page_count": info.page_count}, b""


def _read(path: Path, request: dict[str, Any]) -> Answer:
    from ocr.page import read_page, read_page_and_preview

    number = int(request["number"])
    page, preview = (
        read_page_and_preview(path, number) if request.get("preview") else (read_page(path, number), b"")
    )
    return {"page": page.to_dict()}, preview


def _render(path: Path, request: dict[str, Any]) -> Answer:
    from ocr.page import upright_image
    from ocr.types import PageRead

    image = upright_image(path, int(request["number"]), PageRead.from_dict(request["page"]))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return {}, buffer.getvalue()


def _enclose(path: Path, request: dict[str, Any]) -> Answer:
    from ocr.together import enclose

    with _writing_much():
        return {"page_count": enclose(path, Path(request["to"]))}, b""


def _join(_: Path, request: dict[str, Any]) -> Answer:
    from ocr.together import join

    with _writing_much():
        return {"page_count": join([Path(p) for p in request["paths"]], Path(request["to"]))}, b""


@contextmanager
def _writing_much() -> Iterator[None]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_TOGETHER, LARGEST_TOGETHER))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_TOGETHER))


_WORK: dict[str, Callable[[Path, dict[str, Any]], Answer]] = {
    "prepare": _prepare,
    "inspect": _inspect,
    "read": _read,
    "render": _render,
    "enclose": _enclose,
    "join": _join,
}


def _resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize()


def _is_memory(error: Exception) -> bool:
    text = str(error)
    return "nsufficient memory" in text or "llocat" in text or "std::bad_alloc" in text


def _allow_seconds(seconds: float) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _end_with(parent: int) -> None:
    """Kill this whole process group once the parent is gone."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()
