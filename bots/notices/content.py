"""What a letter says and to whom, held fast: the very bytes that an approval agrees to.

They lie in the file store (sealed) under their own hash, `Notice.content_sha256`; the final letter is made
of them and of nothing else but number, date of effect, approvals and seal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from queues import files

_OF_THE_DAY = frozenset({"sent_on", "document_no", "effective_on", "approvals"})
"""What is settled only when the letter leaves: no part of what is agreed to."""


@dataclass(frozen=True)
class Content:
    """The kind, the template by its hash, and every value but those of the day."""

    kind: str
    template_sha256: str
    values: Mapping[str, Any]

    @property
    def raw(self) -> bytes:
        """The same content always is the same bytes."""
        told = {"kind": self.kind, "template": self.template_sha256, "values": dict(self.values)}
        return json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()

    @property
    def sha256(self) -> str:
        return sha256(self.raw).hexdigest()

    def keep(self) -> str:
        """Into the file store; returns its hash."""
        return files.put(self.raw)


def content_of(kind: str, template_sha256: str, values: Mapping[str, Any]) -> Content:
    """The content of a letter with these values; those of the day are left out."""
    return Content(
        kind, template_sha256, {name: value for name, value in values.items() if name not in _OF_THE_DAY}
    )


def kept(content_sha256: str) -> Content:
    """A content as it was kept. Raises `NotStored`, or `Unreadable` when it was altered."""
    told = json.loads(files.read(content_sha256))
    return Content(told["kind"], told["template"], told["values"])
