"""What a signed session note (상담일지) needs: its forms, and the fields in which the system of record takes it."""

from __future__ import annotations

from collections.abc import Iterator

from bots.doctor.check import Check, advice, guarded, missing, ok
from config.note_fields import load_note_fields
from config.settings import Settings, layered


def checks(chosen: Settings) -> Iterator[Check]:
    yield guarded("session notes", lambda: _notes(chosen))


def _notes(chosen: Settings) -> Check:
    name, fields = "session notes", load_note_fields()
    for form in ("session_note.html.j2", "_style.css"):
        if not layered(f"counseling/{form}"):
            return missing(name, f"config/counseling/{form} is not there", "Bring it back from the release.")
    told = ", ".join(f"{c.name} {c.most} {c.unit}" for c in fields.columns)
    if chosen.case_sink_url and not fields.confirmed:
        return advice(
            name,
            f"fields of the system of record not confirmed: {told}",
            "Compare note_fields.yaml with that system's definition; then set confirmed: true.",
        )
    return ok(name, f"told in {told}" if chosen.case_sink_url else "kept here, no system of record is told")
