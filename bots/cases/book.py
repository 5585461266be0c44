"""The cases on file, held in memory for linking and kept up to date from the record."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from ocr.linking import ApplicationOnFile, CaseIndex
from queues import crypto
from queues.models import Application, Employer, Person

# A transaction that began earlier may commit later: look back a little at each refresh.
_OVERLAP = timedelta(seconds=60)


class CaseBook:
    """One per worker process. `current` gives an index that knows every case committed before the call."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._index: CaseIndex | None = None
        self._seen: datetime | None = None

    def current(self, session: Session) -> CaseIndex:
        """The index, brought up to date with what changed since the last call."""
        with self._lock:
            since = self._seen - _OVERLAP if self._seen else None
            rows = list(_on_file(session, since))
            if self._index is None:
                self._index = CaseIndex(case for case, _ in rows)
            else:
                for case, _ in rows:
                    self._index.update(case)
            self._seen = max([when for _, when in rows] + ([self._seen] if self._seen else []), default=None)
            return self._index


def _on_file(session: Session, since: datetime | None) -> Iterator[tuple[ApplicationOnFile, datetime]]:
    query = (
        select(Application, Person, Employer)
        .join(Person, col(Application.person_id) == col(Person.id), isouter=True)
        .join(Employer, col(Application.employer_id) == col(Employer.id), isouter=True)
    )
    if since is not None:
        query = query.where(col(Application.updated_at) >= since)
    for application, person, employer in session.exec(query):
        case = ApplicationOnFile(
            receipt_no=application.receipt_no,
            program=application.program,
            status=application.status,
            name=person.name if person else "",
            rrn=crypto.open_(person.rrn_enc) if person and person.rrn_enc else "",
            birth_date=person.birth_date.isoformat() if person and person.birth_date else "",
            phone=person.phone if person else "",
            address=person.address if person else "",
            company=employer.name if employer else "",
            business_no=employer.business_no if employer else "",
            bank=application.bank,
            account=crypto.open_(application.account_enc) if application.account_enc else "",
        )
        yield case, application.updated_at
