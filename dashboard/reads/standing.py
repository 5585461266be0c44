"""How deliveries stand, in words that a caller may be told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func
from sqlmodel import Session, col, select

from dashboard.parts.times import now
from dashboard.reads.review_desk import attached_to
from queues.models import (
    Account,
    Delivery,
    DeliveryState,
    Document,
    DocumentState,
    Officer,
    OutwardState,
    Page,
    PageState,
    ReviewState,
    ReviewTask,
    Transfer,
)

_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)
_NUMBERS_SHOWN = 2
_ON_THE_WAY = {
    DeliveryState.TAKEN: ("접수되어 판독을 기다리는 중", "wait"),
    DeliveryState.READING: ("접수되어 판독 중", "busy"),
    DeliveryState.READ: ("판독이 끝나 어느 신청의 서류인지 찾는 중", "busy"),
    DeliveryState.LINKED: ("판독이 끝나 어느 신청의 서류인지 찾는 중", "busy"),
    DeliveryState.REJECTED: ("반려됨", "bad"),
}


@dataclass(frozen=True)
class Standing:
    """`text` may be told to a caller; `task` is the open review to go to, None for none."""

    text: str
    tone: str
    task: int | None = None


@dataclass
class _Around:
    """What there is around one delivery."""

    documents: list[Document] = field(default_factory=list)
    tasks: list[tuple[ReviewTask, str, str]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    centers: list[str] = field(default_factory=list)
    letters: int = 0
    pages_read: int = 0


def standings(session: Session, deliveries: Sequence[Delivery]) -> dict[int, Standing]:
    """By id of the delivery; a handful of queries for all of them together."""
    around = _look_around(session, [d.id for d in deliveries])
    found = {d.id: _standing(d, around[d.id]) for d in deliveries}
    repeats = {d.id: d.duplicate_of for d in deliveries if d.duplicate_of is not None}
    if repeats:
        earlier = session.exec(select(Delivery).where(col(Delivery.id).in_(set(repeats.values())))).all()
        first = _look_around(session, [d.id for d in earlier])
        told = {d.id: _standing(d, first[d.id], once=True).text for d in earlier}
        for repeat, original in repeats.items():
            text = f"배달 {original}번과 같은 서류로 이미 접수됨 ({told.get(original, '확인 필요')})"
            found[repeat] = Standing(text, "wait", found[repeat].task)
    return found


def _look_around(session: Session, ids: Sequence[int]) -> defaultdict[int, _Around]:
    around: defaultdict[int, _Around] = defaultdict(_Around)
    if not ids:
        return around
    documents = select(Document).where(col(Document.delivery_id).in_(ids)).order_by(col(Document.position))
    for document in session.exec(documents):
        if document.state != DocumentState.SUPERSEDED:
            around[document.delivery_id].documents.append(document)
    owner = {d.id: d.delivery_id for a in around.values() for d in a.documents}
    for document_id, numbers in attached_to(session, list(owner)).items():
        own = around[owner[document_id]].numbers
        own += [n for n in numbers if n not in own]
    for task, officer, holder in session.exec(_tasks(ids)):
        around[task.delivery_id or 0].tasks.append((task, officer or "", _name(holder)))
    passed_on = select(Transfer.document_id, Transfer.center).where(
        col(Transfer.document_id).in_(list(owner)), Transfer.state != OutwardState.UNDONE
    )
    for document_id, center in session.exec(passed_on):
        around[owner[document_id]].centers.append(center)
    letters = select(Delivery.batch_id, func.count()).where(col(Delivery.batch_id).in_(ids))
    for batch_id, count in session.exec(letters.group_by(col(Delivery.batch_id))):
        around[batch_id or 0].letters = count
    read = select(Page.delivery_id, func.count()).where(
        col(Page.delivery_id).in_(ids), Page.state != PageState.WAITING
    )
    for delivery_id, count in session.exec(read.group_by(col(Page.delivery_id))):
        around[delivery_id].pages_read = count
    return around


def _tasks(ids: Iterable[int]):  # type: ignore[no-untyped-def]
    return (
        select(ReviewTask, Officer.name, Account)
        .outerjoin(Officer, col(ReviewTask.officer_id) == col(Officer.id))
        .outerjoin(Account, col(ReviewTask.claimed_by) == col(Account.id))
        .where(col(ReviewTask.delivery_id).in_(ids), col(ReviewTask.state).in_(_OPEN))
        .order_by(col(ReviewTask.due_at), col(ReviewTask.id))
    )


def _name(account: Account | None) -> str:
    return (account.display_name or account.username) if account else ""


def _standing(delivery: Delivery, around: _Around, *, once: bool = False) -> Standing:
    task = around.tasks[0][0].id if around.tasks else None
    if delivery.duplicate_of is not None and once:
        return Standing(f"배달 {delivery.duplicate_of}번과 같은 서류", "wait", task)
    if delivery.state in _ON_THE_WAY:
        text, tone = _ON_THE_WAY[DeliveryState(delivery.state)]
        share = f" ({around.pages_read}/{delivery.page_count}쪽)" if delivery.page_count > 1 else ""
        return Standing(text + (share if delivery.state == DeliveryState.READING else ""), tone, task)
    if delivery.state == DeliveryState.SPLIT:
        return Standing(f"묶음으로 받아 우편물 {around.letters}통으로 나누어 접수됨", "good", task)
    return _in_review(delivery, around) if around.tasks else _settled(around)


def _in_review(delivery: Delivery, around: _Around) -> Standing:
    task, officer, holder = around.tasks[0]
    states = {d.state for d in around.documents}
    if not around.documents:
        what = "읽을 수 없어 확인 대기" if delivery.problem else "확인 대기"
    elif DocumentState.WAITING_CASE in states and DocumentState.REVIEW not in states:
        what = "신청이 아직 등록되지 않아 기다리는 중"
    else:
        what = "검토 대기"
    claimed = task.state == ReviewState.CLAIMED and task.claimed_until and task.claimed_until > now()
    free = f"담당 {officer}" if officer else "담당 미정"
    who = f"{holder} 님이 보는 중" if claimed and holder else free
    linked = f"{_numbers(around)}에 연결됨 · " if around.numbers else ""
    return Standing(f"{linked}{what}: {who}", "warn", task.id)


def _settled(around: _Around) -> Standing:
    states = Counter(d.state for d in around.documents)
    parts = [f"{_numbers(around)}에 연결됨"] if around.numbers else []
    if states[DocumentState.TRANSFERRED]:
        parts.append(f"{', '.join(dict.fromkeys(around.centers)) or '다른 센터'}(으)로 이송됨")
    if states[DocumentState.REJECTED]:
        rejected = states[DocumentState.REJECTED]
        parts.append(f"문서 {rejected}건 반려됨" if parts else "반려됨")
    if states[DocumentState.WAITING_CASE]:
        parts.append("신청이 아직 등록되지 않아 기다리는 중")
    if parts:
        return Standing(" · ".join(parts), "good" if around.numbers else "wait")
    return Standing("처리가 끝남 (연결할 서류가 없어 보관만 함)", "wait")


def _numbers(around: _Around) -> str:
    shown = ", ".join(around.numbers[:_NUMBERS_SHOWN])
    more = len(around.numbers) - _NUMBERS_SHOWN
    return f"{shown} 외 {more}건" if more > 0 else shown
