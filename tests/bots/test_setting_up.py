"""Setting up, without installing anything."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from bots.checks import _closing, run_checks
from bots.setting_up import debian, installed, kept_down, lock, packages, places, programs, stamp

ROOT = Path(__file__).resolve().parents[2]


def test_every_requirement_is_pinned_at_a_version_it_allows() -> None:
    pinned = packages.pinned()
    for text in packages.asked_for():
        wanted = Requirement(text)
        assert packages.normal(wanted.name) in pinned, f"{text}: not in constraints.txt"
        assert wanted.specifier.contains(pinned[packages.normal(wanted.name)]), text


def test_pins_are_exact_and_name_no_place() -> None:
    lines = [line for line in places.CONSTRAINTS.read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9.-]+==[0-9][0-9a-z.]*", line) for line in lines)
    assert "torch==2.13.0" in lines


def test_normal_names() -> None:
    assert packages.normal("Ruamel.Yaml_Clib") == "ruamel-yaml-clib"


def test_line_to_type_is_whole() -> None:
    line = debian.line_to_type(["tesseract-ocr", "ffmpeg"])
    assert line.startswith("sudo apt-get update && sudo apt-get install")
    assert line.endswith("tesseract-ocr ffmpeg")


def test_stamp_follows_what_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("constraints.txt", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(places, "CONSTRAINTS", tmp_path / "constraints.txt")
    monkeypatch.setattr(places, "PYPROJECT", tmp_path / "pyproject.toml")
    monkeypatch.setattr(places, "VENV", tmp_path)
    monkeypatch.setattr(places, "STAMP", tmp_path / ".ready")
    assert not stamp.is_current()
    stamp.write()
    assert stamp.is_current()
    (tmp_path / "constraints.txt").write_text("another version")
    assert not stamp.is_current()


def _package(folder: Path, name: str, *, whole: bool) -> Path:
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n")
    (metadata / "RECORD").write_text(
        f"{name}.py,,\n{name}-1.0.dist-info/METADATA,,\n__pycache__/{name}.pyc,,\n"
    )
    if whole:
        (folder / f"{name}.py").write_text("")
    return metadata


def test_halves_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _package(tmp_path, "kept", whole=True)
    half = _package(tmp_path, "cut", whole=False)
    unrecorded = _package(tmp_path, "begun", whole=True)
    (unrecorded / "RECORD").unlink()
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    _package(outside, "others", whole=False)
    monkeypatch.setattr(sys, "prefix", str(tmp_path) + "/")
    monkeypatch.setattr(sys, "path", [str(tmp_path) + "/", str(outside)])
    found = list(installed.packages())
    assert {path for path, _, version in found if version == "half"} == {half, unrecorded}
    assert ("kept", "1.0") in {(name, version) for _, name, version in found}


def test_second_start_waits_for_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "VENV", tmp_path)
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import fcntl, time; f = open({str(tmp_path / '.lock')!r}, 'w'); "
         "fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(0.6)"],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None
    holder.stdout.readline()
    started = time.monotonic()
    with lock.alone():
        waited = time.monotonic() - started
    assert holder.wait(5) == 0
    assert waited > 0.3


def test_closing_line_is_the_last_with_something_in_it() -> None:
    closing = ""
    for piece in (b"....\n== 2 pas", b"sed in 0.1s ==\n", b"\n"):
        closing = _closing(closing, piece)
    assert closing.strip() == "== 2 passed in 0.1s =="


@pytest.mark.thorough
def test_checks_end_with_pytests_own_closing_line(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    good, bad = tmp_path / "test_good.py", tmp_path / "test_bad.py"
    good.write_text("def test_one():\n    assert 1 + 1 == 2\n")
    bad.write_text("def test_two():\n    assert 1 + 1 == 3\n")
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    assert run_checks("pytest", [str(good), *options]) == 0
    assert "1 passed" in capfd.readouterr().out.strip().splitlines()[-1]
    assert run_checks("pytest", [str(bad), *options]) == 1
    out = capfd.readouterr().out.strip().splitlines()
    assert "1 failed" in out[-1]
    assert "failed: pytest" in out


def test_a_service_that_nobody_wants_is_masked_before_its_package_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian starts what it installs: a mail server must not end up listening on a machine that only tests."""
    masks, policy = tmp_path / "units", tmp_path / "policy-rc.d"
    monkeypatch.setattr(kept_down, "MASKS", masks)
    monkeypatch.setattr(kept_down, "POLICY", policy)
    monkeypatch.setattr(debian, "may_install", lambda: True)
    monkeypatch.setattr(debian, "prefix", tuple)
    installed_when: list[tuple[bool, bool]] = []

    def install(packages: list[str]) -> bool:
        forbidden = policy.exists() or Path("/run/systemd/system").is_dir()
        installed_when.append((kept_down.is_kept_down("no-such-daemon"), forbidden))
        return packages == ["no-such-daemon-imapd"]

    monkeypatch.setattr(debian, "install", install)
    assert kept_down.install("no-such-daemon-imapd", "no-such-daemon")
    assert installed_when == [(True, True)]
    assert not policy.exists(), "the policy of the moment is gone"
    assert kept_down.is_kept_down("no-such-daemon")


def test_a_mail_server_is_brought_for_demo_and_tests_only() -> None:
    (mail,) = [p for p in programs.PROGRAMS if p.service == "dovecot"]
    assert mail.only_for == {"demo", "test"}
    assert not mail.needed_for, "without it they go on"
    assert "mask" in mail.line_to_type
