"""What kinds of letters are called."""

from __future__ import annotations

from config.notice_kinds import load_notice_kinds


def kind_title(code: str) -> str:
    """The name that staff know a kind by; the code itself for one that is not described any more."""
    kind = load_notice_kinds().kinds.get(code)
    return kind.title if kind else code


def kinds_with_letter() -> dict[str, str]:
    """Code and name of the kinds that are letters, not short messages alone."""
    return {code: kind.title for code, kind in load_notice_kinds().kinds.items() if kind.letter}
