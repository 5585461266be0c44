"""The stages of a supplement request (보완): request, extension, second request, return, withdrawal.

민원 처리에 관한 법률 제22조, 같은 법 시행령 제24조, 제25조; the numbers are in ``supplementing.yaml``. Every
function works in the caller's transaction and takes its locks in one order: case, request, notice, dispatch.
What arrives moves a request by `queues.supplement_papers`.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select

from config.calendar import business_calendar
from config.supplementing import supplementing as rules
from queues import notices, processing_time
from queues.days import today
from queues.missing_papers import NOT_NEEDED, missing_papers, outstanding, present_types
from queues.models import (
    Application,
    Notice,
    NoticeState,
    SupplementRequest,
    SupplementState,
)
from queues.supplement_fate import came_back, dropped, end_with_case, follow, left_on, take_over
from queues.supplement_letters import (
    FIRST,
    RETURN,
    SECOND,
    SECOND_REQUEST,
    announce,
    call_return_back,
    key_of,
    remind,
    return_under_way,
)
from queues.supplement_states import (
    IS_OPEN,
    CannotSupplement,
    end,
    locked,
    notices_of,
    requests_of,
    step,
    supplement_days,
    withdraw_questions,
)

__all__ = [
    "CannotSupplement",
    "ask",
    "ask_again",
    "count_as_withdrawn",
    "dropped",
    "end_with_case",
    "extend",
    "follow",
    "give_back",
    "recall_return",
    "spare",
    "take_over",
    "withdraw",
]

NOT_REACHED = "not_reached"
GROUNDS = ("민원 처리에 관한 법률 제22조", "민원 처리에 관한 법률 시행령 제25조제1항")


def ask(session: Session, request_id: int, actor: str, *, version: int | None = None) -> Notice | None:
    """Have the request sent, for what is missing at this moment; None when everything has come meanwhile.

    Raises CannotSupplement: it was asked for already, or the case has ended.
    """
    application, request = locked(session, request_id)
    if request.state == SupplementState.SATISFIED and request.asked_on is None:
        return None  # it all came while the list was looked at
    _must_be(request, SupplementState.DRAFT, version)
    _must_go_on(application)
    if any(r.state == SupplementState.ASKED for r in requests_of(session, application.id)):
        raise CannotSupplement("이 신청에는 진행 중인 보완 요청이 있습니다.")
    have = present_types(session, application.id)
    missing = missing_papers(session, application, have)
    if not have or not missing:
        state = SupplementState.SATISFIED if have else SupplementState.WITHDRAWN
        end(session, application, request, state, actor, reason="before_sent" if have else "no_papers")
        step(session, request, state.value, actor)
        return None
    request.missing, request.state, request.stage = missing, SupplementState.ASKED.value, FIRST
    request.reason = ""
    notice = announce(session, application, request, supplement_days(application.program), actor)
    step(session, request, "request", actor, due_on=request.due_on, notice=notice)
    return notice


def extend(
    session: Session, request_id: int, until: date, reason: str, actor: str, *, version: int | None = None
) -> Notice:
    """Give the applicant, who asks for it within the time, until another day (at most twice).

    Raises CannotSupplement.
    """
    application, request = locked(session, request_id)
    _must_be(request, SupplementState.ASKED, version)
    _must_go_on(application)
    if request.asked_on is None or request.due_on is None:
        raise CannotSupplement("보완 요청서가 아직 발송되지 않았습니다.")
    if request.extensions >= rules().extensions:
        raise CannotSupplement(f"기간 연장은 {rules().extensions}회까지 할 수 있습니다.")
    if today() > request.due_on:
        raise CannotSupplement("보완 기한이 지났습니다. 다시 보완을 요구할 수 있습니다.")
    was, until = request.due_on, business_calendar().business_day_on_or_after(until)
    if until <= was:
        raise CannotSupplement(f"지금 기한({was:%Y-%m-%d})보다 뒤의 날을 골라 주십시오.")
    _must_not_be_returned(session, request)
    request.extensions += 1
    request.due_on = until
    notice = remind(
        session, application, request,
        outstanding(request.missing, present_types(session, application.id)),
        "보완 서류 제출(기간 연장)", f"extension:{request.extensions}", actor,
    )  # fmt: skip
    step(session, request, "extension", actor, due_on=until, notice=notice, reason=reason)
    processing_time.settle_due(session, application)
    withdraw_questions(session, application.id, actor)
    return notice


def ask_again(session: Session, request_id: int, actor: str, *, version: int | None = None) -> Notice | None:
    """The second request, once the time of the first has passed; None when everything has come.

    Raises CannotSupplement.
    """
    application, request = locked(session, request_id)
    _must_be(request, SupplementState.ASKED, version)
    _must_go_on(application)
    if request.stage >= SECOND:
        raise CannotSupplement("이미 다시 보완을 요구했습니다.")
    _must_be_late(request)
    _must_not_be_returned(session, request)
    missing = missing_papers(session, application, present_types(session, application.id))
    if not missing:
        raise CannotSupplement("빠진 서류가 모두 들어왔습니다. 화면을 새로 고쳐 확인해 주십시오.")
    request.missing, request.stage, request.reason = missing, SECOND, ""
    notice = announce(session, application, request, rules().second_days, actor)
    step(session, request, "second_request", actor, due_on=request.due_on, notice=notice)
    withdraw_questions(session, application.id, actor)
    return notice


def give_back(
    session: Session, request_id: int, reason: str, actor: str, *, version: int | None = None
) -> Notice:
    """Return the application (반려): a draft of an official letter, which leaves once it is approved.

    The request ends when that letter has left; until then what arrives calls it back. Raises CannotSupplement.
    """
    application, request = locked(session, request_id)
    _must_be(request, SupplementState.ASKED, version)
    _must_go_on(application)
    if request.stage < SECOND:
        raise CannotSupplement("다시 보완을 요구한 뒤에도 보완하지 않았을 때 반려할 수 있습니다.")
    _must_be_late(request)
    _must_not_be_returned(session, request)
    missing = outstanding(request.missing, present_types(session, application.id))
    if not missing:
        raise CannotSupplement("빠진 서류가 모두 들어왔습니다. 화면을 새로 고쳐 확인해 주십시오.")
    asked = _asked_days(session, request)
    values: dict[str, object] = {
        "missing": missing,
        "first_on": asked[0].isoformat(),
        "grounds": list(GROUNDS),
    }
    if len(asked) > 1:
        values["second_on"] = asked[1].isoformat()
    if reason:
        values["note"] = reason
    notice = notices.announce(
        session, RETURN, application, key_of(session, request, RETURN), values,
        supplement_id=request.id, actor=actor,
    )  # fmt: skip
    step(session, request, "return", actor, notice=notice, reason=reason)
    withdraw_questions(session, application.id, actor)
    return notice


def recall_return(session: Session, request_id: int, reason: str, actor: str) -> None:
    """Take the letter that gives the application back out of its line, before it leaves. Raises CannotSupplement."""
    _, request = locked(session, request_id)
    _must_be(request, SupplementState.ASKED, None)
    letter = return_under_way(session, request)
    if letter is None:
        raise CannotSupplement("진행 중인 반려 통지가 없습니다.")
    if not call_return_back(session, request, actor):
        raise CannotSupplement("반려 통지가 이미 발송되었거나 발송되고 있습니다.")
    step(session, request, "return_recalled", actor, notice=letter, reason=reason)


def withdraw(
    session: Session, request_id: int, reason: str, actor: str, *, version: int | None = None
) -> None:
    """The applicant takes the application back (취하), at any time before the decision. Raises CannotSupplement."""
    application, request = locked(session, request_id)
    _must_be(request, (SupplementState.DRAFT, SupplementState.ASKED), version)
    _must_go_on(application)
    _must_not_be_returned(session, request)
    _must_not_be_decided(session, application)
    end(session, application, request, SupplementState.GIVEN_UP, actor, reason="withdrawn_by_applicant")
    step(session, request, "withdrawal", actor, reason=reason)


def count_as_withdrawn(
    session: Session, request_id: int, reason: str, actor: str, *, version: int | None = None
) -> None:
    """The applicant cannot be found: the request came back so often that the case may end. Raises CannotSupplement."""
    application, request = locked(session, request_id)
    _must_be(request, SupplementState.ASKED, version)
    _must_go_on(application)
    times = came_back(session, request)
    if times < rules().returned_ends:
        raise CannotSupplement(
            f"보완 요구가 {rules().returned_ends}회 반송되어야 취하로 보아 종결할 수 있습니다(지금 {times}회)."
        )
    _must_not_be_decided(session, application)
    end(session, application, request, SupplementState.GIVEN_UP, actor, reason=NOT_REACHED)
    step(session, request, "withdrawal", actor, reason=reason)


def spare(session: Session, request_id: int, reason: str, actor: str, *, version: int | None = None) -> None:
    """The papers need not be handed in (the fact is known otherwise). Raises CannotSupplement."""
    application, request = locked(session, request_id)
    _must_be(request, (SupplementState.DRAFT, SupplementState.ASKED), version)
    _must_not_be_returned(session, request)
    request.missing = outstanding(request.missing, present_types(session, application.id))
    end(session, application, request, SupplementState.WITHDRAWN, actor, reason=NOT_NEEDED)
    step(session, request, "spared", actor, reason=reason)


def _asked_days(session: Session, request: SupplementRequest) -> list[date]:
    """The days on which the first and, if there was one, the second request left."""
    second = [left_on(session, n) for n in notices_of(session, request, (SECOND_REQUEST,))]
    days = [request.asked_on, next((day for day in reversed(second) if day), None)]
    return [day for day in days if day]


def _must_be(
    request: SupplementRequest,
    states: SupplementState | tuple[SupplementState, ...],
    version: int | None,
) -> None:
    among = states if isinstance(states, tuple) else (states,)
    if request.state not in among:
        raise CannotSupplement("그 사이 보완 요청의 상태가 바뀌었습니다. 화면을 새로 고쳐 확인해 주십시오.")
    if version is not None and request.version != version:
        raise CannotSupplement("그 사이 보완 요청의 내용이 바뀌었습니다. 화면을 새로 고쳐 확인해 주십시오.")


def _must_go_on(application: Application) -> None:
    if application.status != IS_OPEN:
        raise CannotSupplement("행정시스템에서 이미 끝난 신청입니다.")


def _must_be_late(request: SupplementRequest) -> None:
    if request.asked_on is None or request.due_on is None:
        raise CannotSupplement("보완 요청서가 아직 발송되지 않았습니다.")
    if today() <= request.due_on:
        raise CannotSupplement(f"보완 기한({request.due_on:%Y-%m-%d})이 지나지 않았습니다.")


def _must_not_be_returned(session: Session, request: SupplementRequest) -> None:
    if return_under_way(session, request) is not None:
        raise CannotSupplement("반려 통지가 진행 중입니다. 먼저 반려를 회수하십시오.")


def _must_not_be_decided(session: Session, application: Application) -> None:
    query = select(Notice.id).where(
        Notice.application_id == application.id,
        col(Notice.kind).startswith("decision"),
        Notice.state != NoticeState.CANCELLED,
    )
    if session.exec(query).first() is not None:
        raise CannotSupplement("결정 통지가 진행 중이거나 나간 신청은 취하할 수 없습니다.")
