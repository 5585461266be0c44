"""What the center says of its programs, officers and districts: is it understood, and confirmed?"""

from __future__ import annotations

from collections.abc import Iterator

from bots.doctor import official_letters
from bots.doctor.check import Check, advice, guarded, missing, ok
from config import channels, districts
from config.assignment import AssignmentError, assignment
from config.calendar import business_calendar
from config.programs import ProgramsError, load_programs
from config.supplementing import supplementing

_EDIT = "Correct the file named; docs/operations.md says what it may hold."


def faulty() -> str:
    """What is wrong with the center's rules, naming the file; "" when all are understood.

    Asked before anything is worked on: a question cannot be opened without them.
    """
    try:
        load_programs()
        supplementing()
        assignment()
        business_calendar()
        channels.rules()
        districts.first_digits("서울특별시")
        official_letters.understood()
    except (ProgramsError, AssignmentError, ValueError) as error:
        return str(error)
    return ""


def checks() -> Iterator[Check]:
    told = faulty()
    if told:
        yield missing("rules", told, _EDIT)
        return
    yield guarded("legal periods", _periods)
    yield guarded("supplementing", _supplementing)
    yield guarded("assignment", _assignment)


def _periods() -> Check:
    """Each program needs a period of processing; which were checked against the law, somebody has to say."""
    programs = load_programs()
    without = sorted(name for name, program in programs.items() if not program.processing)
    open_ = sorted(name for name, p in programs.items() if not all(q.confirmed for q in p.processing))
    name = "legal periods"
    if without:
        told = f"none for {', '.join(without)}"
        return advice(name, told, "Give each program of programs.yaml its processing period.")
    if open_:
        told = f"{len(open_)} of {len(programs)} programs not confirmed"
        return advice(name, told, "Have them checked; then confirmed: true in your own programs.yaml.")
    return ok(name, f"{len(programs)} programs, all confirmed")


def _supplementing() -> Check:
    name = "supplementing"
    if not supplementing().confirmed:
        return advice(
            name,
            "the stages of supplementing are not confirmed",
            "Have them checked against the law; then confirmed: true in your own supplementing.yaml.",
        )
    return ok(name, "confirmed")


def _assignment() -> Check:
    name = "assignment"
    rules = assignment()
    named = {code for rule in rules.rules for code in rule.programs}
    unknown = sorted(named - set(load_programs()))
    if unknown:
        told = f"programs that do not exist: {', '.join(unknown)}"
        return advice(name, told, "Correct the codes in assignment.yaml.")
    if rules.jurisdiction and not rules.center:
        told = "districts are given, but not which center is ours"
        return advice(name, told, "Name your own center under center: in assignment.yaml.")
    return ok(name, f"{len(rules.rules)} rules, districts of {len(rules.jurisdiction)} centers")
