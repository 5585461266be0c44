"""What goes wrong at the post's site and at its open interface, told beforehand or while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from bots.sandbox.portal_site.troubles import Trouble, Troubles

PLACES = (
    "login", "main", "new", "upload", "confirm", "pay", "receipt", "list", "letters", "cancel", "track",
)  # fmt: skip
_PAGES = ("main", "new", "upload", "confirm", "pay", "receipt", "list", "letters", "cancel")
_ORDERS = ("upload", "pay", "cancel")
# At which places a kind of trouble can be met.
KINDS: dict[str, tuple[str, ...]] = {
    "expired": _PAGES,  # the session has ended
    "error": PLACES,  # the error page, 500; nothing was done
    "maintenance": PLACES,  # a page with the answer 200 that says so
    "slow": PLACES,  # `amount` seconds, then as ever
    "silent": PLACES,  # no answer at all for `amount` seconds; nothing was done
    "lost": _ORDERS,  # done, and then the error page
    "cut": _ORDERS,  # done, and then the line breaks without an answer
    "late": ("pay",),  # it is being worked on (결제처리중) and paid after `amount` seconds
    "lost_late": ("pay",),  # the same, and the answer is the error page
    "refused": _ORDERS,  # not done, an alert says so; at "pay": the deposit is too small
    "closed": ("pay",),  # the cut-off of the day
    "lagging": ("upload",),  # the job stands in the site's list only after `amount` seconds
    "lost_lagging": ("upload",),  # the same, and the answer is the error page
    "price": ("upload", "confirm"),  # `amount` hundreds of won more than the rates say; "confirm": shown once
    "sheets": ("upload", "confirm"),  # `amount` sheets more than there are
    "changed": ("login", "new", "confirm", "list", "letters", "receipt"),  # other ids and labels
    "numbers_late": ("pay",),  # registration numbers are given `amount` seconds later
    "wrong_count": ("letters",),  # the last letter is missing from the list
    "busy": ("track",),  # more questions than are allowed
    "no_data": ("track",),  # it knows nothing of the number yet
    "garbled": ("track",),  # the answer breaks off
    "other": ("track",),  # the answer is about another number
    "shuffled": ("track",),  # events in another order
}


@dataclass
class PostTrouble(Trouble):
    """`kind` happens at `place` after `after` requests there, `times` times in a row."""

    def __post_init__(self) -> None:
        if self.place not in KINDS.get(self.kind, ()):
            raise ValueError(f"no trouble {self.kind} at {self.place}")


class PostTroubles(Troubles):
    """Asked at every request; more may be added while the site runs."""

    def __init__(self, *script: PostTrouble) -> None:
        super().__init__(*script)

    def add(self, kind: str, place: str, *, after: int = 0, times: int = 1, amount: float = 1.0) -> None:
        """From now on: `after` counts requests from here."""
        with self._lock:
            self._script.append(PostTrouble(kind, place, self._seen[place] + after, times, amount))
