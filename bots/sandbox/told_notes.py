"""The session notes (상담이력) that the sandbox's system of record was told of, in fields of limited length.

As real ones do, it counts bytes of its own encoding and takes nothing that is too long or about nobody it knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

Message = dict[str, Any]
Answer = tuple[int, Message]
LIMITS = {"summary": 4000, "result": 2000, "plan": 1000}
"""Bytes of each field, in `ENCODING`."""
ENCODING = "cp949"


class ToldNotes:
    """`knows`: whether there is a case of that receipt number. Its caller lets in one at a time."""

    def __init__(self, knows: Callable[[str], bool], counts: Counter[str]) -> None:
        self._knows, self._counts = knows, counts
        self.by_key: dict[str, Message] = {}

    def take(self, key: str, message: Message) -> Answer:
        """Enter a note once; (HTTP status, body)."""
        if key in self.by_key:
            self._counts["notes repeated"] += 1
            return 200, {"acknowledged": True, "id": self.by_key[key]["id"], "repeated": True}
        if problem := self._wrong(message):
            self._counts["notes refused"] += 1
            return 422, {"acknowledged": False, "error": problem}
        number = f"N-{len(self.by_key) + 1:06d}"
        self.by_key[key] = {**message, "id": number, "stands": True}
        if earlier := self.by_key.get(str(message.get("replaces") or "")):
            earlier["stands"] = False
        self._counts["notes"] += 1
        return 200, {"acknowledged": True, "id": number, "repeated": False}

    def _wrong(self, message: Message) -> str:
        receipt_no, columns = str(message.get("receipt_no") or ""), message.get("columns")
        if receipt_no and not self._knows(receipt_no):
            return "unknown_receipt"
        if not receipt_no and not message.get("person"):
            return "about_nobody"
        if not isinstance(columns, dict) or set(columns) - set(LIMITS):
            return "unknown_field"
        for name, text in columns.items():
            try:
                size = len(str(text).encode(ENCODING))
            except UnicodeEncodeError:
                return "unknown_character"
            if size > LIMITS[name]:
                return "too_long"
        return ""
