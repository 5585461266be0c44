"""The web site of the post, as offices use it to have letters printed and sent, and its open tracking interface.

site      PostSite: start(), stop(), troubles, ledger, clock
ledger    jobs, payments, deposit; every letter counted by the client's own key
upload    the PDF and the address list, checked row by row
journey   what happens to a registered letter, and which come back
windows   whether each letter is with its own recipient
tracking  the open interface: a number in, XML out
troubles  what goes wrong, and where
pages, app, asking   what a browser is shown, the addresses, what a test or the demo asks and tells
"""

from bots.sandbox.post_site.ledger import Job, Letter, PostLedger
from bots.sandbox.post_site.site import PASSWORD, TRACKING_KEY, USER, PostSite
from bots.sandbox.post_site.troubles import PostTrouble, PostTroubles

__all__ = [
    "PASSWORD",
    "TRACKING_KEY",
    "USER",
    "Job",
    "Letter",
    "PostLedger",
    "PostSite",
    "PostTrouble",
    "PostTroubles",
]
