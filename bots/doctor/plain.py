"""The doctor's report, as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby

from bots.doctor import machine
from bots.doctor.check import Check

SIGNS = {"ok": "있음   ok", "advice": "권고   advice", "missing": "빠짐   MISSING"}


def main(arguments: list[str]) -> int:
    """Prints the report; 0 when nothing that is needed is missing, else 1."""
    if "--json" in arguments:
        checks = list(look())
        whole = not any(check.state == "missing" for check in checks)
        print(json.dumps({"ok": whole, "checks": [asdict(c) for c in checks]}, ensure_ascii=False, indent=1))
        return 0 if whole else 1
    lacking = 0
    for check in together(look()):
        lacking += check.state == "missing"
        print(_line(check), flush=True)
    print()
    print(f"{lacking}가지가 빠졌습니다 · {lacking} missing" if lacking else "모두 준비되었습니다 · all there")
    return 1 if lacking else 0


def look() -> Iterator[Check]:
    """Every check, the machine's first; those of the record only where its packages are installed."""
    yield from machine.checks()
    try:
        from bots.doctor.record import checks
    except ImportError:
        return
    yield from checks()


def together(checks: Iterable[Check]) -> Iterator[Check]:
    """The checks as they come, those of Python packages as one; packages of another version by themselves."""
    for of_pip, group in groupby(checks, lambda check: check.name.startswith("package ")):
        if not of_pip:
            yield from group
            continue
        found = list(group)
        absent = [check for check in found if check.state == "missing"]
        fine = sum(check.state == "ok" for check in found)
        yield from (check for check in found if check.state == "advice")
        if absent:
            told = f"{len(absent)} of {len(found)} not installed"
            yield Check("packages", "missing", told, absent[0].remedy)
        else:
            yield Check("packages", "ok", f"{fine} at the versions of constraints.txt")


def _line(check: Check) -> str:
    line = f"{SIGNS[check.state]:<14} {check.name:<22} {check.found}"
    return f"{line}\n{'':16}-> {check.remedy}" if check.remedy else line
