"""Searching what was noted about a person: by right, each search noted."""

from __future__ import annotations

from sqlmodel import Session

from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import note_access
from dashboard.visitor import Visitor
from queues import note_search
from queues.note_search import Hit


def search_notes(session: Session, visitor: Visitor, person_id: int, words: str) -> list[Hit]:
    """The lines of a person's notes in which all words stand, the latest talk first; without words, all lines.

    Raises `NotAllowed`.
    """
    require(visitor, Right.READ_NOTES)
    note_access(session, visitor, f"person:{person_id}", "search_notes")
    return note_search.search(session, person_id, words[:200], visitor.account_id)
