"""Tesseract within this process, by the C interface of its library.

The program loads its models anew for each run, which takes as long as reading a dozen lines; the library
keeps them. Words and confidences are those of the program of the same version.
"""

from __future__ import annotations

import atexit
import ctypes
import functools
import os
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.problems import TIMEOUT, UnreadableError

NAME = "libtesseract.so.5"
_POINTER, _TEXT, _INT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
# Function: what it returns, what it takes.
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "TessVersion": (_TEXT, ()),
    "TessBaseAPICreate": (_POINTER, ()),
    "TessBaseAPIDelete": (None, (_POINTER,)),
    "TessBaseAPIInit3": (_INT, (_POINTER, _TEXT, _TEXT)),
    "TessBaseAPISetVariable": (_INT, (_POINTER, _TEXT, _TEXT)),
    "TessBaseAPISetPageSegMode": (None, (_POINTER, _INT)),
    "TessBaseAPISetImage": (None, (_POINTER, _TEXT, _INT, _INT, _INT, _INT)),
    "TessBaseAPIRecognize": (_INT, (_POINTER, _POINTER)),
    "TessBaseAPIGetTsvText": (_POINTER, (_POINTER, _INT)),
    "TessBaseAPIClear": (None, (_POINTER,)),
    "TessDeleteText": (None, (_POINTER,)),
    "TessMonitorCreate": (_POINTER, ()),
    "TessMonitorDelete": (None, (_POINTER,)),
    "TessMonitorSetDeadlineMSecs": (None, (_POINTER, _INT)),
}


class Engine:
    """The library with the models of some languages; one image at a time."""

    def __init__(self, library: ctypes.CDLL, handle: int) -> None:
        self._library = library
        self._handle = handle
        self._lock = threading.Lock()
        self.version = str(library.TessVersion().decode())

    def tsv(self, image: NDArray[np.uint8], psm: int, dpi: int, timeout: float) -> str | None:
        """The rows of the words in a gray image (height x width), without a heading; None if it failed.

        Raises `UnreadableError(timeout)` past `timeout` seconds.
        """
        library, handle = self._library, self._handle
        height, width = image.shape
        with self._lock:
            library.TessBaseAPISetPageSegMode(handle, psm)
            library.TessBaseAPISetVariable(handle, b"user_defined_dpi", str(dpi).encode())
            library.TessBaseAPISetImage(handle, image.tobytes(), width, height, 1, width)
            monitor = library.TessMonitorCreate()
            library.TessMonitorSetDeadlineMSecs(monitor, max(1, int(timeout * 1000)))
            try:
                if library.TessBaseAPIRecognize(handle, monitor) != 0:
                    raise UnreadableError(TIMEOUT, f"tesseract ran longer than {timeout:.0f} s")
                text = library.TessBaseAPIGetTsvText(handle, 0)
                if text is None:
                    return None
                try:
                    return ctypes.string_at(text).decode("utf-8", "replace")
                finally:
                    library.TessDeleteText(text)
            finally:
                library.TessMonitorDelete(monitor)
                library.TessBaseAPIClear(handle)


@functools.cache
def engine(languages: str) -> Engine | None:
    """The library with these models, loaded once per process, where it is there and gets one thread.

    None where the process was not started with `OMP_THREAD_LIMIT=1` (the runtime reads it once, when
    whoever needs it first is loaded): with more threads the library takes twice the processor time.
    """
    return load(languages) if os.environ.get("OMP_THREAD_LIMIT") == "1" else None


def load(languages: str) -> Engine | None:
    """The library with these models; None where it is missing, or of another version, or the models are."""
    try:
        library = ctypes.CDLL(NAME)
        for name, (gives, takes) in _SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = gives, takes
    except (OSError, AttributeError):
        return None
    handle = library.TessBaseAPICreate()
    if library.TessBaseAPIInit3(handle, None, languages.encode()) != 0:
        library.TessBaseAPIDelete(handle)
        return None
    atexit.register(library.TessBaseAPIDelete, handle)
    return Engine(library, handle)
