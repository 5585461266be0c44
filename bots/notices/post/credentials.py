"""Who signs in at the post's site."""

from __future__ import annotations

from bots.browsing.credentials import Credentials, Place
from config.settings import Settings

_PLACE = Place("BACKOFFICE_POST", "우편 사이트", "post_settings")


def credentials(now: Settings) -> Credentials:
    """Those of the settings. Raises `BusinessError` when they are missing or lie where they must not."""
    return _PLACE.given(now.post_user, now.post_password, now.post_secret_file)
