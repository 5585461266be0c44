"""The ways by which things leave the sandbox's center: post, mail, messages, electronic boxes, and its numbers."""

from __future__ import annotations

from collections import Counter

from bots.sandbox.document_system import DocumentSystemServer
from bots.sandbox.electronic_box import ElectronicBox
from bots.sandbox.message_gateway import MessageGateway
from bots.sandbox.outages import Outage
from bots.sandbox.post_site import PostSite
from bots.sandbox.smtp_server import SmtpServer


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
        self.mail, self.messages, self.boxes = SmtpServer(), MessageGateway(), ElectronicBox()
        self._all = (self.post, self.documents, self.mail, self.messages, self.boxes)

    def open(self) -> None:
        """Everything answers when it returns."""
        for service in self._all:
            service.start()

    def close(self) -> None:
        for service in self._all:
            service.stop()
        self.mail.remove()

    @property
    def taken(self) -> Counter[str]:
        """How often each letter or message was taken over for its recipient, by the center's own key."""
        return self.post.posted + self.mail.taken + self.messages.taken + self.boxes.taken
