"""What is wrong with a file that came from the bank."""

from __future__ import annotations

from queues.errors import BackOfficeError


class NotUnderstood(BackOfficeError):
    """A file that is not used: nothing of it is believed. `code` ("doctype", "sums", ...); no text of the file."""

    def __init__(self, code: str, where: str) -> None:
        super().__init__(f"the file {where} is not understood: {code}")
        self.code, self.where = code, where
