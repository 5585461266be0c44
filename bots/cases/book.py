"""The cases on file, held in memory for linking and kept up to date from the record."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from ocr.linking import ApplicationOnFile, CaseIndex
from queues import crypto
from queues.models import Application, Employer, OutwardState, Person, Registration

# A transaction that began earlier may commit later: look back a little at each refresh.
_OVERLAP = timedelta(seconds=60)
# A case that was registered by mistake and taken back: its papers have no case.
GIVEN_UP = "given_up"


class CaseBook:
    """One per worker process. `current` gives an index that knows every case committed before the call."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._index: CaseIndex | None = None
        self._database: object = None
        self._known: dict[int, datetime] = {}  # by id of the application: the change of it that is known

    def current(self, session: Session) -> CaseIndex:
        """The index, brought up to date with what changed since the last call."""
        with self._lock:
            if self._index is None or self._database is not session.get_bind():
                self._database = session.get_bind()
                cases = dict(_on_file(session, None))
                self._index = CaseIndex(case for case, _ in cases.values() if case.status != GIVEN_UP)
                self._known = {number: when for number, (_, when) in cases.items()}
            else:
                for number, (case, when) in _on_file(session, self._changed(session)):
                    if case.status == GIVEN_UP:
                        self._index.remove(case.receipt_no)
                    else:
                        self._index.update(case)
                    self._known[number] = when
            return self._index

    def _changed(self, session: Session) -> list[int]:
        """Ids of what changed; only their times are asked for, for a whole load may lie in the overlap."""
        query = select(Application.id, Application.updated_at)
        if self._known:
            query = query.where(col(Application.updated_at) >= max(self._known.values()) - _OVERLAP)
        return [number for number, when in session.exec(query) if self._known.get(number) != when]


def _on_file(
    session: Session, ids: list[int] | None
) -> Iterator[tuple[int, tuple[ApplicationOnFile, datetime]]]:
    """Cases by id of their application, with the time of their last change; `ids` None for all."""
    query = (
        select(Application, Person, Employer)
        .join(Person, col(Application.person_id) == col(Person.id), isouter=True)
        .join(Employer, col(Application.employer_id) == col(Employer.id), isouter=True)
    )
    if ids is not None:
        query = query.where(col(Application.id).in_(ids))
    given_up = select(Registration.receipt_no).where(Registration.state == OutwardState.UNDONE)
    never_were = set(session.exec(given_up))
    for application, person, employer in session.exec(query):
        if application.receipt_no in never_were:
            yield (
                application.id,
                (ApplicationOnFile(application.receipt_no, "", GIVEN_UP), application.updated_at),
            )
            continue
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
        yield application.id, (case, application.updated_at)
