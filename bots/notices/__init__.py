"""From an event of a case to a letter that has legally arrived.

Importing this package registers its bots.
"""

from bots.notices import decide, dispatch, homecoming, prepare, preview, supplement
from bots.notices.post import bot as post
from bots.notices.send import bot as sending
from bots.notices.send import receipts
from bots.notices.tracking import bot as tracking

__all__ = [
    "decide",
    "dispatch",
    "homecoming",
    "post",
    "prepare",
    "preview",
    "receipts",
    "sending",
    "supplement",
    "tracking",
]
