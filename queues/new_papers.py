"""New papers (새 서류) of a case: they stand in its officer's list until somebody has looked."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from queues.absences import stand_ins
from queues.models import Account, Application, Attachment, NewPaper, Officer
from queues.officers import owner


def arrived(session: Session, attachment: Attachment) -> None:
    """A document joined a case. It is no news to its officer, or to who stands in, who attached it."""
    application = session.get_one(Application, attachment.application_id)
    officer = owner(session, application)
    seen_by = _own_hand(session, attachment.decided_by, officer)
    values = {
        "officer_id": officer.id if officer else None,
        "due_on": application.due_on,
        "seen_by": seen_by,
        "seen_at": datetime.now(UTC) if seen_by else None,
    }
    statement = insert(NewPaper).values(
        application_id=application.id, document_id=attachment.document_id, **values
    )
    session.execute(
        statement.on_conflict_do_update(index_elements=["application_id", "document_id"], set_=values)
    )


def _own_hand(session: Session, decided_by: str, officer: Officer | None) -> int | None:
    """The account that attached it when it acts for the officer today."""
    account = session.get(Account, int(decided_by)) if decided_by.isdigit() else None
    if account is None or account.officer_id is None or officer is None:
        return None
    acting = stand_ins(session)
    own = account.officer_id == officer.id or officer.id in acting.acting_for(account.officer_id)
    return account.id if own else None


def taken_off(session: Session, attachment: Attachment) -> None:
    """The document is no longer the case's."""
    session.execute(
        delete(NewPaper).where(
            col(NewPaper.application_id) == attachment.application_id,
            col(NewPaper.document_id) == attachment.document_id,
        )
    )


def seen(session: Session, application_id: int, account_id: int) -> int:
    """Somebody looked at a case's new papers; returns how many there were."""
    done = session.execute(
        update(NewPaper)
        .where(col(NewPaper.application_id) == application_id, col(NewPaper.seen_at).is_(None))
        .values(seen_at=datetime.now(UTC), seen_by=account_id)
        .returning(col(NewPaper.id))
    )
    return len(done.all())


def unseen(session: Session, document_ids: list[int], application_id: int) -> None:
    """Put papers back among the new ones: who looked wants to come back to them."""
    session.execute(
        update(NewPaper)
        .where(col(NewPaper.application_id) == application_id, col(NewPaper.document_id).in_(document_ids))
        .values(seen_at=None, seen_by=None)
    )


def due_changed(session: Session, application: Application) -> None:
    """The case is due on another day: so are its new papers."""
    session.execute(
        update(NewPaper)
        .where(col(NewPaper.application_id) == application.id, col(NewPaper.seen_at).is_(None))
        .values(due_on=application.due_on)
    )
