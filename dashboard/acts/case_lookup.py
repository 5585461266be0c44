"""Looking up a case by number or name where something else is to be found through it: noted, like any search."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from dashboard.acts.seeing import note_look
from dashboard.reads.cases import CaseOnFile, find
from dashboard.visitor import Visitor


def look_up_cases(session: Session, visitor: Visitor, words: str, why: str) -> Sequence[CaseOnFile]:
    """The cases that fit, each sight of them noted once a look. The rights are asked for by who calls."""
    found = find(session, words.strip()[:60])
    for case in found:
        note_look(session, visitor, f"application:{case.application_id}", "search", why)
    return found
