"""The one error of setting up."""

from __future__ import annotations


class SetUpError(Exception):
    """Setting up cannot go on. `remedy` is what to type, line by line."""

    def __init__(self, text: str, *remedy: str) -> None:
        super().__init__(text)
        self.remedy = remedy
