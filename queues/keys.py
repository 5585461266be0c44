"""The keys under which values and files are sealed, by id, so that they can be changed."""

from __future__ import annotations

import base64
import binascii
import logging
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config.settings import settings
from queues.errors import NoKey

log = logging.getLogger(__name__)

KEY_BYTES = 32


@dataclass(frozen=True)
class KeyRing:
    """`keys` by id; `current` seals; the blind index is made from the oldest, which never changes."""

    keys: dict[str, bytes]
    current: str
    oldest: str

    def derive(self, key_id: str, purpose: str, salt: bytes = b"") -> bytes:
        """32 bytes for one purpose only. Raises `NoKey` when the key is not there."""
        try:
            secret = self.keys[key_id]
        except KeyError:
            raise NoKey(
                f"there is no key named {key_id}: put its line back into {key_file()} "
                "(a key that was ever used must be kept)"
            ) from None
        return HKDF(SHA256(), KEY_BYTES, salt or None, f"backoffice {purpose}".encode()).derive(secret)


def key_file() -> Path:
    """Where the keys lie when the environment does not hold them."""
    return settings().key_file or settings().var_dir / "keys"


def key_ring() -> KeyRing:
    """The keys of this process; a key is made on the very first start. Raises `NoKey`."""
    given = settings().key
    if given is not None:
        return _parse(given.get_secret_value(), "BACKOFFICE_KEY")
    return _from_file(key_file())


@lru_cache(maxsize=4)
def _from_file(path: Path) -> KeyRing:
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        log.warning("%s can be read by others: chmod 600 %s", path, path)
    return _parse(path.read_text(), str(path))


def _make(path: Path) -> None:
    if settings().key_file is not None:
        raise NoKey(f"the key file {path} does not exist; BACKOFFICE_KEY_FILE names it")
    path.parent.mkdir(parents=True, exist_ok=True)
    line = f"{datetime.now(UTC):%Y%m%d}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(line)
    try:
        os.link(fresh, path)  # of several that start at once, one wins
    except FileExistsError:
        return
    finally:
        fresh.unlink()
    log.warning("a key was made: %s. Keep a copy in a safe place: without it nothing can be read", path)


def _parse(text: str, origin: str) -> KeyRing:
    keys: dict[str, bytes] = {}
    for line in text.split():
        key_id, _, encoded = line.rpartition(":")
        key_id = key_id or "key"
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise NoKey(f"{origin}: the key {key_id} is not base64") from error
        if len(key) != KEY_BYTES or len(key_id.encode()) > 60:
            raise NoKey(f"{origin}: the key {key_id} must be {KEY_BYTES} bytes, its name at most 60")
        keys.setdefault(key_id, key)
    if not keys:
        raise NoKey(f"{origin} holds no key")
    names = list(keys)
    return KeyRing(keys, names[0], names[-1])
