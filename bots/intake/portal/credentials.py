"""Who signs in at the portal."""

from __future__ import annotations

from bots.browsing.credentials import Credentials, Place
from config.settings import Settings

__all__ = ["Credentials", "credentials"]

_PLACE = Place("BACKOFFICE_PORTAL", "팩스 포털", "portal_settings")


def credentials(now: Settings) -> Credentials:
    """Those of the settings. Raises `BusinessError` when they are missing or lie where they must not."""
    return _PLACE.given(now.portal_user, now.portal_password, now.portal_secret_file)
