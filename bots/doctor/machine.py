"""The machine: interpreter, packages, programs, memory, disk."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bots.doctor.check import Check, advice, guarded, missing, ok
from bots.setting_up import debian, environment, kept_down, packages, places, programs, stamp

GIB = 1024**3
FREE_NEEDED = 2 * GIB
MEMORY_ADVISED = 4 * GIB


def checks() -> Iterator[Check]:
    yield guarded("Python", _python)
    yield guarded("environment", _environment)
    yield from _packages()
    yield guarded("Tesseract", _tesseract)
    yield guarded("Tesseract languages", _languages)
    yield guarded("Chromium", _chromium)
    yield guarded("Korean fonts", _fonts)
    yield guarded("mail server", _mail_server)
    yield guarded("ffmpeg", _ffmpeg)
    yield guarded("processors", _processors)
    yield guarded("memory", _memory)
    yield guarded("disk", _disk)


def _python() -> Check:
    found = f"{platform.python_version()} ({sys.executable})"
    return ok("Python", found)


def _environment() -> Check:
    if not places.venv_python().exists():
        if not environment.has_ensurepip():
            remedy = debian.line_to_type([environment.venv_package()])
            return missing("environment", f"none in {places.VENV}; {sys.executable} has no ensurepip", remedy)
        return missing("environment", f"none in {places.VENV}", "./backoffice doctor (sets it up)")
    if not stamp.is_current():
        return missing(
            "environment", f"{places.VENV}, not set up to the end", "./backoffice doctor (goes on)"
        )
    return ok("environment", str(places.VENV))


def _packages() -> Iterator[Check]:
    pinned = packages.pinned()
    for name, version in pinned.items():
        yield guarded(f"package {name}", partial(_package, name, version))


def _package(name: str, version: str) -> Check:
    label = f"package {name}"
    remedy = f"rm -f '{places.STAMP}' && ./backoffice doctor"
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return missing(label, f"not installed; {version} expected", remedy)
    # A local part (+cpu) is a build of the same version.
    if found.split("+")[0] != version:
        return advice(label, f"{found}; {version} expected", remedy)
    return ok(label, found)


def _first_line(command: list[str]) -> str:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False
    )
    return (done.stdout or done.stderr).strip().splitlines()[0]


def _tesseract() -> Check:
    if shutil.which("tesseract") is None:
        return missing(
            "Tesseract", "not installed", debian.line_to_type(["tesseract-ocr", "tesseract-ocr-kor"])
        )
    return ok("Tesseract", _first_line(["tesseract", "--version"]))


def _languages() -> Check:
    languages = programs.tesseract_languages()
    wanted = {"kor": "tesseract-ocr-kor", "eng": "tesseract-ocr-eng", "osd": "tesseract-ocr-osd"}
    lacking = [package for language, package in wanted.items() if language not in languages]
    if lacking:
        return missing("Tesseract languages", "lacking: " + ", ".join(lacking), debian.line_to_type(lacking))
    return ok("Tesseract languages", " ".join(sorted(wanted)))


def _chromium() -> Check:
    found = programs.chromium()
    if found is None:
        return advice("Chromium", "not installed; demo and tests need it", debian.line_to_type(["chromium"]))
    if not programs.atomic_library():
        return advice("Chromium", "there, but Playwright cannot start", debian.line_to_type(["libatomic1"]))
    return ok("Chromium", f"{_first_line([str(found), '--version'])} ({found})")


def _fonts() -> Check:
    fonts = programs.korean_fonts()
    if not fonts:
        return advice(
            "Korean fonts", "none; demo and tests draw with them", debian.line_to_type(["fonts-nanum"])
        )
    return ok("Korean fonts", f"{len(fonts)} Nanum files")


def _mail_server() -> Check:
    """Of the sandbox only; the center's own mail server is none of this machine's programs."""
    name = "mail server"
    found = programs.mail_server()
    if found is None:
        line = kept_down.line_to_type("dovecot-imapd", "dovecot")
        return advice(name, "dovecot is not installed; demo and tests then go without a mailbox", line)
    version = _first_line([str(found), "--version"]).split(" ")[0]
    running = (
        "its service is masked" if kept_down.is_kept_down("dovecot") else "its service is left as it was"
    )
    return ok(name, f"dovecot {version} ({found}), for demo and tests; {running}")


def _ffmpeg() -> Check:
    if shutil.which("ffmpeg") is None:
        return advice("ffmpeg", "not installed; sound recordings need it", debian.line_to_type(["ffmpeg"]))
    return ok("ffmpeg", _first_line(["ffmpeg", "-version"]).split(" Copyright")[0])


def _processors() -> Check:
    return ok("processors", f"{len(os.sched_getaffinity(0))} usable")


def _memory() -> Check:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    found = f"{total / GIB:.1f} GiB"
    if total < MEMORY_ADVISED:
        return advice("memory", found, "4 GiB let a worker and the dashboard run side by side.")
    return ok("memory", found)


def _disk() -> Check:
    place = Path(os.environ.get("BACKOFFICE_VAR_DIR") or places.ROOT / "var")
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    found = f"{free / GIB:.1f} GiB free in {place}"
    if free < FREE_NEEDED:
        return missing("disk", found, "Make room, or name another folder in BACKOFFICE_VAR_DIR.")
    return ok("disk", found)
