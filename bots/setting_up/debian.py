"""Debian packages: installed where this user may, else the exact line to type."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache

from bots.setting_up import say


def line_to_type(packages: Sequence[str]) -> str:
    return "sudo apt-get update && sudo apt-get install --yes --no-install-recommends " + " ".join(packages)


@cache
def _prefix() -> tuple[str, ...] | None:
    """What goes before apt-get: nothing as root, sudo where it asks for no password; None: may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return ("sudo", "-n") if asked.returncode == 0 else None


def may_install() -> bool:
    return _prefix() is not None


def prefix() -> tuple[str, ...]:
    """What goes before a command that only root may run; `may_install` says whether there is a way."""
    return _prefix() or ()


@cache
def _lists_are_fresh() -> bool:
    say.step("Debian: reading the package lists")
    return _apt_get("update")


def install(packages: Sequence[str]) -> bool:
    """Installs what is asked for; False when it did not work (the reason has been shown)."""
    if not may_install():
        return False
    _lists_are_fresh()
    say.step("Debian: installing " + ", ".join(packages))
    return _apt_get("install", "--yes", "--no-install-recommends", *packages)


def _apt_get(*arguments: str) -> bool:
    environment = {"DEBIAN_FRONTEND": "noninteractive", "APT_LISTCHANGES_FRONTEND": "none"}
    command = [
        *(_prefix() or ()),
        "env",
        *(f"{name}={value}" for name, value in environment.items()),
        "apt-get",
        "-q",
        "-o",
        "DPkg::Lock::Timeout=300",
        *arguments,
    ]
    last: list[str] = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for raw in process.stdout or ():
            text = raw.strip()
            if text.startswith(("Get:", "Unpacking", "Setting up")):
                say.progress(text)
            last = [*last[-9:], text]
    if process.returncode != 0:
        say.detail(f"apt-get {arguments[0]} failed ({process.returncode}):")
        for text in last:
            say.detail("  " + text)
    return process.returncode == 0
