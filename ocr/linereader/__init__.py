"""A small recogniser of its own for one-line crops, where the general engine is weak.

`LineReader` reads; `train` makes its weights from synthetic lines. See `reader` for use.
"""

from ocr.linereader.patterns import PATTERNS
from ocr.linereader.reader import LineReader, LineReaderError, LineReading

__all__ = ["PATTERNS", "LineReader", "LineReaderError", "LineReading"]
