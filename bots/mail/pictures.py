"""How large a picture is, by its first bytes: enough to tell a logo in a signature from a photo of a paper."""

from __future__ import annotations

# A paper of which the longer side has fewer pixels cannot be read by anybody.
_LONGER, _SHORTER = 400, 160
# What a text shows within itself is a paper only when it is at least of a screen's size.
_LONGER_SHOWN = 800


def is_decoration(content: bytes, shown_in_text: bool) -> bool:
    """Whether a picture is a logo, a line, a counting pixel: too small to be a page of a paper."""
    size = pixel_size(content)
    if size is None:
        return False
    longer, shorter = max(size), min(size)
    return longer < _LONGER or shorter < _SHORTER or (shown_in_text and longer < _LONGER_SHOWN)


def pixel_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, BMP or JPEG; None for all else, and where they cannot be found."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and content[12:16] == b"IHDR" and len(content) >= 24:
        return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    if content[:2] == b"BM" and len(content) >= 26:
        return (
            int.from_bytes(content[18:22], "little"),
            abs(int.from_bytes(content[22:26], "little", signed=True)),
        )
    if content[:3] == b"\xff\xd8\xff":
        return _jpeg_size(content)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        if marker in (0xDA, 0xD9):
            return None
        at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
    return None
