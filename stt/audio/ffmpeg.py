"""The programs ffmpeg and ffprobe: children with limits, which may open the one file they are given and no other."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from stt import errors
from stt.errors import SoundError

FORMATS = (
    "wav,w64,mp3,mov,mp4,m4a,3gp,3g2,mj2,ogg,matroska,webm,flac,aac,au,aiff,amr,caf,asf,mulaw,avi,mpegts,mpeg"
)
"""Containers that are opened. No playlists: those name other files."""
MEMORY_BYTES = 2 * 1024**3
_GRACE = 5.0
_HEADERLESS = {
    ".ul": "mulaw",
    ".ulaw": "mulaw",
    ".mulaw": "mulaw",
    ".pcmu": "mulaw",
    ".al": "alaw",
    ".alaw": "alaw",
}
_ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def source(path: Path, form: str = "") -> list[str]:
    """The arguments that name an input. `form`: of a file without a head (8 kHz, one channel), or "" for others."""
    forced = ["-f", form, "-ar", "8000"] if form else []
    allowed = FORMATS + ",alaw"
    return ["-protocol_whitelist", "file,pipe", "-format_whitelist", allowed, *forced, "-i", f"file:{path}"]


def headerless(name: str) -> str:
    """The form that a file without a head has by its name, "" when its name says none."""
    return _HEADERLESS.get(Path(name).suffix.lower(), "")


def command(program: str, arguments: Sequence[str], *, seconds: float, write_bytes: int = 0) -> list[str]:
    """The command line of a child with limits of processor time, memory and the size of what it writes."""
    limits = f"ulimit -c 0; ulimit -t {int(seconds) + 1}; ulimit -v {MEMORY_BYTES // 1024}; "
    limits += f"ulimit -f {write_bytes // 512 + 1}; "
    return ["/bin/sh", "-c", limits + 'exec "$0" "$@"', program, *arguments]


def run(
    program: str,
    arguments: Sequence[str],
    *,
    seconds: float,
    write_bytes: int = 0,
    into: IO[bytes] | None = None,
) -> tuple[int, str]:
    """Run to the end: its exit status, and what it printed, or "" when that went `into` an open file.

    Raises `SoundError` (timeout, no_program).
    """
    line = command(program, arguments, seconds=seconds, write_bytes=write_bytes)
    try:
        done = subprocess.run(
            line,
            stdin=subprocess.DEVNULL,
            stdout=into or subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds + _GRACE,
            check=False,
            env=_ENVIRONMENT,
        )
    except subprocess.TimeoutExpired:
        raise SoundError(errors.TIMEOUT, f"{program} took more than {seconds:.0f} s") from None
    if done.returncode == 127:
        raise SoundError(errors.NO_PROGRAM, f"{program} is not installed")
    return done.returncode, (done.stdout or b"").decode("utf-8", "replace")


def start(
    arguments: Sequence[str], *, seconds: float, write_bytes: int = 0, **pipes: Any
) -> subprocess.Popen[bytes]:
    """Start ffmpeg with pipes as `subprocess.Popen` names them; the caller ends it."""
    line = command("ffmpeg", ["-hide_banner", "-nostdin", "-loglevel", "quiet", *arguments], seconds=seconds,
                   write_bytes=write_bytes)  # fmt: skip
    return subprocess.Popen(line, stderr=subprocess.DEVNULL, env=_ENVIRONMENT, **pipes)


def told(path: Path, form: str, seconds: float) -> dict[str, Any] | None:
    """What ffprobe says of the file, None when it cannot open it."""
    asked = ["-v", "quiet", "-of", "json", "-show_format", "-show_streams", *source(path, form)]
    status, printed = run("ffprobe", asked, seconds=seconds)
    if status != 0:
        return None
    try:
        found = json.loads(printed)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
