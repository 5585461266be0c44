"""A request for papers that goes out again once its last day has passed names another one."""

from __future__ import annotations

import json

from sqlmodel import Session

from config.calendar import business_calendar
from config.supplementing import supplementing as rules
from queues import crypto, notices
from queues.days import today
from queues.models import Notice
from queues.supplement_letters import REQUESTS, SECOND_REQUEST
from queues.supplement_states import supplement_days


def give_time(session: Session, notice: Notice) -> bool:
    """Whether it was so; the letter is to be made anew then, with the days that its program gives."""
    if notice.kind not in REQUESTS or notice.due_on is None or notice.due_on > today():
        return False
    second = notice.kind == SECOND_REQUEST
    days = rules().second_days if second else supplement_days(notice.program)
    notice.due_on = business_calendar().period_end(today(), days)
    told = notices.values_of(notice) | {"due_on": notice.due_on.isoformat()}
    notice.values_enc = crypto.seal(json.dumps(told, ensure_ascii=False))
    session.add(notice)
    return True
