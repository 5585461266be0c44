"""Where things are: the program's folder, its virtual environment, what it asks for."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(os.environ.get("BACKOFFICE_ROOT") or Path(__file__).resolve().parents[2])
VENV = Path(os.environ.get("BACKOFFICE_VENV") or ROOT / ".venv")
CONSTRAINTS = ROOT / "constraints.txt"
PYPROJECT = ROOT / "pyproject.toml"
STAMP = VENV / ".ready"


def venv_python() -> Path:
    return VENV / "bin" / "python"
