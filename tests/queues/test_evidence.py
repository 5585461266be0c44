"""Evidence at a work item: kept once, sealed at rest, under a harmless name."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import Session

from config.settings import settings
from queues import evidence, files, work


def _item(session: Session, reference: str) -> int:
    item = work.add(session, "test.evidence", reference)
    session.commit()
    return item.id


def test_what_was_kept_is_listed_with_its_item_and_opens_again(session: Session) -> None:
    mine, other = _item(session, "look:1"), _item(session, "look:2")
    shot = evidence.keep(mine, "screenshot", b"\x89PNG 1", "화면.png", "image/png")
    trace = evidence.keep(mine, "trace", b"PK 2", "trace.zip", "application/zip")
    evidence.keep(other, "screenshot", b"\x89PNG 1", "화면.png", "image/png")
    kept = evidence.of_item(mine)
    assert [(e.id, e.kind, e.name, e.media) for e in kept] == [
        (shot, "screenshot", "화면.png", "image/png"),
        (trace, "trace", "trace.zip", "application/zip"),
    ]
    assert [evidence.content(e) for e in kept] == [b"\x89PNG 1", b"PK 2"]


def test_a_run_that_is_repeated_keeps_it_once(session: Session) -> None:
    item = _item(session, "look:3")
    first = evidence.keep(item, "page", b"<html>", "page.html", "text/html")
    assert evidence.keep(item, "page", b"<html>", "page.html", "text/html") == first
    assert len(evidence.of_item(item)) == 1


def test_on_the_disk_it_is_not_readable(session: Session) -> None:
    item = _item(session, "look:4")
    evidence.keep(item, "screenshot", b"a name on a picture" * 50, "a.png", "image/png")
    stored = [f.read_bytes() for f in (settings().var_dir / "files").rglob("*") if f.is_file()]
    assert stored
    assert not any(b"a name on a picture" in content for content in stored)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a"\r\nb.png', "a_b.png"),
        ("...", "evidence"),
        ("", "evidence"),
    ],
)
def test_a_name_is_no_path(session: Session, name: str, kept: str) -> None:
    item = _item(session, f"look:{name}")
    evidence.keep(item, "page", b"x", name, "text/plain")
    assert evidence.of_item(item)[0].name == kept
    assert Path(kept).name == kept


def test_what_makes_no_sense_is_refused(session: Session) -> None:
    item = _item(session, "look:5")
    with pytest.raises(ValueError, match="no work item"):
        evidence.keep(item + 1_000_000, "page", b"x", "x", "text/plain")
    with pytest.raises(ValueError, match="media type"):
        evidence.keep(item, "page", b"x", "x", "text/html\r\nX: 1")
    with pytest.raises(ValueError, match="kind"):
        evidence.keep(item, "A page", b"x", "x", "text/html")
    assert files.exists("0" * 64) is False
