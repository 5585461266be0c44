"""The virtual environment, with Debian's python3 in mind, which comes without ensurepip."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bots.setting_up import debian, places, programs, say
from bots.setting_up.problem import SetUpError

KEPT = {".lock"}


def make() -> None:
    """Leaves an environment with pip in `places.VENV`; one that works already is left alone."""
    if _works():
        return
    _empty()
    say.step(f"Python {sys.version.split()[0]}: making the environment in {places.VENV}")
    if not has_ensurepip():
        _bring_ensurepip()
    if has_ensurepip():
        _run([sys.executable, "-m", "venv", str(places.VENV)])
    elif not _by_other_means():
        lacking = [venv_package(), *(program.package for program in programs.missing())]
        raise SetUpError(
            f"{sys.executable} has no ensurepip, so it cannot make a virtual environment.",
            "Type this, then start again:",
            "    " + debian.line_to_type(lacking),
        )
    if not _works():
        raise SetUpError(
            f"The environment in {places.VENV} has no working pip. Remove the folder and start again."
        )


def venv_package() -> str:
    """The Debian package that brings ensurepip to this interpreter."""
    return (
        f"python{sys.version_info.major}.{sys.version_info.minor}-venv" if _is_debians() else "python3-venv"
    )


def _works() -> bool:
    """The interpreter starts, is new enough, finds its own site-packages and has a pip."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)"
    try:
        done = subprocess.run(
            [str(places.venv_python()), "-c", check],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def _empty() -> None:
    """What an interrupted start or an interpreter that is gone has left behind."""
    for entry in places.VENV.iterdir():
        if entry.name in KEPT:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def has_ensurepip() -> bool:
    """Asked of a fresh interpreter: Debian's package may have brought it a moment ago."""
    check = "import venv; from ensurepip import version"
    return subprocess.run([sys.executable, "-c", check], capture_output=True, check=False).returncode == 0


def _is_debians() -> bool:
    return Path(os.path.realpath(sys.executable)).parent == Path("/usr/bin")


def _bring_ensurepip() -> None:
    if _is_debians() and debian.may_install():
        debian.install([venv_package()])


def _by_other_means() -> bool:
    """An environment without ensurepip: by the system's pip, by virtualenv or by uv."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("pip"):
        _run([sys.executable, "-m", "venv", "--without-pip", str(places.VENV)])
        _run([sys.executable, "-m", "pip", "--python", str(places.venv_python()), "install", "pip"])
        return True
    if shutil.which("virtualenv"):
        _run(["virtualenv", "--quiet", "--python", sys.executable, str(places.VENV)])
        return True
    if shutil.which("uv"):
        _run(["uv", "venv", "--seed", "--allow-existing", "--python", sys.executable, str(places.VENV)])
        return True
    return False


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise SetUpError(f"{' '.join(command[:3])} failed ({done.returncode})", *said[-8:])
