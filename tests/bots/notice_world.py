"""Letters of a center in every state, made by hand: cases, notices, dispatches with their events, batches, approvals.

    people = officials(session)
    one = case(session, 1)
    letter = notice(session, one, "sent", kind="supplement")
    sent = dispatch(session, letter, "registered", "sent")

`every_state` makes one or more of each; `many` fills the tables with hundreds of thousands of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import Session, col, select

from config import review_reasons
from queues import accounts, crypto, dispatches, files, notices, reviews
from queues.models import (
    Account,
    Application,
    Approval,
    ApprovalState,
    Dispatch,
    DispatchState,
    Notice,
    NoticeState,
    Person,
    PostBatch,
    PostBatchState,
    ReviewTask,
    Role,
    WorkItem,
    WorkState,
)
from tests.bots.papers import text_pdf

PASSWORD = "a-long-enough-password"
NAMES = ("홍길동", "김서연", "이민준", "박지호", "최하은", "정도윤", "강서준", "조예은", "윤지우", "장시우")
PRICES = {"registered": 2430, "post": 520, "sms": 9, "lms": 27, "alimtalk": 7, "electronic": 100, "email": 0}
REGISTERED_NO = "61234567890{:02d}"
CONTENT = "c" * 64


@dataclass(frozen=True)
class Officials:
    """Who has to do with letters: one who drafts, one who checks, one who decides."""

    drafter: Account
    checker: Account
    decider: Account


@dataclass
class Filled:
    """Ids of what `every_state` made."""

    officials: Officials
    by_state: dict[str, int] = field(default_factory=dict)
    tasks: dict[str, int] = field(default_factory=dict)
    batch: int = 0


def officials(session: Session) -> Officials:
    """Accounts of a staff member and two supervisors; those there already are taken again."""
    return Officials(
        _account(session, "staff", Role.STAFF, "이담당"),
        _account(session, "super", Role.SUPERVISOR, "박팀장"),
        _account(session, "head", Role.SUPERVISOR, "한소장"),
    )


def case(session: Session, number: int, program: str = "ub_application") -> Application:
    """A case of a person who has an address, a telephone and an e-mail address."""
    code = {"ub_application": "UB", "nes_application": "NE", "vtc_application": "VT"}.get(program, "UB")
    person = Person(
        source_key=f"NW{number}",
        name=NAMES[number % len(NAMES)],
        birth_date=date(1990, 1 + number % 12, 1 + number % 28),
        phone=f"010-2345-{number % 10000:04d}",
        postcode="44543",
        address=f"울산광역시 중구 종가로 {number % 400 + 1}, 101동 {number % 20 + 1}02호",
        email=f"person{number}@example.kr",
        rrn_enc=crypto.seal(f"900101-2{number % 1000000:06d}"),
    )
    session.add(person)
    session.flush()
    application = Application(
        receipt_no=f"2026-{code}-{5000000 + number:07d}",
        program=program,
        person_id=person.id,
        bank="우리은행",
        account_enc=crypto.seal("1002-123-456789"),
        received_on=date(2026, 11, 2),
        due_on=date(2026, 11, 30),
        due_base_on=date(2026, 11, 30),
    )
    session.add(application)
    session.flush()
    return application


def letter_pdf(title: str, name: str, lines: Sequence[str] = ()) -> bytes:
    """A letter of two pages with a text layer."""
    head = [title, f"수신  {name} 귀하", "", *lines]
    body = [f"{n}. 제출하신 신청서를 검토한 결과를 알려 드립니다." for n in range(1, 12)]
    return text_pdf([[*head, *body], ["붙임", "제출할 서류 목록 1부.  끝."]])


def notice(
    session: Session,
    application: Application,
    state: str = NoticeState.READY.value,
    *,
    kind: str = "supplement",
    official: bool = False,
    reason: str = "",
    key: str = "",
    days_ago: float = 0.0,
) -> Notice:
    """A notice as it stands in `state`, with its letter from "approval" on. No work is left behind for it."""
    made = notices.announce(
        session,
        kind,
        application,
        key or f"{kind}:{application.id}:{uuid4().hex[:8]}",
        {"missing": ["bankbook_copy"], "note": "통장사본을 제출하여 주시기 바랍니다."},
        due_on=date(2026, 12, 7) if kind == "supplement" else None,
        reply_days=90 if official else None,
    )
    asked = session.exec(select(WorkItem).where(WorkItem.reference == f"notice:{made.id}")).all()
    for item in asked:
        item.state = WorkState.DONE.value
    made.official = official
    person = session.get_one(Person, application.person_id)
    if state not in (NoticeState.DRAFT, NoticeState.CANCELLED) and reason != "notice_value_missing":
        made.letter_sha256 = files.put(
            letter_pdf("통 지 서", person.name, [f"접수번호 {application.receipt_no}"])
        )
        made.pages, made.sheets, made.template_sha256, made.content_sha256 = 2, 1, "t" * 64, CONTENT
    final = bool(made.letter_sha256) and state not in ("approval", "approved")
    agreed = official and state not in ("draft", "approval", "cancelled") and bool(made.letter_sha256)
    if agreed:
        session.add(made)
        session.flush()
        approval_line(session, made, officials(session), approved=3)
        made.approved_at = datetime.now(UTC) - timedelta(days=days_ago)
        if state != NoticeState.APPROVED:
            made.document_no, made.effective_on = f"울산고용센터-{20000 + made.id}", date.today()
    notices.move(session, made, NoticeState(state), "bot", reason=reason)
    if state == NoticeState.SERVED:
        made.served_on, made.served_how, made.runs_until = date(2026, 11, 20), "registered", date(2027, 2, 18)
    made.created_at = datetime.now(UTC) - timedelta(days=days_ago)
    made.ready_at = made.created_at if final else None
    session.add(made)
    session.flush()
    return made


def dispatch(
    session: Session,
    letter: Notice,
    channel: str = "registered",
    state: str = DispatchState.SENT.value,
    *,
    code: str = "",
    days_ago: float = 0.0,
) -> Dispatch:
    """An attempt, led through the states before `state`; what it says of the notice is the caller's to set."""
    application = session.get_one(Application, letter.application_id)
    person = session.get_one(Person, application.person_id)
    stands, why = letter.state, letter.reason
    to = {
        "name": person.name, "postcode": person.postcode, "address": person.address,
        "phone": person.phone, "email": person.email,
    }  # fmt: skip
    wanted = {
        "registered": ("name", "postcode", "address"), "post": ("name", "postcode", "address"),
        "sms": ("name", "phone"), "lms": ("name", "phone"), "alimtalk": ("name", "phone"),
        "email": ("name", "email"),
    }.get(channel, ("name",))  # fmt: skip
    made = dispatches.plan(session, letter, channel, {k: to[k] for k in wanted})
    letter.state, letter.reason = stands, why
    session.add(letter)
    made.price_won, made.envelope = (
        PRICES.get(channel, 0),
        "small" if channel in ("registered", "post") else "",
    )
    began = datetime.now(UTC) - timedelta(days=days_ago)
    path = _path(state)
    for step, name in enumerate(path):
        last = step == len(path) - 1
        at = began + timedelta(hours=2 * step)
        if name == DispatchState.SENT:
            made.registered_no = REGISTERED_NO.format(made.id % 100) if channel == "registered" else ""
            made.provider_no = "" if channel == "registered" else f"G{made.id:08d}"
        proof = files.put(f"proof {made.key} {name}".encode()) if name in ("sent", "delivered") else ""
        detail = {"place": "울산중부우체국"} if name in ("delivered", "returned") else {}
        dispatches.move(
            session, made, DispatchState(name), code=code if last else "", detail=detail, sha256=proof, happened_at=at
        )  # fmt: skip
    made.created_at = began
    session.add(made)
    session.flush()
    return made


def batch(
    session: Session,
    members: Sequence[Dispatch],
    state: str = PostBatchState.PAID.value,
    service: str = "registered",
) -> PostBatch:
    """One upload to the post with these dispatches."""
    price = sum(d.price_won for d in members)
    made = PostBatch(
        key=uuid4().hex, service=service, state=state, letters=len(members), expected_won=price,
        sheets=sum(d.sheets for d in members),
    )  # fmt: skip
    if state == PostBatchState.PAID:
        made.site_no, made.price_won, made.paid_at = f"EP{uuid4().int % 10**8:08d}", price, datetime.now(UTC)
        made.receipt_sha256 = files.put(f"receipt {made.key}".encode())
        made.cancel_until = made.paid_at + timedelta(hours=1)
    session.add(made)
    session.flush()
    for position, one in enumerate(members, 1):
        one.batch_id, one.position = made.id, position
        session.add(one)
    session.flush()
    return made


def approval_line(
    session: Session, letter: Notice, people: Officials, *, approved: int = 1
) -> list[Approval]:
    """기안, 검토, 전결; the first `approved` have agreed, the next one is asked."""
    made = []
    steps = (("draft", people.drafter), ("check", people.checker), ("final", people.decider))
    for number, (duty, who) in enumerate(steps, 1):
        state = ApprovalState.APPROVED if number <= approved else ApprovalState.WAITING
        if number == approved + 1:
            state = ApprovalState.ASKED
        step = Approval(
            subject=f"notice:{letter.id}", notice_id=letter.id, step=number, duty=duty, account_id=who.id, role=who.role,
            state=state.value, content_sha256=letter.content_sha256,
        )  # fmt: skip
        if number <= approved:
            step.decided_by, step.decided_at = who.id, datetime.now(UTC)
        session.add(step)
        made.append(step)
    session.flush()
    return made


def question(
    session: Session,
    letter: Notice,
    kind: str,
    sent: Dispatch | None = None,
    proposed: dict[str, object] | None = None,
) -> ReviewTask:
    """A question about a notice: "notice_returned", "notice_unknown", "notice_failed", "notice_address", ..."""
    evidence: dict[str, object] = {"notice_id": letter.id, "proposed": proposed or {}}
    if sent is not None:
        evidence["dispatch_id"] = sent.id
    return reviews.open_task(
        session, kind=kind, reason=kind, question=review_reasons.question(kind),
        application_id=letter.application_id, notice_id=letter.id, evidence=evidence,
        due_at=datetime.now(UTC) + timedelta(hours=8),
    )  # fmt: skip


def every_state(session: Session) -> Filled:
    """At least one notice in each state, with what belongs to it. `Filled.by_state` has the last id of each."""
    made = Filled(officials(session))
    number = iter(range(1, 1000))

    def letter(state: str, **more: object) -> Notice:
        one = notice(session, case(session, next(number)), state, **more)  # type: ignore[arg-type]
        made.by_state[state] = one.id
        return one

    letter("draft", kind="receipt", days_ago=0.1)
    for _ in range(3):
        asked = letter("approval", kind="decision_refused", official=True, days_ago=1)
        approval_line(session, asked, made.officials)
    letter("approved", kind="decision_granted", official=True, days_ago=0.5)
    letter("ready", kind="supplement", days_ago=0.3)
    dispatch(session, letter("sending", kind="supplement", days_ago=0.2), "registered", "planned")
    sent = [letter("sent", kind="decision_refused", official=True, days_ago=d) for d in (3, 2, 1)]
    out = [dispatch(session, one, "registered", "sent", days_ago=1) for one in sent]
    made.batch = batch(session, out).id
    dispatch(session, letter("sent", kind="appointment", days_ago=1), "sms", "sent", days_ago=1)
    dispatch(session, letter("served", kind="supplement", days_ago=6), "registered", "delivered", days_ago=5)
    back = letter("returned", kind="supplement", reason="post_absent", days_ago=9)
    home = dispatch(session, back, "registered", "returned", code="post_absent", days_ago=8)
    made.tasks["notice_returned"] = question(
        session, back, "notice_returned", home, {"channel": "email", "reasons": []}
    ).id
    doubt = letter("review", kind="supplement", reason="notice_unknown", days_ago=0.4)
    lost = dispatch(session, doubt, "registered", "unknown", code="post_no_receipt")
    made.tasks["notice_unknown"] = question(session, doubt, "notice_unknown", lost).id
    wrong = letter("review", kind="decision_refused", official=True, reason="notice_address", days_ago=0.6)
    made.tasks["notice_address"] = question(
        session, wrong, "notice_address", None, {"channel": "registered", "reasons": ["no_unit"]}
    ).id
    bare = letter("review", kind="payment", reason="notice_value_missing", days_ago=0.7)
    made.tasks["notice_value_missing"] = question(session, bare, "notice_value_missing").id
    failed = letter("review", kind="appointment", reason="notice_failed", days_ago=0.1)
    refused = dispatch(session, failed, "email", "failed", code="smtp_refused")
    made.tasks["notice_failed"] = question(session, failed, "notice_failed", refused, {"channel": "sms"}).id
    letter("cancelled", kind="reminder", days_ago=4)
    session.flush()
    return made


def many(session: Session, count: int) -> None:
    """`count` notices of one case over the last year, nine of ten served, each with a dispatch and two events."""
    one = case(session, 777)
    session.execute(
        text(
            """
            INSERT INTO notice (key, kind, application_id, program, state, reason, official, created_at, sent_at,
                                content_sha256, letter_sha256, pages, sheets, served_on, made_by)
            SELECT 'many:' || n, (ARRAY['supplement','decision_granted','payment','appointment','receipt'])[1 + n % 5],
                   :case, (ARRAY['ub_application','nes_application','vtc_application'])[1 + n % 3],
                   CASE WHEN n % 10 < 9 THEN 'served' ELSE
                     (ARRAY['sent','sending','ready','returned','review','approval','draft'])[1 + (n / 10) % 7] END,
                   CASE WHEN n % 10 < 9 THEN '' ELSE 'post_absent' END, n % 5 = 1,
                   now() - n * interval '365 days' / :count, now() - n * interval '365 days' / :count,
                   repeat('c', 64), repeat('a', 64), 2, 1, CASE WHEN n % 10 < 9 THEN current_date END, 'bot'
            FROM generate_series(1, :count) n
            """
        ),
        {"case": one.id, "count": count},
    )
    session.execute(
        text(
            """
            INSERT INTO dispatch (notice_id, number, channel, key, state, price_won, sent_at, created_at, registered_no)
            SELECT id, 1, (ARRAY['registered','registered','post','sms','email','alimtalk'])[1 + id % 6], 'd' || key,
                   CASE state WHEN 'served' THEN 'delivered' WHEN 'returned' THEN 'returned'
                              WHEN 'sending' THEN 'planned' WHEN 'review' THEN 'failed' ELSE 'sent' END,
                   (ARRAY[2430,2430,520,9,0,7])[1 + id % 6], created_at, created_at,
                   CASE WHEN id % 6 < 2 THEN lpad(id::text, 13, '6') ELSE '' END
            FROM notice WHERE key LIKE 'many:%' AND state NOT IN ('draft', 'approval', 'ready')
            """
        )
    )
    session.execute(
        text(
            """
            INSERT INTO approval (subject, notice_id, round, step, duty, role, state, content_sha256, decided_by, decided_at)
            SELECT 'notice:' || n.id, n.id, 1, s, CASE s WHEN 1 THEN 'draft' ELSE 'final' END, 'supervisor',
                   CASE WHEN s = 2 AND n.state = 'approval' THEN 'asked' ELSE 'approved' END, repeat('c', 64),
                   CASE WHEN s = 1 OR n.state <> 'approval' THEN s END, n.created_at
            FROM notice n, generate_series(1, 2) s
            WHERE n.key LIKE 'many:%' AND (n.official OR n.state = 'approval') AND n.state <> 'draft'
            ORDER BY n.id, s
            """
        )
    )
    session.execute(
        text(
            "INSERT INTO dispatch_event (dispatch_id, state) "
            "SELECT d.id, e FROM dispatch d, unnest(ARRAY['planned', d.state]) e WHERE d.key LIKE 'dmany:%'"
        )
    )
    session.commit()
    session.execute(text("ANALYZE notice, dispatch, dispatch_event, approval"))
    session.commit()


def _path(state: str) -> list[str]:
    """The states that a dispatch passes on its way to `state`."""
    before = {
        "planned": [], "leaving": [], "sent": ["leaving"], "delivered": ["leaving", "sent"],
        "returned": ["leaving", "sent"], "failed": ["leaving"], "unknown": ["leaving"], "cancelled": [],
    }  # fmt: skip
    return [*before[state], *([] if state == "planned" else [state])]


def _account(session: Session, username: str, role: Role, shown: str) -> Account:
    found = session.exec(select(Account).where(col(Account.username) == username)).one_or_none()
    return found or accounts.create(session, username, PASSWORD, role=role, display_name=shown)
