"""cases.pull: what is new in the system of record comes into ours, a page at a time."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session

from bots.cases.connect import case_source
from bots.cases.persist import upsert_cases
from bots.cases.source import CaseSource
from config.settings import settings
from queues import audit, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import SourceCursor

ACTOR = "bot:cases.pull"


@bot("cases.pull", title="신청 자료 연계", concurrency=1)
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
    for page in source.pages(_cursor(source.name)):
        with record() as session:
            changed = upsert_cases(session, page.cases)
            _remember(session, source.name, page.cursor)
            if changed:
                work.add(session, "intake.relink", f"cases:{source.name}:{page.cursor}")
                audit.record(session, ACTOR, "cases.pulled", "source", source.name, cases=len(changed))
        total += len(changed)
    return total


def _cursor(name: str) -> str:
    with record() as session:
        row = session.get(SourceCursor, name)
        return str((row.cursor or {}).get("at", "")) if row else ""


def _remember(session: Session, name: str, cursor: str) -> None:
    row = session.get(SourceCursor, name) or SourceCursor(source=name)
    row.cursor = {"at": cursor}
    row.last_delta_at = datetime.now(UTC)
    row.error = ""
    session.add(row)
