"""One look into a mailbox: what is new is written down, loaded, entered, and put away."""

from __future__ import annotations

import time
import uuid
from collections import Counter

from imap_tools import BaseMailBox

from bots.intake.mailbox import download, entering, folder, seen
from bots.intake.mailbox.aside import put_away
from bots.intake.mailbox.connection import in_our_words, signed_in
from bots.intake.mailbox.folder import Head, Place
from bots.intake.mailbox.problems import OutOfTime, Refused
from config.mailboxes import Mailbox
from config.settings import settings
from queues import leases

LOOK_SECONDS = 600.0
_LEASE_SECONDS = 180.0
_AT_ONCE = 500


class NotOurs(Exception):
    """Another worker looks into this mailbox."""


class Look:
    """Looks into one mailbox for at most `seconds`.

    aside    whether mails that were taken are put away as the setting `after` says
    counts   grows: mails, papers, questions, known, gone, put_away
    refused  why the server did not put mails away; they are in the record all the same
    """

    def __init__(self, box: Mailbox, seconds: float = LOOK_SECONDS, *, aside: bool = True) -> None:
        self.box, self.aside, self.counts = box, aside, Counter[str]()
        self.refused: Refused | None = None
        self.until = time.monotonic() + seconds
        self.gone: list[str] = []
        self._holder = uuid.uuid4().hex

    def run(self) -> Counter[str]:
        """One look at every folder. While another worker is at it, nothing happens.

        Raises `Refused`, `LineBroken`; StoreFull or OSError of the file store. What was taken before stays taken.
        """
        try:
            self.alive()
        except NotOurs:
            return self.counts
        try:
            with signed_in(self.box) as mailbox:
                for name in self.box.folders:
                    self._folder(mailbox, name)
        except (NotOurs, OutOfTime):
            pass  # the next look goes on
        finally:
            leases.give_back(self._lease, self._holder)
        self.counts["gone"] += seen.lost(self.box.name, self.gone)
        return self.counts

    def alive(self) -> None:
        """Keep others from looking at the same time. Raises `NotOurs`."""
        if not leases.take(self._lease, self._holder, _LEASE_SECONDS):
            raise NotOurs

    @property
    def _lease(self) -> str:
        return f"mailbox:{self.box.name}"

    def _folder(self, mailbox: BaseMailBox, name: str) -> None:
        place = folder.examine(mailbox, name)
        self.gone += seen.renumbered(self.box.name, place)
        self._note_new(mailbox, place)
        waiting = seen.to_take(self.box.name, place)
        for start in range(0, len(waiting), _AT_ONCE):
            some = waiting[start : start + _AT_ONCE]
            there = {head.uid: head for head in folder.heads(mailbox, some)}
            for uid in some:
                self._mail(mailbox, place, uid, there.get(uid))
        if self.aside and self.refused is None:
            self._put_away(mailbox, place)

    def _put_away(self, mailbox: BaseMailBox, place: Place) -> None:
        """A server that will not put mails away must not keep new ones from being taken."""
        try:
            with in_our_words(self.box):
                self.counts["put_away"] += put_away(self.box, mailbox, place)
        except Refused as refused:
            self.refused = refused

    def _note_new(self, mailbox: BaseMailBox, place: Place) -> None:
        highest = seen.highest(self.box.name, place)
        if highest + 1 >= place.uid_next:
            return
        new = folder.uids_above(mailbox, highest, self.box.since)
        for start in range(0, len(new), _AT_ONCE):
            self.alive()
            seen.note(self.box.name, place, folder.heads(mailbox, new[start : start + _AT_ONCE]))

    def _mail(self, mailbox: BaseMailBox, place: Place, uid: int, head: Head | None) -> None:
        self.alive()
        if time.monotonic() > self.until:
            raise OutOfTime
        if head is None:
            self.gone.append(seen.set_gone(self.box.name, place, uid))
        elif seen.is_taken(self.box.name, place, head):
            self.counts["known"] += 1
        else:
            self._take(mailbox, place, head)

    def _take(self, mailbox: BaseMailBox, place: Place, head: Head) -> None:
        try:
            if head.size > settings().max_mail_bytes:
                raise download.TooLarge
            with download.loaded(
                mailbox, self.box.name, place, head, until=self.until, alive=self.alive
            ) as loaded:
                entered = entering.enter_mail(self.box.name, place, head, loaded)
        except download.Gone:
            self.gone.append(seen.set_gone(self.box.name, place, head.uid))
            return
        except download.TooLarge:
            entered = entering.enter_too_large(self.box.name, place, head)
        self.counts["mails"] += 1
        self.counts["papers"] += entered.papers
        self.counts["questions"] += entered.questions


def look(box: Mailbox) -> Counter[str]:
    """One look into `box`. Raises as `Look.run` does, and `Refused` when mails could not be put away."""
    looking = Look(box)
    counts = looking.run()
    if looking.refused:
        raise looking.refused
    return counts
