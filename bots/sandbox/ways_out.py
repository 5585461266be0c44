"""The ways by which things leave the sandbox's center: the post's site and the document system's numbers."""

from __future__ import annotations

from bots.sandbox.document_system import DocumentSystemServer
from bots.sandbox.outages import Outage
from bots.sandbox.post_site import PostSite


class WaysOut:
    """Everything that the center's notices go through.

    outages          when the document system is down
    troubles         whether the post's site fails between the payment and its receipt, once
    delivered_after  seconds from the payment of a registered letter to its delivery
    """

    def __init__(self, outages: tuple[Outage, ...], *, troubles: bool, delivered_after: float) -> None:
        self.post = PostSite(delivered_after=delivered_after)
        if troubles:
            self.post.troubles.add("lost", "pay")
        self.documents = DocumentSystemServer(outages=outages)

    def open(self) -> None:
        """Everything answers when it returns."""
        self.post.start()
        self.documents.start()

    def close(self) -> None:
        self.post.stop()
        self.documents.stop()
