"""Opening a mail that has been loaded, in a child process: a bomb kills the child, not the worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bots
from config.mail_gateways import load_mail_gateways
from config.settings import settings

SECONDS = 120.0
MOST_FILES = 200
_ROOT = Path(bots.__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of the mail that may be a paper, and what the gateway says of it ("" where it says nothing)."""

    path: Path
    name: str
    damaged: bool
    caller: str
    sender: str
    received_at: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a mail holds.

    identity     a hash by which the same mail is known again
    body         a hash of all but its header
    problems     why there may be papers that were not found; "unopened": it could not be opened at all
    notice       a gateway's report that needs nobody
    passed_over  logos, signatures and the like
    words        what a person reads of it, in lines
    """

    identity: str
    body: str
    last_hop: str
    papers: tuple[Paper, ...]
    problems: frozenset[str]
    passed_over: int
    notice: bool
    told_received_at: str
    told_caller: str
    told_sender: str
    words: tuple[str, ...]


class NotOpened(Exception):
    """The child died, ran out of time, memory or disk, or wrote nothing that can be read."""


def contents(folder: Path) -> Contents:
    """What is in `folder`/mail.eml; the papers lie in `folder` afterwards.

    Raises `NotOpened` where the mail is at fault, RuntimeError where this machine is.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bots.mail.child", str(folder / "mail.eml"), str(folder)],
            input=json.dumps(_asked()).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # a traceback could quote the mail
            timeout=SECONDS + 30,
            cwd=folder,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotOpened("time") from None
    try:
        found = json.loads((folder / "found.json").read_text("utf-8"))
    except (OSError, ValueError):
        if not (folder / "begun").exists():
            raise RuntimeError(f"메일을 여는 프로그램이 시작되지 않습니다 ({done.returncode})") from None
        raise NotOpened(f"child ended with {done.returncode}") from None
    return _contents(folder, found)


def _asked() -> dict[str, Any]:
    ways = load_mail_gateways()
    return {
        "gateways": [g.model_dump(by_alias=True) for g in ways.gateways],
        "ignored_names": list(ways.ignored_names),
        "memory_bytes": settings().page_memory_bytes,
        "seconds": SECONDS,
        "most_files": MOST_FILES,
        "most_bytes": settings().max_file_bytes,
    }


def _environment() -> dict[str, str]:
    """Nothing of ours: the environment of a worker holds keys and passwords."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}


def _contents(folder: Path, found: dict[str, Any]) -> Contents:
    told = found["told"]
    return Contents(
        identity=found["identity"],
        body=found["body"],
        last_hop=found["received"],
        papers=tuple(
            Paper(
                folder / paper["file"],
                paper["name"],
                paper["damaged"],
                paper["caller"],
                paper["sender"],
                paper["received_at"],
            )
            for paper in found["papers"]
        ),
        problems=frozenset(found["problems"]),
        passed_over=found["passed_over"],
        notice=found["notice"],
        told_received_at=told["received_at"],
        told_caller=told["caller"],
        told_sender=told["sender"],
        words=tuple(found["words"]),
    )
