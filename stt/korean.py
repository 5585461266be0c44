"""The one analyser of Korean in a process: kiwipiepy, whose model comes with the package."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwipiepy import Kiwi


@cache
def kiwi() -> Kiwi:
    """Takes a second or two to make and some 500 MB. One thread: workers run beside each other."""
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1)
