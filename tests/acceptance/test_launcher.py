"""`./backoffice` itself: what it does before any Python of ours runs."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "cat", "sha256sum", "readlink", "dirname")


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)


class Bench:
    """A launcher in a folder with a blank in its name, an environment and a PATH of its own."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "back office"
        self.venv = folder / "a venv"
        self.path = folder / "bin"
        self.elsewhere = folder / "else where"
        for made in (self.program, self.path, self.elsewhere):
            made.mkdir()
        for name in ("backoffice", "constraints.txt", "pyproject.toml"):
            shutil.copy(ROOT / name, self.program / name)
        for tool in TOOLS:
            (self.path / tool).symlink_to(shutil.which(tool) or "")
        script(self.venv / "bin" / "python", 'printf "%s\\n" "$PWD" "$PYTHONPATH" "$@"\n')

    def stamp(self) -> None:
        asked = (self.program / "constraints.txt").read_bytes() + (
            self.program / "pyproject.toml"
        ).read_bytes()
        interpreter = os.path.realpath(self.venv / "bin" / "python")
        (self.venv / ".ready").write_text(f"{hashlib.sha256(asked).hexdigest()} {interpreter}\n")

    def run(self, *arguments: str, launcher: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(launcher or self.program / "backoffice"), *arguments],
            cwd=self.elsewhere,
            env={"PATH": str(self.path), "BACKOFFICE_VENV": str(self.venv), "HOME": str(self.elsewhere)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
        )


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_ready_goes_straight_to_the_command(bench: Bench) -> None:
    bench.stamp()
    said = bench.run("ocr", "read", "my fax.tif").stdout.splitlines()
    assert said[0] == str(bench.elsewhere), "the caller's folder must stay the current one"
    assert said[1] == str(bench.program)
    assert said[2:] == ["-m", "bots.cli", "ocr", "read", "my fax.tif"]


def test_called_through_a_link(bench: Bench) -> None:
    bench.stamp()
    link = bench.path / "office"
    link.symlink_to(os.path.relpath(bench.program / "backoffice", bench.path))
    assert bench.run("--help", launcher=link).stdout.splitlines()[1] == str(bench.program)


def test_other_versions_asked_for_mean_setting_up(bench: Bench) -> None:
    bench.stamp()
    with (bench.program / "constraints.txt").open("a") as file:
        file.write("another==1\n")
    script(bench.path / "python3.11", '[ "$1" = -c ] || echo "setting up with:" "$@"\n')
    assert bench.run("doctor").stdout == "setting up with: -m bots.setting_up doctor\n"


def test_interpreter_that_moved_on_means_setting_up(bench: Bench) -> None:
    bench.stamp()
    script(bench.path / "python3.11", '[ "$1" = -c ] || echo "setting up"\n')
    newer = bench.venv / "bin" / "python3.99"
    (bench.venv / "bin" / "python").rename(newer)
    (bench.venv / "bin" / "python").symlink_to(newer)
    assert bench.run("--help").stdout == "setting up\n"


def test_missing_program_means_setting_up_only_where_it_is_needed(bench: Bench) -> None:
    bench.stamp()
    script(bench.path / "python3.11", '[ "$1" = -c ] || echo "setting up"\n')
    assert bench.run("demo").stdout == "setting up\n"
    assert bench.run("--help").stdout.splitlines()[-1] == "--help"
    script(bench.path / "tesseract", "")
    assert bench.run("up").stdout.splitlines()[-1] == "up"
    assert bench.run("demo").stdout == "setting up\n"
    script(bench.path / "chromium", "")
    script(bench.path / "dovecot", "")
    assert bench.run("demo").stdout.splitlines()[-1] == "demo"


def test_interpreter_with_venv_goes_before_one_without(bench: Bench) -> None:
    script(
        bench.path / "python3.11", 'case "$2" in *ensurepip*) exit 1;; esac; [ "$1" = -c ] || echo "3.11"\n'
    )
    script(bench.path / "python3.12", '[ "$1" = -c ] || echo "3.12"\n')
    assert bench.run("doctor").stdout == "3.12\n"
    (bench.path / "python3.12").unlink()
    assert bench.run("doctor").stdout == "3.11\n"


def test_no_python_says_what_to_type(bench: Bench) -> None:
    script(bench.path / "python3", "exit 1\n")
    said = bench.run("demo")
    assert said.returncode == 1
    assert "sudo apt-get install --yes python3 python3-venv" in said.stderr
