"""The command line as a person meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bots.cli import app

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    "demo", "up", "doctor", "test", "worker", "scheduler", "dashboard",
    "predict", "ocr", "sandbox", "accounts", "db", "audit",
)  # fmt: skip


def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BACKOFFICE_")}
    return subprocess.run(
        [sys.executable, "-m", "bots.cli", *arguments],
        env={**clean, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_names_every_command_in_both_languages() -> None:
    said = call("--help")
    assert said.returncode == 0
    for command in COMMANDS:
        assert f"│ {command} " in said.stdout
    assert "샘플 팩스로" in said.stdout
    assert "./backoffice demo --once --json" in said.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_of_its_own(command: str) -> None:
    said = CliRunner().invoke(app, [command, "--help"])
    assert said.exit_code == 0, said.output
    assert any("가" <= letter <= "힣" for letter in said.stdout), "no Korean line"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, bots.cli; "
        "print([m for m in ('torch', 'numpy', 'cv2', 'sqlalchemy', 'dbos', 'streamlit', 'pydantic_settings')"
        " if m in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.strip() == "[]"


def test_unknown_command_and_option_are_refused() -> None:
    assert call("dmeo").returncode == 2
    assert "demo" in call("dmeo").stderr
    assert call("predict", "--nonsense").returncode == 2


def test_ocr_read_of_a_file_that_is_not_there() -> None:
    said = call("ocr", "read", "no-such-file.tif")
    assert said.returncode == 2
    assert "no-such-file.tif" in said.stderr


def test_unknown_check_is_refused() -> None:
    said = call("test", "--only", "everything")
    assert said.returncode == 2
    assert "pytest" in said.stderr


class TestDoctor:
    def test_json_has_a_remedy_for_everything_that_is_missing(self, tmp_path: Path) -> None:
        said = call("doctor", "--json", BACKOFFICE_VAR_DIR=str(tmp_path / "var"), PATH=str(tmp_path))
        report = json.loads(said.stdout)
        by_name = {check["name"]: check for check in report["checks"]}
        assert said.returncode == 1
        assert report["ok"] is False
        assert by_name["Tesseract"]["state"] == "missing"
        assert "apt-get install" in by_name["Tesseract"]["remedy"]
        assert by_name["Python"]["state"] == "ok"
        assert all(check["remedy"] for check in report["checks"] if check["state"] != "ok")
        assert not (tmp_path / "var").exists(), "the doctor changed something"

    def test_database_that_does_not_answer(self, tmp_path: Path) -> None:
        address = "postgresql://clerk:verysecret@127.0.0.1:1/office"
        said = call("doctor", BACKOFFICE_DATABASE_URL=address, BACKOFFICE_VAR_DIR=str(tmp_path))
        assert said.returncode == 1
        assert "127.0.0.1" in said.stdout
        assert "verysecret" not in said.stdout + said.stderr

    def test_key_that_others_may_read(self, tmp_path: Path) -> None:
        key = tmp_path / "key"
        key.write_text("1:AAAA\n")
        key.chmod(0o644)
        said = call("doctor", BACKOFFICE_KEY_FILE=str(key), BACKOFFICE_VAR_DIR=str(tmp_path / "var"))
        assert said.returncode == 1
        assert f"chmod 600 '{key}'" in said.stdout

    def test_spool_folder_that_is_not_mounted(self, tmp_path: Path) -> None:
        spool = tmp_path / "recvq"
        said = call("doctor", BACKOFFICE_SPOOL_DIRS=json.dumps([str(spool)]))
        assert said.returncode == 1
        assert str(spool) in said.stdout

    def test_setting_that_cannot_be(self) -> None:
        said = call("doctor", BACKOFFICE_PROCESSES="many")
        assert said.returncode == 1
        assert "processes" in said.stdout
