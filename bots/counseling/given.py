"""A decision about a talk that cannot be carried out."""

from __future__ import annotations


class Refused(Exception):
    """A decision cannot be carried out as things stand; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
