"""What may go wrong with any browser."""

from __future__ import annotations

from queues.errors import BackOfficeError


class BrowserGone(BackOfficeError):
    """The browser ended under our hands: another is started."""
