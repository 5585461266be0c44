"""From an event of a case to a letter that has legally arrived.

Importing this package registers its bots.
"""

from bots.notices import prepare, supplement
from bots.notices.post import bot as post

__all__ = ["post", "supplement"]
