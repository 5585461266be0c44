"""The session of the last visit, in this process's memory only: a portal need not see a sign-in every two minutes."""

from __future__ import annotations

import threading

from playwright.async_api import StorageState

from bots.browsing.credentials import Credentials
from config.portals import Portal

_lock = threading.Lock()
_sessions: dict[tuple[str, str, bytes], StorageState] = {}


def recall(portal: Portal, who: Credentials) -> StorageState | None:
    """Cookies of the last visit with these credentials; they may have ended meanwhile."""
    with _lock:
        return _sessions.get(_key(portal, who))


def remember(portal: Portal, who: Credentials, state: StorageState) -> None:
    """Keep the cookies of a visit that went well; those of other credentials are forgotten."""
    with _lock:
        _sessions.clear()
        _sessions[_key(portal, who)] = state


def forget() -> None:
    """After a visit that went wrong the next one signs in."""
    with _lock:
        _sessions.clear()


def _key(portal: Portal, who: Credentials) -> tuple[str, str, bytes]:
    return portal.name, portal.address, who.fingerprint()
