"""The head of the audit chain, noted outside the database, so that cutting the chain is noticed."""

from __future__ import annotations

import json
import os
from pathlib import Path

from sqlalchemy import make_url

from config.settings import settings
from queues import database


def anchor_file() -> Path:
    """Where this machine notes the head of this database's chain."""
    return settings().var_dir / f"audit-head-{make_url(database.url()).database}.json"


def drop(sequence: int, link: str) -> None:
    """Note the head: the number of the last link and its hash."""
    file = anchor_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}.new")
    fresh.write_text(json.dumps({"sequence": sequence, "hash": link}))
    fresh.replace(file)


def find() -> tuple[int, str] | None:
    """The head as last noted here; None when this machine has sealed nothing."""
    try:
        told = json.loads(anchor_file().read_text())
    except FileNotFoundError:
        return None
    return int(told["sequence"]), str(told["hash"])
