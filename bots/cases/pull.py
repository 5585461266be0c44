"""cases.pull: what is new in the system of record comes into ours, a page at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlmodel import Session, col, select

from bots.cases.connect import case_source
from bots.cases.persist import upsert_cases
from bots.cases.source import CasePage, CaseSource
from bots.notices import reception
from config.settings import settings
from queues import audit, talks, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.days import today
from queues.models import Application, SourceCursor

ACTOR = "bot:cases.pull"


@bot("cases.pull", title="신청 자료 연계", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Read the configured source from where the last run stopped."""
    address = settings().case_source_url
    if not address:
        return Outcome(idle=True)
    changed = pull_cases(case_source(address), run_name=f"item:{item.id}")
    return Outcome(counts={"cases": changed}, idle=changed == 0)


def pull_cases(source: CaseSource, *, run_name: str = "") -> int:
    """Everything since the cursor; each page commits with its cursor. Returns how many cases changed.

    When cases changed, papers that wait for theirs are looked at again. Raises SourceError; what was
    read before the error stays.
    """
    total = 0
    cursor, since = _standing(source.name)
    for page in source.pages(cursor):
        with record() as session:
            known = _on_file(session, page)
            changed = upsert_cases(session, page.cases)
            _remember(session, source.name, page.cursor, since)
            if cursor:  # what was there at the very first pull is nothing new
                reception.confirm(session, set(changed) - known, since, ACTOR)
            if changed:
                work.add(session, "intake.relink", f"cases:{source.name}:{page.cursor}")
                if talks.waiting_for_a_case(session):
                    work.add(session, "counseling.relink", f"cases:{source.name}:{page.cursor}")
                audit.record(session, ACTOR, "cases.pulled", "source", source.name, cases=len(changed))
        total += len(changed)
    return total


def _on_file(session: Session, page: CasePage) -> set[int]:
    """The cases of a page that our record has."""
    numbers = [row.receipt_no for row in page.cases]
    return set(session.exec(select(Application.id).where(col(Application.receipt_no).in_(numbers))))


def _standing(name: str) -> tuple[str, date]:
    """The cursor, and the day of the first pull."""
    with record() as session:
        row = session.get(SourceCursor, name)
        kept = (row.cursor or {}) if row else {}
    return str(kept.get("at", "")), date.fromisoformat(str(kept.get("since") or today()))


def _remember(session: Session, name: str, cursor: str, since: date) -> None:
    row = session.get(SourceCursor, name) or SourceCursor(source=name)
    row.cursor = {"at": cursor, "since": since.isoformat()}
    row.last_delta_at = datetime.now(UTC)
    row.error = ""
    session.add(row)
