"""What becomes of the letters that the post brings: one comes back, one is answered by fax."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator

import pikepdf

from bots.sandbox.answers import answer
from bots.sandbox.composer import Composer
from bots.sandbox.deliveries import Delivery
from bots.sandbox.post_site.ledger import PAID, Job, Letter
from bots.sandbox.post_site.site import PostSite

_LOOK_SECONDS = 0.5
_MOVED = "이사불명"


class Citizens:
    """Looks into the post for letters that were paid for, in a thread of its own.

    The first registered letter of the center goes to somebody who has moved; of the others the first that asks
    for papers is answered: `send` is called with the delivery, once, after `home` is set. `answered` and `moved` tell
    that it is so.
    """

    def __init__(self, post: PostSite, composer: Composer, send: Callable[[Delivery], None]) -> None:
        self.post, self.composer, self.send = post, composer, send
        self.answered, self.moved = threading.Event(), threading.Event()
        self.home = threading.Event()
        self.failure: BaseException | None = None
        self._seen: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name="citizens", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    @property
    def done(self) -> bool:
        return self.answered.is_set() and self.moved.is_set()

    def _live(self) -> None:
        try:
            while not self._stop.wait(_LOOK_SECONDS) and not self.done:
                for job, letter in self._new():
                    self._receive(job, letter)
        except BaseException as error:
            self.failure = error

    def _new(self) -> Iterator[tuple[Job, Letter]]:
        for job in self.post.jobs:
            for letter in job.letters:
                if job.state == PAID and letter.key not in self._seen:
                    self._seen.add(letter.key)
                    yield job, letter

    def _receive(self, job: Job, letter: Letter) -> None:
        if job.service == "registered" and not self.moved.is_set():
            self.post.journeys.come_back(letter.key, _MOVED)
            self.moved.set()
        elif not self.home.is_set():
            self._seen.discard(letter.key)  # it lies in the letter box until somebody is at home
        elif not self.answered.is_set():
            reply = answer(self.composer, _pages_of(job, letter))
            if reply is not None:
                self.send(reply)
                self.answered.set()


def _pages_of(job: Job, letter: Letter) -> bytes:
    """The letter's own pages of what was uploaded."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(job.content)) as whole, pikepdf.new() as own:
        own.pages.extend(whole.pages[letter.first_page - 1 : letter.first_page - 1 + letter.pages])
        own.save(out)
    return out.getvalue()
