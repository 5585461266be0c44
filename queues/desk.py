"""창구 접수: what a citizen hands over at the desk becomes deliveries, once however often it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from queues import audit, crypto, work
from queues.deliveries import Arrived, enter_in
from queues.models import Account, DeskEntry, DeskFile

PUT_TOGETHER = "intake.put_together"
SAME_WITHIN = timedelta(hours=12)
_LOCK = 0x6465736B  # "desk"


@dataclass(frozen=True, slots=True)
class Handed:
    """One file, its bytes being in the file store already.

    media   what it is by its first bytes ("jpeg", "png", "heic", "pdf", "tiff")
    part    files of the same part are one delivery, in their order
    """

    sha256: str
    name: str
    media: str
    size: int
    part: int


@dataclass(frozen=True, slots=True)
class Entered:
    """`again`: nothing was entered, the same had been entered shortly before."""

    entry: DeskEntry
    again: bool = False


def hand_in(
    session: Session,
    *,
    token: str,
    account: Account,
    source: str,
    files: Sequence[Handed],
    receipt_no: str = "",
    remark: str = "",
) -> Entered:
    """Enter what was handed over, in the caller's transaction.

    token       of the filled-in form; the same token again changes nothing
    source      `desk:NAME`
    receipt_no  of the case that it was handed in for, or ""

    A part of one file is a delivery at once; for one of several a bot puts them together first. The same
    files for the same case within `SAME_WITHIN` are what was entered before.
    """
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    digest = _digest(files, receipt_no)
    known = _entered_before(session, token, digest)
    if known is not None:
        return Entered(known, again=True)
    entry = DeskEntry(
        token=token,
        digest=digest,
        account_id=account.id,
        source=source,
        receipt_no=receipt_no,
        remark_enc=crypto.seal(remark) if remark else None,
    )
    session.add(entry)
    session.flush()
    session.refresh(entry)
    rows = [
        DeskFile(
            entry_id=entry.id,
            position=n,
            part=f.part,
            sha256=f.sha256,
            name=f.name,
            media=f.media,
            size=f.size,
        )
        for n, f in enumerate(files)
    ]
    session.add_all(rows)
    session.flush()
    actor = f"account:{account.id}"
    audit.record(session, actor, "desk.hand_in", "desk_entry", entry.id, files=len(rows), case=receipt_no)
    for part, own in groupby(sorted(rows, key=lambda r: r.part), key=lambda r: r.part):
        together = list(own)
        if len(together) == 1:
            _enter(
                session,
                entry,
                together,
                sha256=together[0].sha256,
                name=together[0].name,
                reference=f"{part}",
            )
        else:
            payload = {"entry_id": entry.id, "part": part}
            work.add(session, PUT_TOGETHER, f"desk_entry:{entry.id}:{part}", payload=payload, priority=50)
    return Entered(entry)


def enter_together(session: Session, entry_id: int, part: int, sha256: str) -> int:
    """The files of a part have become one file: enter it. Safe to repeat. Returns the delivery's id."""
    entry, rows = _part(session, entry_id, part)
    name = f"창구접수-{entry.id}-{part}.pdf"
    return _enter(session, entry, rows, sha256=sha256, name=name, reference=f"{part}")


def enter_each(session: Session, entry_id: int, part: int) -> list[int]:
    """The files of a part could not be put together: each comes in by itself, and none is lost."""
    entry, rows = _part(session, entry_id, part)
    return [
        _enter(session, entry, [row], sha256=row.sha256, name=row.name, reference=f"{part}.{row.position}")
        for row in rows
    ]


def files_of(session: Session, entry_id: int, part: int | None = None) -> list[DeskFile]:
    """The files of an entry, or of one part of it, in their order."""
    query = select(DeskFile).where(DeskFile.entry_id == entry_id)
    if part is not None:
        query = query.where(DeskFile.part == part)
    return list(session.exec(query.order_by(col(DeskFile.position))))


def _part(session: Session, entry_id: int, part: int) -> tuple[DeskEntry, list[DeskFile]]:
    return session.get_one(DeskEntry, entry_id), files_of(session, entry_id, part)


def _enter(
    session: Session, entry: DeskEntry, rows: Iterable[DeskFile], *, sha256: str, name: str, reference: str
) -> int:
    arrived = Arrived(
        source=entry.source,
        reference=f"{entry.token}:{reference}",
        received_at=entry.at,
        sha256=sha256,
        name=name,
        entered_by=entry.account_id,
        given_receipt_no=entry.receipt_no,
    )
    delivery_id = enter_in(session, arrived, actor=f"account:{entry.account_id}")
    for row in rows:
        row.delivery_id = delivery_id
        session.add(row)
    return delivery_id


def _entered_before(session: Session, token: str, digest: str) -> DeskEntry | None:
    pressed_twice = session.exec(select(DeskEntry).where(DeskEntry.token == token)).first()
    if pressed_twice is not None:
        return pressed_twice
    latest = select(DeskEntry).where(
        DeskEntry.digest == digest, col(DeskEntry.at) > func.clock_timestamp() - SAME_WITHIN
    )
    return session.exec(latest.order_by(col(DeskEntry.id).desc())).first()


def _digest(files: Sequence[Handed], receipt_no: str) -> str:
    said = [receipt_no, *(f"{f.part}:{f.sha256}" for f in files)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
