"""The doctor's report, as text or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

from bots.doctor import machine
from bots.doctor.check import Check

SIGNS = {"ok": "있음   ok", "advice": "권고   advice", "missing": "빠짐   MISSING"}


def main(arguments: list[str]) -> int:
    """Prints the report; 0 when nothing that is needed is missing, else 1."""
    checks = list(look())
    whole = all(check.state != "missing" for check in checks)
    if "--json" in arguments:
        json.dump(
            {"ok": whole, "checks": [asdict(c) for c in checks]}, sys.stdout, ensure_ascii=False, indent=1
        )
        print()
    else:
        for line in lines(checks):
            print(line)
    return 0 if whole else 1


def look() -> Iterable[Check]:
    """Every check, the machine's first; those of the record only where its packages are installed."""
    yield from machine.checks()
    try:
        from bots.doctor.record import checks
    except ImportError:
        return
    yield from checks()


def lines(checks: list[Check]) -> Iterable[str]:
    """A line for each check and its remedy; packages that are as they should be share one."""
    of_pip = [c for c in checks if c.name.startswith("package ")]
    fine = [c for c in of_pip if c.state == "ok"]
    absent = [c for c in of_pip if c.state == "missing"]
    if fine:
        yield _line("ok", "packages", f"{len(fine)} at the versions of constraints.txt")
    if absent:
        yield _line("missing", "packages", f"{len(absent)} of {len(of_pip)} not installed")
        yield " " * 16 + "-> " + absent[0].remedy
    for check in checks:
        if check in fine or check in absent:
            continue
        yield _line(check.state, check.name, check.found)
        if check.remedy:
            yield " " * 16 + "-> " + check.remedy
    lacking = [c for c in checks if c.state == "missing"]
    yield ""
    yield (
        f"{len(lacking)}가지가 빠졌습니다 · {len(lacking)} missing"
        if lacking
        else "모두 준비되었습니다 · all there"
    )


def _line(state: str, name: str, found: str) -> str:
    return f"{SIGNS[state]:<14} {name:<22} {found}"
