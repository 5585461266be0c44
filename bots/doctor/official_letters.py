"""What official letters need before one can leave: lines of approval, remedies, the letterhead, a document system."""

from __future__ import annotations

from collections.abc import Iterator

from bots.doctor.check import Check, advice, guarded, missing, ok
from config.approval_lines import line_for, load_lines
from config.letterhead import load_letterhead
from config.notice_kinds import load_notice_kinds
from config.programs import load_programs
from config.remedies import load_remedies, remedy_for
from config.settings import settings
from queues.days import today


def understood() -> None:
    """Raises ValueError, naming the file, where one of theirs is not understood."""
    load_notice_kinds()
    load_lines()
    load_remedies()
    load_letterhead()


def checks() -> Iterator[Check]:
    yield guarded("approval lines", _lines)
    yield guarded("remedies", _remedies)
    yield guarded("letterhead", _letterhead)
    yield guarded("document system", _document_system)


def _acts() -> list[tuple[str, str]]:
    """Every official kind of notice with every program."""
    kinds = [name for name, kind in load_notice_kinds().kinds.items() if kind.official]
    return [(kind, program) for kind in kinds for program in load_programs()]


def _lines() -> Check:
    for kind, program in _acts():
        line_for(kind, program)
    return ok("approval lines", f"{len(load_lines())} lines; every official letter has one")


def _remedies() -> Check:
    name = "remedies"
    without = sorted({p for kind, p in _acts() if remedy_for(p, kind, today()) is None})
    if without:
        told = f"none for {', '.join(without)}: their official letters do not leave"
        return missing(name, told, "Say in remedies.yaml how one objects to decisions of these programs.")
    entries = load_remedies()
    open_ = [entry for entry in entries if not entry.confirmed]
    if open_:
        told = f"{len(open_)} of {len(entries)} not confirmed"
        return advice(name, told, "Have them checked; then confirmed: true in your own remedies.yaml.")
    return ok(name, f"{len(entries)}, all confirmed")


def _letterhead() -> Check:
    if load_letterhead().sample:
        return advice(
            "letterhead",
            "not filled in: every letter says that it is a sample",
            "Put the center's address and numbers into your own letterhead.yaml, and sample: false.",
        )
    return ok("letterhead", load_letterhead().center)


def _document_system() -> Check:
    if not settings().document_system_url:
        return advice(
            "document system",
            "none: official letters get no number and do not leave",
            "Set BACKOFFICE_DOCUMENT_SYSTEM_URL (and _TOKEN).",
        )
    return ok("document system", "configured")
