"""How much of a proposed note its counselor changed."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import Levenshtein
from sqlmodel import Session

from queues.models import LineFate, NoteLine, SessionNote
from queues.session_notes import lines_of, proposed_of, text_of


def per_mille(lines: Iterable[NoteLine]) -> int:
    """0: all as it was proposed, 1000: nothing of it.

    Characters that were put in, taken out or replaced, of the characters that were proposed or stand, whichever are
    more, line by line.
    """
    changed = whole = 0
    for line in lines:
        proposed = proposed_of(line) or ""
        stands = "" if line.fate == LineFate.STRUCK else text_of(line)
        changed += Levenshtein.distance(proposed, stands)
        whole += max(len(proposed), len(stands))
    return round(1000 * changed / whole) if whole else 0


def edited_of(session: Session, note: SessionNote) -> int:
    """Per mille, of a signed note as it was signed, of a draft as it stands now."""
    return note.edited if note.edited is not None else per_mille(lines_of(session, note.id))
