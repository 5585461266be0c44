"""XML of the bank read piece by piece: whatever its size, no more of it than one element is held.

Nothing is fetched and nothing expands: a document type ends the reading. What is nested too deep or too long is
refused. Elements are known by their names without namespace.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element
from xml.parsers import expat

DEEPEST, LONGEST_TEXT, MOST_CHILDREN = 40, 20_000, 5_000
LARGEST = 2 * 1024**3
_PIECE = 64 * 1024


class BadXml(ValueError):
    """It is no XML that we read; `code`: "doctype", "not_xml", "too_deep", "too_long", "too_large".

    The text never quotes the file.
    """

    def __init__(self, code: str, line: int) -> None:
        super().__init__(f"{code}, line {line}")
        self.code, self.line = code, line


def cut(source: BinaryIO, names: Collection[str]) -> Iterator[tuple[tuple[Element, ...], Element]]:
    """Each element of these names at its end, with those around it (outermost first), in the order of the file.

    An element that was given out is not kept in the one around it, which holds what stood before. Raises `BadXml`.
    """
    reader = _Reader(frozenset(names))
    size = 0
    while True:
        piece = source.read(_PIECE)
        size += len(piece)
        if size > LARGEST:
            raise BadXml("too_large", reader.parser.CurrentLineNumber)
        reader.feed(piece)
        yield from reader.given_out()
        if not piece:
            return


class _Reader:
    """Builds elements, and sets aside those that are wanted."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self.root: Element | None = None
        self._open: list[Element] = []
        self._words: list[str] = []
        self._length = 0
        self._done: list[tuple[tuple[Element, ...], Element]] = []
        self.parser = expat.ParserCreate(namespace_separator="|")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.ExternalEntityRefHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def feed(self, piece: bytes) -> None:
        """Go on with more of the file; nothing more is its end. Raises `BadXml`."""
        try:
            self.parser.Parse(piece, not piece)
        except BadXml:
            raise
        except (expat.ExpatError, ValueError, LookupError):
            raise BadXml("not_xml", self.parser.CurrentLineNumber) from None

    def given_out(self) -> Iterator[tuple[tuple[Element, ...], Element]]:
        done, self._done = self._done, []
        yield from done

    def _doctype(self, *_: object) -> int:
        raise BadXml("doctype", self.parser.CurrentLineNumber)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise BadXml("too_deep", self.parser.CurrentLineNumber)
        own = name.rsplit("|", 1)
        element = Element(own[-1], attributes)
        if self.root is None:
            self.root = element
            if len(own) > 1:
                element.set("xmlns", own[0])
        if self._open:
            if len(self._open[-1]) >= MOST_CHILDREN:
                raise BadXml("too_long", self.parser.CurrentLineNumber)
            self._open[-1].append(element)
        self._open.append(element)
        self._words, self._length = [], 0

    def _text(self, words: str) -> None:
        self._length += len(words)
        if self._length > LONGEST_TEXT:
            raise BadXml("too_long", self.parser.CurrentLineNumber)
        self._words.append(words)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        if not len(element):
            element.text = "".join(self._words).strip()
        self._words, self._length = [], 0
        if element.tag in self._names:
            if self._open:
                self._open[-1].remove(element)
            self._done.append((tuple(self._open), element))


def text_at(element: Element, path: str) -> str:
    """The text at a path of names ("Acct/Id/Othr/Id"), "" where there is none."""
    return (element.findtext(path) or "").strip()


def root_namespace(source: BinaryIO) -> str:
    """The namespace of the outermost element, "" for none. Raises `BadXml`."""
    reader = _Reader(frozenset())
    for _ in range(16):
        piece = source.read(_PIECE)
        reader.feed(piece)
        if reader.root is not None or not piece:
            break
    return "" if reader.root is None else reader.root.get("xmlns", "")
