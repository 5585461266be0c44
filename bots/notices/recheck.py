"""notices.recheck: what waits in a line of approval is compared with its case as it is now.

Whatever changed since (the decision, an address, the officer, the template) voids what was agreed to at once, so
that nobody reads and agrees to a letter that would not leave any more.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from bots.notices import values
from bots.notices.anew import again
from bots.notices.content import content_of
from bots.notices.letters import template_sha256
from queues import notices
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Notice, NoticeState

ACTOR = "bot:notices.recheck"
_AT_ONCE = 200


@bot("notices.recheck", title="결재 중 통지서 확인", concurrency=1, patient=True)
def run(_item: Work) -> Outcome:
    """Look through all that waits, some at a time."""
    changed, after = 0, 0
    while True:
        with record() as session:
            some = _waiting(session, after)
            changed += sum(recheck(session, notice_id) for notice_id in some)
        if len(some) < _AT_ONCE:
            return Outcome(counts={"changed": changed}, idle=changed == 0)
        after = some[-1]


def recheck(session: Session, notice_id: int) -> bool:
    """Have a letter made anew whose case says something else by now; whether that was so."""
    query = select(Notice).where(Notice.id == notice_id).with_for_update(skip_locked=True)
    notice = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if notice is None or notice.state != NoticeState.APPROVAL or still_says(session, notice):
        return False
    again(session, notice, ACTOR, "changed")
    return True


def still_says(session: Session, notice: Notice) -> bool:
    """Whether the case, and the template, are as they were when the line began."""
    notices.readdress(session, notice)
    now = content_of(notice.kind, template_sha256(notice.kind), values.collect(session, notice))
    return now.sha256 == notice.content_sha256


def _waiting(session: Session, after: int) -> list[int]:
    query = select(Notice.id).where(Notice.state == NoticeState.APPROVAL, col(Notice.id) > after)
    return list(session.exec(query.order_by(col(Notice.id)).limit(_AT_ONCE)))
