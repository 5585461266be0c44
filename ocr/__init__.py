"""Reading of pages: bytes of a page in, a read document out. No database, no network, no clock.

>>> import ocr
>>> delivery = ocr.read_delivery("fax.tif")
>>> for document in delivery.documents:
...     print(document.type, {name: field.value for name, field in document.fields.items()})
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ocr.types import DeliveryRead

if TYPE_CHECKING:
    from ocr.children import PageReaders

__all__ = ["DeliveryRead", "read_delivery"]


def read_delivery(path: str | Path, readers: PageReaders | None = None) -> DeliveryRead:
    """Read a file from outside: its pages in child processes, then its documents and their fields.

    `readers` is a pool to use; without one, a pool is made for this call. A file that cannot be opened
    comes back with its `problem` (a code of `ocr.problems`); a page that cannot be read with its own.
    """
    from ocr.children import PageReaders
    from ocr.documents import understand
    from ocr.problems import UnreadableError

    if readers is None:
        with PageReaders() as own:
            return read_delivery(path, own)
    try:
        info = readers.inspect(path)
    except UnreadableError as error:
        return DeliveryRead((), (), error.code, error.detail)
    found = readers.read_pages(path, range(1, info.page_count + 1))
    pages = tuple(sorted(found, key=lambda page: page.number))
    return DeliveryRead(pages, understand(pages))
