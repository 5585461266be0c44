"""What a bot saw when it gave up: a screenshot, a trace, a page, kept sealed at its work item.

Such a picture may show people's data: it lies in the file store like an original and is served to
people who may see work, each look noted. Whoever keeps one sees to it that no password is in it.
"""

from __future__ import annotations

import re

from sqlmodel import col, select

from queues import database, files
from queues.models import WorkEvidence, WorkItem

_KIND = re.compile(r"[a-z][a-z_]{0,30}")
_MEDIA = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_LONGEST_NAME = 120


def keep(item_id: int, kind: str, content: bytes, name: str, media: str) -> int:
    """Keep `content` as evidence of a work item; returns its id. The same again gives the same id.

    kind   "screenshot", "trace", "page", ... small letters and underscores
    name   of the file as it is offered to a person; what may not stand in a file's name is left out
    media  its type, "image/png"

    Raises ValueError for an item that does not exist or a kind or media that is malformed; `StoreFull`
    when there is no room.
    """
    if not _KIND.fullmatch(kind):
        raise ValueError(f"the kind of an evidence is small letters, not {kind!r}")
    if not _MEDIA.fullmatch(media):
        raise ValueError(f"the media type of an evidence is like image/png, not {media!r}")
    sha256 = files.put(content)
    with database.session() as session:
        # The lock makes two that keep the same at once wait for each other.
        if session.get(WorkItem, item_id, with_for_update=True) is None:
            raise ValueError(f"there is no work item {item_id} to keep evidence for")
        known = session.exec(
            select(WorkEvidence.id).where(
                WorkEvidence.item_id == item_id, WorkEvidence.kind == kind, WorkEvidence.sha256 == sha256
            )
        ).first()
        if known is not None:
            return known
        kept = WorkEvidence(item_id=item_id, kind=kind, name=_file_name(name), media=media, sha256=sha256)
        session.add(kept)
        session.flush()
        return kept.id


def of_item(item_id: int) -> list[WorkEvidence]:
    """All evidence of a work item, the oldest first."""
    with database.session() as session:
        statement = select(WorkEvidence).where(WorkEvidence.item_id == item_id).order_by(col(WorkEvidence.id))
        return list(session.exec(statement))


def content(evidence: WorkEvidence) -> bytes:
    """The bytes that were kept. Raises `NotStored`, or `Unreadable` when they were altered."""
    return files.read(evidence.sha256)


def _file_name(name: str) -> str:
    plain = re.sub(r"[\x00-\x1f\x7f/\\:*?\"<>|]+", "_", name).strip(" .")
    return plain[-_LONGEST_NAME:] or "evidence"
