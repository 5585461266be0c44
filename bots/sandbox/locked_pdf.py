"""A small PDF that asks for a password: RC4 with 40 bits, revision 2 of the standard handler (ISO 32000-1, 7.6)."""

from __future__ import annotations

import hashlib

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_PERMISSIONS = -44


def rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) & 255])
    return bytes(out)


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def locked_pdf(password: str, line: str = "CONFIDENTIAL") -> bytes:
    """A one-page PDF that opens with `password` only. `line` is ASCII."""
    secret = (password.encode("latin-1") + _PAD)[:32]
    ident = _md5(line.encode("ascii"))
    owner = rc4(_md5(secret)[:5], secret)
    key = _md5(secret + owner + _PERMISSIONS.to_bytes(4, "little", signed=True) + ident)[:5]
    user = rc4(key, _PAD)
    text = f"BT /F1 18 Tf 72 760 Td ({line}) Tj ET".encode("ascii")
    sealed = rc4(_md5(key + (4).to_bytes(3, "little") + b"\0\0")[:10], text)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n" % len(sealed) + sealed + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P %d>>"
        % (owner.hex().encode(), user.hex().encode(), _PERMISSIONS),
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj" % number + content + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % at for at in offsets)
    trailer = b"<</Size %d/Root 1 0 R/Encrypt 6 0 R/ID[<%s><%s>]>>" % (
        len(objects) + 1,
        ident.hex().encode(),
        ident.hex().encode(),
    )
    start = len(body)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + b"trailer"
        + trailer
        + b"\nstartxref\n%d\n%%%%EOF\n" % start
    )
