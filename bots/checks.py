"""Every check of the source, one after the other, each with its time; pytest's closing line is the last."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from bots.setting_up.places import ROOT

ROOMS = ("bots", "config", "dashboard", "ocr", "queues", "stt")
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"

# One file at a time to each process: modules share a database. The long ones begin (tests/conftest.py).
# Much of the time is waiting: one process more than there are cores keeps them busy.
_PROCESSES = min((os.cpu_count() or 1) + 1, 4)
_SIDE_BY_SIDE = ("-n", str(_PROCESSES), "--dist", "loadfile", "--no-loadscope-reorder")


@dataclass(frozen=True)
class Outcome:
    name: str
    status: int
    seconds: float
    closing: str


def commands(pytest_arguments: list[str]) -> dict[str, list[str]]:
    """The command line of each check, by its name, in the order in which they run."""
    python = sys.executable
    return {
        "lint": [python, "-m", "ruff", "check", "."],
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "types": [python, "-m", "mypy", *ROOMS],
        "imports": [python, "-c", LINT_IMPORTS],
        "pytest": [python, "-m", "pytest", *_SIDE_BY_SIDE, *pytest_arguments],
    }


def run_checks(only: str | None, pytest_arguments: list[str]) -> int:
    """Runs all checks, or the one asked for; 0 when each of them passed, 1 when not, 2: no such check."""
    known = commands(_from_root(pytest_arguments))
    if only is not None and only not in known:
        print(f"--only {only}: one of {', '.join(known)}", file=sys.stderr)
        return 2
    outcomes = [_run(name, command) for name, command in known.items() if only in (None, name)]
    print()
    for done in outcomes:
        print(f"{'ok' if done.status == 0 else 'FAILED':>7}  {done.name:<8} {done.seconds:6.1f} s")
    print(f"{'':>7}  {'total':<8} {sum(o.seconds for o in outcomes):6.1f} s")
    failed = [done.name for done in outcomes if done.status != 0]
    if failed:
        print("failed: " + ", ".join(failed))
    # Whoever reads only the end of a log finds there what the tests came to.
    print(outcomes[-1].closing, flush=True)
    return 1 if failed else 0


def _from_root(arguments: list[str]) -> list[str]:
    """Paths given in the caller's folder, as seen from the program's, where the checks run."""
    return [os.path.abspath(a) if os.path.exists(a) else a for a in arguments]  # noqa: PTH100, PTH110


def _run(name: str, command: list[str]) -> Outcome:
    print(f"\n== {name}: {' '.join(command[1:4])}", flush=True)
    environment = dict(os.environ)
    if sys.stdout.isatty():
        environment |= {"FORCE_COLOR": "1", "PY_COLORS": "1"}
    started = time.monotonic()
    closing = ""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        while process.stdout and (piece := os.read(process.stdout.fileno(), 65536)):
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            closing = _closing(closing, piece)
    return Outcome(name, process.returncode, time.monotonic() - started, closing.strip())


def _closing(before: str, piece: bytes) -> str:
    """The last line with something in it, of which a piece may bring only a part."""
    lines = [line for line in (before + piece.decode(errors="replace")).split("\n") if line.strip()]
    tail = lines[-1] if lines else before
    return tail + "\n" if piece.endswith(b"\n") and not tail.endswith("\n") else tail
