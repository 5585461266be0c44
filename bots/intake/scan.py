"""intake.spool: looks into the spool folders and takes what has arrived."""

from __future__ import annotations

import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

from bots.intake.spool import arrived
from bots.intake.take import take
from config.settings import settings
from queues.bots import Outcome, Work, bot
from queues.errors import StoreFull


@bot("intake.spool", title="팩스·스캔 수신", concurrency=1)
def run(item: Work) -> Outcome:
    """One look into every spool folder. A folder that is missing is an error, not an empty one."""
    del item
    now = settings()
    check_room(now.var_dir, now.min_free_bytes)
    taken = sum(take_folder(folder) for folder in dict.fromkeys((*now.spool_dirs, *now.batch_dirs)))
    return Outcome(counts={"taken": taken}, idle=taken == 0)


def take_folder(folder: Path) -> int:
    """Take everything that may be taken from one folder; returns how many files."""
    now = settings()
    zone = ZoneInfo(now.timezone)
    files = arrived(
        folder,
        settle_seconds=now.spool_settle_seconds,
        patience_seconds=now.spool_patience_seconds,
        zone=zone,
    )
    name = source_name(folder)
    return sum(take(file, folder, name) is not None for file in files)


def source_name(folder: Path) -> str:
    """`fax:NAME` for the spool of a fax server, `scan:NAME` for a folder of scans."""
    manner = "fax" if (folder / "recvq").is_dir() else "scan"
    return f"{manner}:{folder.name}"


def is_batch_source(source: str) -> bool:
    """Whether what comes from there is a batch scan by itself (the setting `batch_dirs`)."""
    return source in {source_name(folder) for folder in settings().batch_dirs}


def check_room(folder: Path, least: int) -> None:
    """Stop taking before the disk is full: what is not taken is still safe where it lies. Raises `StoreFull`."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < least:
        raise StoreFull(
            f"디스크 여유가 {free // 2**20} MiB뿐이라 더 받지 않습니다 ({folder}). 공간을 비우면 다음 주기에 이어 받습니다."
        )
