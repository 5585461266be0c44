"""How much may come out of one mail."""

from __future__ import annotations


class TooMuch(Exception):
    """A mail holds more than the limits allow: files, bytes, or mails within mails."""


class Limits:
    """Counts down what is left. `depth` is how far mails and archives may lie within each other."""

    def __init__(self, files: int, unpacked_bytes: int, depth: int = 6) -> None:
        self.files, self.bytes, self.depth = files, unpacked_bytes, depth

    def count_file(self) -> None:
        self.files -= 1
        if self.files < 0:
            raise TooMuch("files")

    def count_bytes(self, count: int) -> None:
        """For what is unpacked from archives, which may be far larger than the mail."""
        self.bytes -= count
        if self.bytes < 0:
            raise TooMuch("bytes")
