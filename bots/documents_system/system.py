"""What a document system is: something that registers an agreed document once, under a key.

The same key again is the same document: it changes nothing and is answered alike, however often it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol


class DocumentSystemError(Exception):
    """No good answer: what, where, what to do. Whether the document was registered is not known: ask by its key."""


class Refused(DocumentSystemError):
    """The system has understood and says no: asking again is of no use. `reason` is its own word, a code."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Registered:
    """A document in force: 문서번호, 시행일, and the seal (관인) as a PNG picture."""

    document_no: str
    effective_on: date
    seal: bytes


class DocumentSystem(Protocol):
    """Both raise `DocumentSystemError` when there is no good answer."""

    def find(self, key: str) -> Registered | None:
        """The document that was registered under a key; None when certainly none was."""

    def register(self, key: str, document: Mapping[str, Any]) -> Registered:
        """Register an agreed document. Raises `Refused` when the answer is no.

        document  {"title", "kind", "receipt_no", "content_sha256", "pages", "disclosure",
                  "approvals": [{"duty", "name", "day"}]}; no name of a citizen
        """

    def close(self) -> None: ...
