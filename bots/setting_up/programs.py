"""The programs beside Python that the work needs, how each is found and what brings it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bots.setting_up import debian, kept_down, places, say

FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Program:
    """Something outside Python.

    package      the Debian package that brings it
    why          what does not work without it, for the one who reads that it is missing
    needed_for   the commands that cannot run without it; others go on with a warning
    only_for     the commands for which it is brought at all; none: for every command
    service      the service that comes with it and that is not to run on this machine
    """

    package: str
    why: str
    there: Callable[[], bool]
    needed_for: frozenset[str]
    only_for: frozenset[str] = frozenset()
    service: str = ""

    @property
    def line_to_type(self) -> str:
        if self.service:
            return kept_down.line_to_type(self.package, self.service)
        return debian.line_to_type([self.package])


def tesseract_languages() -> frozenset[str]:
    """Languages that the installed Tesseract can read; empty without Tesseract."""
    if shutil.which("tesseract") is None:
        return frozenset()
    asked = subprocess.run(
        ["tesseract", "--list-langs"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return frozenset((asked.stdout + asked.stderr).split())


def chromium() -> Path | None:
    """A Chromium to drive: BACKOFFICE_CHROMIUM, the system's, else the one that Playwright keeps for itself."""
    for name in (os.environ.get("BACKOFFICE_CHROMIUM", ""), *CHROMIUM_NAMES):
        found = shutil.which(name) if name else None
        if found:
            return Path(found)
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")
    return next(iter(sorted(folder.glob("chromium-*/chrome-linux*/chrome"), reverse=True)), None)


def korean_fonts() -> list[Path]:
    return [font for folder in FONT_FOLDERS if folder.is_dir() for font in folder.rglob("Nanum*.tt?")]


def library(name: str) -> bool:
    """Whether a shared library ("libatomic.so.1") is there."""
    folders = (Path("/usr/lib"), Path("/lib"), Path("/usr/lib64"))
    return any(True for folder in folders for kept in (".", "*") for _ in folder.glob(f"{kept}/{name}"))


def atomic_library() -> bool:
    """Whether libatomic is there, without which the node program inside Playwright does not start."""
    return library("libatomic.so.1")


def mail_server() -> Path | None:
    """Dovecot, which the sandbox runs as a private mail server. It lies where ordinary users do not look."""
    found = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    imap = any(
        Path(folder, "dovecot/imap").exists() for folder in ("/usr/lib", "/usr/libexec", "/usr/local/libexec")
    )
    return Path(found) if found and imap else None


READING = frozenset({"demo", "up", "worker", "predict", "test", "ocr"})
DRAWING = frozenset({"demo", "test", "sandbox"})
LETTERS = frozenset({"demo", "test", "notices"})
LISTENING = frozenset({"demo", "test", "stt"})

PROGRAMS = (
    Program("tesseract-ocr", "reads the pages", lambda: shutil.which("tesseract") is not None, READING),
    Program("tesseract-ocr-kor", "reads Korean", lambda: "kor" in tesseract_languages(), READING),
    Program(
        "fonts-nanum",
        "draws letters, separator sheets and the papers of the sandbox world",
        lambda: bool(korean_fonts()),
        DRAWING | {"separators", "notices"},
    ),
    Program(
        "libpangoft2-1.0-0",
        "sets the letters that go out",
        lambda: library("libpangoft2-1.0.so.0"),
        LETTERS,
    ),
    Program(
        "libharfbuzz-subset0",
        "puts the letters' fonts into them",
        lambda: library("libharfbuzz-subset.so.0"),
        LETTERS,
    ),
    Program(
        "chromium",
        "visits fax portals, prints the papers of the sandbox world",
        lambda: chromium() is not None,
        DRAWING,
    ),
    Program("libatomic1", "lets Playwright start", atomic_library, DRAWING),
    Program(
        "dovecot-imapd",
        "plays the mail server of demo and tests",
        lambda: mail_server() is not None,
        frozenset(),
        only_for=frozenset({"demo", "test"}),
        service="dovecot",
    ),
    Program("ffmpeg", "opens sound recordings", lambda: shutil.which("ffmpeg") is not None, LISTENING),
    Program(
        "espeak-ng",
        "speaks in the sandbox world",
        lambda: shutil.which("espeak-ng") is not None,
        frozenset({"demo", "test"}),
    ),
)


def missing(command: str = "") -> list[Program]:
    """What is not there, of that which `command` may want."""
    return [p for p in PROGRAMS if (not p.only_for or command in p.only_for) and not p.there()]


def bring(command: str) -> list[Program]:
    """Installs what is missing where this user may; returns what `command` needs and is still not there."""
    absent = missing(command)
    plain = [p.package for p in absent if not p.service and not _is_snap_here(p)]
    if plain:
        debian.install(plain)
    for program in absent:
        if program.service and _may_come(program):
            kept_down.install(program.package, program.service)
    absent = missing(command)
    if any(p.package == "chromium" for p in absent) and _chromium_by_playwright():
        absent = missing(command)
    if absent:
        say.step("Not there: " + ", ".join(f"{p.package} ({p.why})" for p in absent))
        if ordinary := [p.package for p in absent if not p.service]:
            say.detail(debian.line_to_type(ordinary))
        for program in absent:
            if program.service:
                say.detail(program.line_to_type)
    _remember_optional(absent)
    return [program for program in absent if command in program.needed_for]


def _may_come(program: Program) -> bool:
    """Not where a server of that name is in use: its package would add to what it offers."""
    return shutil.which(program.service, path=os.environ.get("PATH", "") + ":/usr/sbin") is None


def _remember_optional(absent: Sequence[Program]) -> None:
    """So that the next start does not look for it again: `./backoffice` knows this file."""
    if places.VENV.is_dir():
        for program in PROGRAMS:
            mark = places.VENV / f".without-{program.package}"
            if program in absent and program.service:
                mark.touch()
            elif program.service:
                mark.unlink(missing_ok=True)


def _is_snap_here(program: Program) -> bool:
    """Ubuntu's chromium package is a pointer to a snap, which a container or a headless server cannot run."""
    if program.package != "chromium":
        return False
    try:
        return "ID=ubuntu" in Path("/etc/os-release").read_text().split()
    except OSError:
        return False


def _chromium_by_playwright() -> bool:
    say.step("Chromium: asking Playwright for one")
    command = [str(places.venv_python()), "-m", "playwright", "install"]
    if os.geteuid() == 0:
        command.append("--with-deps")
    return _quiet([*command, "chromium"])


def _quiet(command: Sequence[str]) -> bool:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    if done.returncode != 0:
        for line in (done.stdout + done.stderr).strip().splitlines()[-3:]:
            say.detail(line)
    return done.returncode == 0
