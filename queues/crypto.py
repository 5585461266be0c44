"""Sealing of values (AES-256-GCM, keys by id) and the keyed hash by which they are looked up."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from queues.errors import Unreadable
from queues.keys import KeyRing, key_ring

_FORMAT = b"\x01"
_NONCE = 12
_DIGIT_FIELDS = {"rrn", "account", "phone", "business_no", "receipt_no"}


def seal(text: str) -> bytes:
    """Sealed bytes: format, length and name of the key, nonce, ciphertext with its tag."""
    ring = key_ring()
    name = ring.current.encode()
    header = _FORMAT + bytes([len(name)]) + name
    nonce = os.urandom(_NONCE)
    return header + nonce + _cipher(ring, ring.current).encrypt(nonce, text.encode(), header)


def open_(sealed: bytes) -> str:
    """The text that was sealed. Raises `Unreadable` when the bytes were altered, `NoKey` without the key."""
    if len(sealed) < 2 or sealed[:1] != _FORMAT:
        raise Unreadable("these bytes were not sealed by this program")
    end = 2 + sealed[1]
    header, nonce, rest = sealed[:end], sealed[end : end + _NONCE], sealed[end + _NONCE :]
    if len(nonce) < _NONCE:
        raise Unreadable("sealed bytes are cut short")
    try:
        name = header[2:].decode()
        return _cipher(key_ring(), name).decrypt(nonce, rest, header).decode()
    except (InvalidTag, UnicodeDecodeError):
        raise Unreadable("sealed bytes were altered or belong to another key") from None


def key_name(sealed: bytes) -> str:
    """The name of the key under which these bytes were sealed."""
    return sealed[2 : 2 + sealed[1]].decode()


def blind_index(field: str, text: str) -> bytes:
    """32 bytes by which equal values of a field are found without opening them.

    Of numbers only the digits count, of other fields not the blanks.
    """
    ring = key_ring()
    key = ring.derive(ring.oldest, f"blind index {field}")
    plain = re.sub(r"\D", "", text) if field in _DIGIT_FIELDS else re.sub(r"\s", "", text).casefold()
    return hmac.digest(key, plain.encode(), hashlib.sha256)


def _cipher(ring: KeyRing, name: str) -> AESGCM:
    return _cipher_of(ring.derive(name, "values"))


@lru_cache(maxsize=16)
def _cipher_of(key: bytes) -> AESGCM:
    return AESGCM(key)
