"""WebVTT and SubRip: blocks of a line with times and the lines that were said then.

WebVTT: https://www.w3.org/TR/webvtt1/ . SubRip has no standard; recorders write either with the other's commas
and dots, without numbers, without hours, so both are read by the same generous rules.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from stt.delivered.cue import Cue, seconds

_TIMES = re.compile(r"^\s{0,9}([\d:.,]{1,20})\s{0,9}-{1,2}>\s{0,9}([\d:.,]{1,20})(?:\s.*)?$")
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,80})?\s{1,4}([^\s<>][^<>]{0,79})>")
_TAG = re.compile(r"</?[^<>]{0,200}>")
_STYLING = re.compile(r"\{\\[^{}]{0,80}\}")
_NOT_SAID = re.compile(r"^(?:NOTE|STYLE|REGION)(?:\s|$)")


def cues(text: str) -> Iterator[Cue]:
    """The cues in the order of the file. What belongs to none (headers, notes, styles) is left out."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        if _NOT_SAID.match(lines[at]):
            at = _end_of_block(lines, at)
        elif hit := _TIMES.match(lines[at]):
            end = _end_of_cue(lines, at + 1)
            yield from _spoken(seconds(hit[1]), seconds(hit[2]), lines[at + 1 : end])
            at = end
        else:
            at += 1


def _end_of_block(lines: list[str], at: int) -> int:
    while at < len(lines) and lines[at].strip():
        at += 1
    return at


def _end_of_cue(lines: list[str], at: int) -> int:
    """The first line behind a cue's words: an empty one, or the next cue where the empty line was forgotten."""
    while at < len(lines) and lines[at].strip():
        if _TIMES.match(lines[at]):
            return at - 1 if lines[at - 1].strip().isdigit() else at
        at += 1
    return at


def _spoken(start: float | None, end: float | None, lines: list[str]) -> Iterator[Cue]:
    """A cue, or several where it holds the words of several voices."""
    whole = "\n".join(lines)
    hits = list(_VOICE.finditer(whole))
    if before := _plain(whole[: hits[0].start()] if hits else whole):
        yield Cue(start, end, before)
    for number, hit in enumerate(hits):
        until = hits[number + 1].start() if number + 1 < len(hits) else len(whole)
        if said := _plain(whole[hit.end() : until]):
            yield Cue(start, end, said, html.unescape(hit[1]).strip())


def _plain(text: str) -> str:
    """Without tags and styling; lines of one cue that open with a dash stay apart, they are two voices."""
    plain = html.unescape(_STYLING.sub("", _TAG.sub("", text)))
    return "\n".join(" ".join(line.split()) for line in plain.split("\n") if line.strip())
