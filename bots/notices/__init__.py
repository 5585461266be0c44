"""From an event of a case to a letter that has legally arrived.

Importing this package registers its bots.
"""

from bots.notices import supplement

__all__ = ["supplement"]
