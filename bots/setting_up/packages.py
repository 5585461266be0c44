"""Python packages at the versions of constraints.txt, PyTorch first."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import threading
import time
import tomllib
from collections import deque
from collections.abc import Iterator

from bots.setting_up import places, say
from bots.setting_up.problem import SetUpError

QUIET_SECONDS = 10.0


def pinned() -> dict[str, str]:
    """Name and version of every line of constraints.txt; names as `normal` writes them."""
    pairs = (line.split("==") for line in places.CONSTRAINTS.read_text().splitlines() if "==" in line)
    return {normal(name): version.split(";")[0].strip() for name, version in pairs}


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def asked_for() -> list[str]:
    """Requirements of pyproject.toml, those of the tests included."""
    project = tomllib.loads(places.PYPROJECT.read_text())["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["test"]]


def install(lock: int) -> None:
    """Installs everything; what is there already is kept, what an interruption left half is mended.

    `lock` is the descriptor of the lock under which this happens.
    Raises SetUpError with the end of pip's own words.
    """
    if _all_there():
        return
    versions = pinned()
    # First by itself: the largest by far, and the one whose failure should show at once.
    _pip("PyTorch", [f"torch=={versions['torch']}"], len(versions), lock)
    _pip("packages", asked_for(), len(versions), lock)


def _all_there() -> bool:
    """Whether every pinned package is installed at its version, so that nobody outside need be asked."""
    done = subprocess.run(
        [str(places.venv_python()), "-m", "bots.setting_up.installed"],
        env={**os.environ, "PYTHONPATH": str(places.ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    found: dict[str, str] = {}
    for line in done.stdout.splitlines():
        name, version = line.split()
        # A local part (+cpu) is a build of the same version.
        found[normal(name)] = version.partition("+")[0]
        if version == "half":
            say.detail(f"{name}: was not installed to the end, once more")
    wanted = pinned()
    named = {normal(re.split(r"[^A-Za-z0-9._-]", text, maxsplit=1)[0]) for text in asked_for()}
    return named <= wanted.keys() and all(found.get(name) == version for name, version in wanted.items())


def _pip(what: str, requirements: list[str], total: int, lock: int) -> None:
    say.step(f"pip: {what}")
    command = [
        str(places.venv_python()), "-m", "pip", "install", "--disable-pip-version-check", "--no-input",
        "--progress-bar", "off", "--constraint", str(places.CONSTRAINTS), *requirements,
    ]  # fmt: skip
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore", "PYTHONUNBUFFERED": "1"}
    last: deque[str] = deque(maxlen=12)
    seen: set[str] = set()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        pass_fds=(lock,),
    ) as process:
        began = time.monotonic()
        for line in _lines(process):
            if line is None:
                say.progress(f"... {time.monotonic() - began:.0f} s")
            else:
                last.append(line)
                _show(line, seen, total)
    if process.returncode != 0:
        raise SetUpError(
            f"pip could not install the {what} ({process.returncode}). Its last words:",
            *last,
            "Start again once that is mended: what is installed already stays.",
        )


def _show(line: str, seen: set[str], total: int) -> None:
    name = re.match(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9_.-]+)", line)
    if name and normal(name[1]) not in seen:
        seen.add(normal(name[1]))
        if line.startswith("Collecting"):
            say.progress(f"{len(seen):3}/{total}  {name[1]}")
    elif large := re.match(r"Downloading ([A-Za-z0-9_.]+)-\S+ \((\d+\.\d MB)\)", line):
        say.progress(f"{len(seen):3}/{total}  {large[1]}: {large[2]} to fetch")
    elif line.startswith("Installing collected"):
        say.detail(f"installing {line.count(',') + 1} packages; the large ones take a while")


def _lines(process: subprocess.Popen[str]) -> Iterator[str | None]:
    """The lines of a process as they come, and a None for every QUIET_SECONDS without one."""
    lines: queue.Queue[str | None] = queue.Queue()

    def pump() -> None:
        for raw in process.stdout or ():
            lines.put(raw.strip())
        lines.put(None)

    threading.Thread(target=pump, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=QUIET_SECONDS)
        except queue.Empty:
            yield None
            continue
        if line is None:
            return
        yield line
