"""Splitting, merging and reordering the pages of a delivery: asked for here, carried out by `intake.arrange`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from queues.models import (
    Account,
    DeliveryState,
)

ARRANGE = "intake.arrange"
_READ = (DeliveryState.LINKED, DeliveryState.REVIEW, DeliveryState.DONE)


@dataclass(frozen=True, slots=True)
class Arranged:
    """A document as a person wants it: its pages in order, and its type, "" for what the reader makes of it."""

    pages: Sequence[int]
    type: str = ""


def arrange(
    session: Session,
    delivery_id: int,
    documents: Sequence[Arranged],
    seen: Mapping[int, int],
    account: Account,
) -> int:
    """Have the pages of a delivery be these documents, in this order; returns the id of the `Effect`.

    seen  version of every document (that has pages) as the screen showed it, by id

    Documents that have the same pages and type as before keep everything. Raises `StaleDecision` when
    documents have changed since, `NotArrangeable` when a page is missing, twice or unknown, or when the
    delivery is not read yet, is rejected, or one of the changed documents is on its way elsewhere.
    """
    raise NotImplementedError
