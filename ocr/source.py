"""What a file is, by its content and never by its name; and whether it may be opened at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pillow_heif
import pypdfium2 as pdfium
from PIL import Image

from config.settings import settings
from ocr import problems, tiff
from ocr.problems import UnreadableError

pillow_heif.register_heif_opener()

MOST_PIXELS = 120_000_000


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """`kind` is "tiff", "pdf", "jpeg", "png" or "heic"; `page_count` is what can be read."""

    kind: str
    page_count: int


def kind_of(path: Path) -> str:
    """The format by the first bytes. Raises `UnreadableError`: empty, unsupported."""
    with path.open("rb") as file:
        head = file.read(1024)
    if not head.strip(b"\0 \r\n\t"):
        raise UnreadableError(problems.EMPTY, "no content" if not head else "only blanks or zeros")
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "tiff"
    if head[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"):
        return "heic"
    if b"%PDF-" in head:
        return "pdf"
    raise UnreadableError(problems.UNSUPPORTED, _what(head))


def inspect(path: Path) -> SourceInfo:
    """Look at a file before reading it; the settings say how large it may be and how many pages it may have.

    Raises `UnreadableError` with a code of `ocr.problems`: empty, unsupported, too_large,
    too_many_pages, encrypted, malformed, truncated, tiny. In this process: for files from outside use
    `ocr.children.PageReaders.inspect`.
    """
    most = settings()
    if path.stat().st_size > most.max_file_bytes:
        raise UnreadableError(problems.TOO_LARGE, f"{path.stat().st_size} bytes")
    kind = kind_of(path)
    if kind == "pdf":
        pages = _pdf_pages(path)
    elif kind == "tiff":
        pages = tiff.check(path, most.max_pages, MOST_PIXELS)
    else:
        pages = _picture(path)
    if pages > most.max_pages:
        raise UnreadableError(problems.TOO_MANY_PAGES, f"{pages} pages, at most {most.max_pages}")
    return SourceInfo(kind, pages)


_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE compound file (HWP 5, DOC or XLS)"),
    (b"HWP Document File", "HWP 3"),
    (b"PK\3\4", "ZIP container (HWPX, DOCX, XLSX or an archive)"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
)


def _what(head: bytes) -> str:
    if head[:4] == b"PK\3\4" and b"hwp+zip" in head:
        return "HWPX"
    return next((name for start, name in _SIGNATURES if head.startswith(start)), "unknown format")


def _pdf_pages(path: Path) -> int:
    try:
        document = pdfium.PdfDocument(str(path))
    except pdfium.PdfiumError as error:
        code = problems.ENCRYPTED if "password" in str(error).lower() else problems.MALFORMED
        raise UnreadableError(code, str(error)) from None
    try:
        count = len(document)
    finally:
        document.close()
    if count < 1:
        raise UnreadableError(problems.MALFORMED, "no pages")
    return count


def _picture(path: Path) -> int:
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(path) as image:
            width, height = image.size
    except (OSError, SyntaxError, ValueError) as error:
        raise UnreadableError(problems.MALFORMED, type(error).__name__) from None
    if width * height > MOST_PIXELS:
        raise UnreadableError(problems.TOO_LARGE, f"{width} x {height} pixels")
    if min(width, height) < 32:
        raise UnreadableError(problems.TINY, f"{width} x {height} pixels")
    return 1
