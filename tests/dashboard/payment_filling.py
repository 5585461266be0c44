"""A center that pays: budget, treasury officers, orders and batches in every state, questions, days at the bank.

    filled = every_state(session)

All is led there the way the record demands: payments are drafts in a draft batch, events drive them, a batch runs
with the whole line behind it. `many` fills the tables with hundreds of thousands of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

from sqlalchemy import text
from sqlmodel import Session, col, select

from config import review_reasons
from config.banks import bank_named
from queues import accounts, crypto, outliers, payments, reviews
from queues.days import today
from queues.models import (
    Account,
    Application,
    Appointment,
    Approval,
    ApprovalState,
    BankDay,
    BudgetEntry,
    BudgetItem,
    Decision,
    Difference,
    FundReturn,
    OrderState,
    Payment,
    PaymentBatch,
    PaymentBatchState,
    PaymentOrder,
    PaymentState,
    Person,
    ReviewTask,
    Role,
    StatementLine,
)
from tests.bots import notice_world
from tests.dashboard.payment_messages import FAILURE, FOUND, INQUIRY, TRANSFER, said

PASSWORD = notice_world.PASSWORD
FUND, OTHER_FUND = "employment_insurance", "general"
YEAR = 2026
BANKS = ("004", "088", "020", "081", "011", "090")
PROGRAMS = {"ub_application": (1_848_000, "UB"), "nes_application": (600_000, "NE")}
ENDS = ("settled", "returned", "rejected", "cancelled")

_PATHS: dict[str, tuple[str, ...]] = {
    "draft": (),
    "held": ("held",),
    "name_checked": ("name_checked",),
    "cancelled": ("held", "cancelled"),
    "approved": ("name_checked", "approved"),
    "sending": ("name_checked", "approved", "sending"),
    "accepted": ("name_checked", "approved", "sending", "accepted"),
    "rejected": ("name_checked", "approved", "sending", "rejected"),
    "unknown": ("name_checked", "approved", "sending", "unknown"),
    "settled": ("name_checked", "approved", "sending", "accepted", "settled"),
    "returned": ("name_checked", "approved", "sending", "accepted", "returned"),
}
_REASONS = {
    "held": "name_differs",
    "rejected": "SB02",
    "unknown": "VTIM",
    "returned": "failure_notice",
}


@dataclass(frozen=True)
class Treasury:
    """Who has to do with payments."""

    maker: Account
    commitment: Account
    order: Account
    cashier: Account
    head: Account


@dataclass
class Filled:
    """Ids: batches by state, one payment by state, orders by state, questions by kind."""

    people: Treasury
    batches: dict[str, int] = field(default_factory=dict)
    payments: dict[str, int] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    tasks: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)


_number = count(1)


def treasury(session: Session) -> Treasury:
    """The officers with their appointments for both funds; those there already are taken again."""
    made = Treasury(
        _account(session, "staff", Role.STAFF, "이담당"),
        _account(session, "finance", Role.SUPERVISOR, "정재무"),
        _account(session, "payer", Role.SUPERVISOR, "한지출"),
        _account(session, "cashier", Role.STAFF, "조출납"),
        _account(session, "super", Role.SUPERVISOR, "박팀장"),
    )
    for duty, who in (("commitment", made.commitment), ("order", made.order), ("cashier", made.cashier)):
        for fund in (FUND, OTHER_FUND):
            session.add(
                Appointment(
                    account_id=who.id,
                    duty=duty,
                    fund=fund,
                    from_on=date(YEAR, 1, 1),
                    document_no="인사-2026-12",
                    made_by=f"account:{made.head.id}",
                )
            )
    session.flush()
    return made


def item(session: Session, program: str = "ub_application", allotted: int = 900_000_000) -> BudgetItem:
    """An item of the year's budget with its allotment."""
    fund = FUND if program == "ub_application" else OTHER_FUND
    code = "2300-2331-301-320-01" if fund == FUND else "2300-2332-303-320-01"
    found = session.exec(
        select(BudgetItem).where(BudgetItem.fiscal_year == YEAR, BudgetItem.code == code)
    ).one_or_none()
    if found is not None:
        return found
    title = "고용안전망 > 실업급여 > 구직급여" if fund == FUND else "고용안전망 > 취업지원 > 국민취업지원제도"
    made = BudgetItem(fiscal_year=YEAR, fund=fund, code=code, title=f"{title} > 민간이전 > 민간경상보조")
    session.add(made)
    session.flush()
    book(session, made, "allotment", allotted, f"item:{made.id}:allot:1", reason="1분기 배정")
    return made


def book(
    session: Session,
    of: BudgetItem,
    kind: str,
    amount: int,
    key: str,
    *,
    order_id: int | None = None,
    payment_id: int | None = None,
    reason: str = "",
) -> None:
    session.add(
        BudgetEntry(
            item_id=of.id,
            kind=kind,
            key=key,
            amount_won=amount,
            order_id=order_id,
            payment_id=payment_id,
            on=today(),
            reason=reason,
            actor="account:1",
        )
    )


def _account_number(bank: str, n: int) -> str:
    """As many digits as accounts of that bank have."""
    known = bank_named(bank)
    assert known is not None
    many = max(known.digits)
    return f"1002{n * 7919:0{many - 4}d}"


def order(
    session: Session,
    state: str = "ready",
    *,
    program: str = "ub_application",
    amount: int = 0,
    reason: str = "",
    application: Application | None = None,
    account: str = "",
    claim_no: int = 1,
) -> PaymentOrder:
    """A decision and its order."""
    n = next(_number)
    case = application or notice_world.case(session, 6000 + n, program)
    amount = amount or PROGRAMS[program][0] // 10 * 10 - (n % 7) * 12_340
    decision = Decision(
        key=f"event:E-{n}",
        application_id=case.id,
        program=program,
        person_id=case.person_id,
        outcome="granted",
        claim_no=claim_no,
        period_from=date(YEAR, 10, 1),
        period_until=date(YEAR, 10, 28),
        amount_won=amount + 4,
        decided_on=today() - timedelta(days=3),
        decided_by="officer:울산-1024",
        legal_ground="고용보험법 제46조" if program == "ub_application" else "구직자취업촉진법 제18조",
        document_no=f"울산고용센터-{31000 + n}",
    )
    session.add(decision)
    session.flush()
    of = item(session, program)
    bank = BANKS[0] if account else BANKS[n % len(BANKS)]
    digits = account or _account_number(bank, n)
    person = session.get_one(Person, case.person_id)
    made = PaymentOrder(
        key=f"decision:{decision.id}:1",
        decision_id=decision.id,
        application_id=case.id,
        program=program,
        person_id=case.person_id,
        claim_no=claim_no,
        period_from=decision.period_from,
        period_until=decision.period_until,
        decided_won=amount + 4,
        amount_won=amount,
        deductions=[],
        fund=of.fund,
        fiscal_year=YEAR,
        budget_item_id=of.id,
        legal_ground=decision.legal_ground,
        payee_enc=crypto.seal(person.name),
        bank_code=bank,
        account_enc=crypto.seal(digits),
        account_index=crypto.blind_index("account", digits),
        state=state,
        reason=reason,
        content_sha256=f"{n:064x}",
    )
    session.add(made)
    session.flush()
    return made


def batch(
    session: Session,
    people: Treasury,
    state: str,
    ends: Sequence[str],
    *,
    program: str = "ub_application",
    title: str = "",
    days_ago: int = 0,
    approved: int = 0,
    channel: str = "firm",
    odd: bool = False,
) -> PaymentBatch:
    """A batch led to `state`, its payments to `ends`. `approved`: how many of the line agreed, in "approval".

    odd  two of its payees have the same account, a third is paid four times as much as the others
    """
    on = today() - timedelta(days=days_ago)
    n = next(_number)
    of = item(session, program)
    made = PaymentBatch(
        key=f"B{on:%Y%m%d}-{n:010X}",
        title=title or "10월분 구직급여",
        fund=of.fund,
        fiscal_year=YEAR,
        channel=channel,
        pay_on=on,
        made_by=people.maker.id,
    )
    session.add(made)
    session.flush()
    members = [_member(session, made, position, program, odd=odd) for position, _ in enumerate(ends, 1)]
    session.flush()
    outliers.mark(session, made.id)
    made.payments, made.total_won = len(members), sum(p.amount_won for p in members)
    session.flush()
    for one in members:
        book(
            session, of, "commitment", one.amount_won, f"order:{one.order_id}:commit:1", order_id=one.order_id
        )
    _lead(session, people, made, members, ends, state, approved)
    _settle(session, of, members)
    return made


def _member(session: Session, made: PaymentBatch, position: int, program: str, *, odd: bool) -> Payment:
    account = "110234567890" if odd and position in (4, 9) else ""
    owed = order(session, program=program, account=account, amount=7_392_000 if odd and position == 7 else 0)
    owed.number, owed.state = f"{YEAR}-고보-{owed.id:07d}", OrderState.BATCHED.value
    one = Payment(
        order_id=owed.id,
        batch_id=made.id,
        position=position,
        amount_won=owed.amount_won,
        bank_code=owed.bank_code,
        account_enc=owed.account_enc,
        account_index=owed.account_index,
        holder_enc=owed.payee_enc,
        statement_text="울산고용센터",
        end_to_end=f"E2E{made.id:06d}{position:06d}",
    )
    session.add(one)
    return one


def _lead(
    session: Session,
    people: Treasury,
    made: PaymentBatch,
    members: Sequence[Payment],
    ends: Sequence[str],
    state: str,
    approved: int,
) -> None:
    final = {one.id: end for one, end in zip(members, ends, strict=True)}

    def go_on(*states: str) -> None:
        for name in states:
            _events(session, made, [m for m in members if name in _PATHS[final[m.id]]], name, final)

    if state in ("draft", "cancelled"):
        _stand(session, made, state)
        return
    _stand(session, made, "checking")
    go_on("name_checked", "held", "cancelled")
    if state == "checking":
        return
    _stand(session, made, "checked")
    if state == "checked":
        return
    made.payments = len([end for end in ends if end not in ("held", "cancelled")])
    made.total_won = sum(m.amount_won for m in members if m.state == PaymentState.NAME_CHECKED)
    made.content_sha256 = session.execute(text(f"SELECT payment_batch_content({made.id})")).scalar_one()
    _stand(session, made, "approval")
    line(session, people, made, approved=approved if state == "approval" else 4)
    if state == "approval":
        return
    made.approved_at = datetime.now(UTC)
    _stand(session, made, "approved")
    go_on("approved")
    if state == "approved":
        return
    made.run_no, made.started_at = 1, datetime.now(UTC) - timedelta(minutes=12)
    _stand(session, made, "running")
    go_on("sending", "accepted", "rejected", "unknown", "settled", "returned")
    if state != "running":
        made.ended_at = datetime.now(UTC) if state in ("done", "closed") else None
        made.pause_asked = state in ("paused", "stopped")
        for name in ("done", "closed") if state == "closed" else (state,):
            _stand(session, made, name)


def line(session: Session, people: Treasury, made: PaymentBatch, *, approved: int) -> list[Approval]:
    """기안, 재무관, 지출관, 출납공무원; the first `approved` have agreed, the next one is asked."""
    steps = (
        ("draft", people.maker),
        ("commitment", people.commitment),
        ("order", people.order),
        ("cashier", people.cashier),
    )
    rows = [
        Approval(
            subject=f"payment_batch:{made.id}",
            step=number,
            duty=duty,
            state="asked" if number == 1 else "waiting",
            content_sha256=made.content_sha256,
        )
        for number, (duty, _) in enumerate(steps, 1)
    ]
    session.add_all(rows)
    session.flush()
    for step, (_, who) in list(zip(rows, steps, strict=True))[: max(1, approved)]:
        step.state = ApprovalState.ASKED.value
        session.flush()
        step.state, step.decided_by, step.decided_at = ApprovalState.APPROVED.value, who.id, datetime.now(UTC)
        session.flush()
    following = next((step for step in rows if step.state == ApprovalState.WAITING), None)
    if following is not None:
        following.state = ApprovalState.ASKED.value
    session.flush()
    return rows


def _stand(session: Session, made: PaymentBatch, state: str) -> None:
    made.state = PaymentBatchState(state).value
    session.add(made)
    session.flush()


def _events(
    session: Session, made: PaymentBatch, members: Sequence[Payment], state: str, final: dict[int, str]
) -> None:
    """The same event of each, with the message that it rests on."""
    spoken = {one.id: _message(session, made, one, state) for one in members}
    session.flush()
    happened = [
        payments.Happened(
            one.id,
            one.seq,
            PaymentState(state),
            _REASONS.get(state, "") if state == final[one.id] else "",
            spoken[one.id],
        )
        for one in members
    ]
    payments.note_all(session, happened, "bot")
    for one in members:
        session.refresh(one, ["state", "seq", "reason"])


def _message(session: Session, made: PaymentBatch, one: Payment, state: str) -> int | None:
    session.add(one)
    holder = crypto.open_(one.holder_enc or b"")
    if state == "settled":
        one.settled_on = made.pay_on
    elif state == "unknown":
        one.next_look_at, one.looks = datetime.now(UTC) + timedelta(minutes=4), 1
    elif state in ("name_checked", "held"):
        told = "김다른" if state == "held" else holder
        one.holder_told_enc, one.checked_at = crypto.seal(told), datetime.now(UTC)
    if made.channel != "firm":
        return None
    if state in ("name_checked", "held"):
        said(session, made, one, INQUIRY)
        return said(session, made, one, FOUND, holder="김다른" if state == "held" else None)
    if state == "sending":
        one.number, one.sent_on = one.id % 900_000, made.pay_on
        return said(session, made, one, TRANSFER)
    if state in ("accepted", "rejected"):
        return said(session, made, one, TRANSFER, answer="0000" if state == "accepted" else "SB02")
    return said(session, made, one, FAILURE) if state == "returned" else None


def _settle(session: Session, of: BudgetItem, members: Sequence[Payment]) -> None:
    for one in members:
        owed = session.get_one(PaymentOrder, one.order_id)
        if one.state == PaymentState.SETTLED:
            book(
                session,
                of,
                "payment",
                one.amount_won,
                f"payment:{one.id}:pay",
                order_id=owed.id,
                payment_id=one.id,
            )
            owed.state = OrderState.PAID.value
        elif one.state in (PaymentState.REJECTED, PaymentState.RETURNED):
            owed.state, owed.reason = OrderState.READY.value, one.state
        session.add(owed)
    session.flush()


def question(
    session: Session,
    kind: str,
    *,
    payment: Payment | None = None,
    owed: PaymentOrder | None = None,
    **evidence: object,
) -> ReviewTask:
    """A question about a payment or an order."""
    about = owed or session.get_one(PaymentOrder, payment.order_id if payment else 0)
    return reviews.open_task(
        session,
        kind=kind,
        reason=kind,
        question=review_reasons.question(kind),
        application_id=about.application_id,
        payment_id=payment.id if payment else None,
        order_id=about.id,
        evidence=evidence,
        due_at=datetime.now(UTC) + timedelta(hours=6),
    )


def every_state(session: Session) -> Filled:
    """At least one of each, with what belongs to it."""
    made = Filled(treasury(session))
    people = made.people
    made.items = {p: item(session, p, 400_000_000).id for p in PROGRAMS}

    def put(state: str, ends: Sequence[str], **more: object) -> PaymentBatch:
        one = batch(session, people, state, ends, **more)  # type: ignore[arg-type]
        made.batches[state] = one.id
        for member in of_batch(session, one):
            made.payments.setdefault(member.state, member.id)
        return one

    put("closed", ["settled"] * 12, days_ago=3, title="9월분 구직급여")
    done = put("done", ["accepted"] * 14 + ["returned", "unknown", "unknown", "rejected"], days_ago=1)
    put("running", ["accepted"] * 9 + ["unknown"] + ["sending"] * 2 + ["approved"] * 8)
    put(
        "paused",
        ["accepted"] * 3 + ["approved"] * 5,
        program="nes_application",
        title="국민취업지원 11월 1차",
    )
    put("stopped", ["accepted"] + ["approved"] * 3, program="nes_application", title="국민취업지원 추가분")
    put("approved", ["approved"] * 6, program="nes_application", channel="iso20022", title="국민취업지원 2차")
    put("approval", ["name_checked"] * 24, approved=2, title="11월 1주 구직급여", odd=True)
    put("checked", ["name_checked"] * 8 + ["held"] * 2, title="11월 2주 구직급여")
    put("checking", ["name_checked"] * 3 + ["draft"] * 6, title="조기재취업수당")
    put("draft", ["draft"] * 4, title="11월 3주 구직급여")
    put("cancelled", ["draft"] * 2, title="잘못 편성")
    late = batch(session, people, "checked", ["name_checked"] * 3, title="10월 5주 구직급여", days_ago=2)
    made.batches["late"] = late.id
    for _ in range(9):
        made.orders["ready"] = order(session).id
    for program in ("nes_application",) * 4:
        order(session, program=program)
    twice = session.get_one(PaymentOrder, made.orders["ready"])
    case = session.get_one(Application, twice.application_id)
    double = order(session, "doubt", reason="payment_order_double", application=case)
    made.tasks["payment_order_double"] = question(
        session, "payment_order_double", owed=double, other_order_id=twice.id
    ).id
    bare = order(session, "doubt", reason="payment_order_account")
    made.tasks["payment_order_account"] = question(session, "payment_order_account", owed=bare).id
    poor = order(session, "doubt", reason="payment_order_budget", amount=1_900_000)
    made.tasks["payment_order_budget"] = question(session, "payment_order_budget", owed=poor).id
    made.orders["doubt"] = double.id
    _questions(session, made)
    _days(session, made, done)
    session.flush()
    return made


def _questions(session: Session, made: Filled) -> None:
    for one in _standing(session, "held"):
        made.tasks["payment_name"] = question(session, "payment_name", payment=one).id
    for one in _standing(session, "returned"):
        made.tasks["payment_returned"] = question(session, "payment_returned", payment=one).id
    lost = _standing(session, "unknown")[0]
    made.tasks["payment_no_record"] = question(session, "payment_no_record", payment=lost).id


def _days(session: Session, made: Filled, done: PaymentBatch) -> None:
    """A day that agreed, one that differs, and today, not compared yet."""
    for days_ago, state, off in (
        (3, "closed", 0),
        (2, "agreed", 0),
        (1, "differs", 1_848_000),
        (0, "open", None),
    ):
        paid = done.total_won
        one = BankDay(
            day=today() - timedelta(days=days_ago),
            fund=FUND,
            opened_at=datetime.now(UTC),
            our_count=12 if off is not None else 0,
            our_won=paid,
            their_count=12 if off is not None else None,
            their_won=paid - off if off is not None else None,
            difference_won=off or 0,
            compared_at=datetime.now(UTC) if off is not None else None,
        )
        session.add(one)
        session.flush()
        for step in ("agreed", "closed") if state == "closed" else (state,):
            one.state, one.closed_at = step, datetime.now(UTC) if step == "closed" else None
            session.flush()
        made.days[state] = one.id
    back = _standing(session, "returned")[0]
    stray = StatementLine(
        day=today() - timedelta(days=1),
        fund=FUND,
        source="camt.053",
        key="X-9",
        amount_won=-350_000,
        named="E2E-없음",
    )
    session.add(stray)
    session.flush()
    for cause, payment, ours, theirs, line_id in (
        ("returned", back.id, back.amount_won, 0, None),
        ("paid_not_in_ours", None, 0, 350_000, stray.id),
    ):
        session.add(
            Difference(
                bank_day_id=made.days["differs"],
                key=f"{cause}:{payment or line_id}",
                cause=cause,
                payment_id=payment,
                statement_line_id=line_id,
                our_won=ours,
                their_won=theirs,
            )
        )
    session.add(
        FundReturn(
            key="return:1",
            order_id=back.order_id,
            payment_id=back.id,
            amount_won=350_000,
            cause="overpaid",
            asked_on=today() - timedelta(days=5),
            due_on=today() + timedelta(days=10),
            made_by="account:1",
        )
    )
    session.flush()


def of_batch(session: Session, made: PaymentBatch) -> list[Payment]:
    """Its payments in order."""
    query = select(Payment).where(Payment.batch_id == made.id).order_by(col(Payment.position))
    return list(session.exec(query))


def _standing(session: Session, state: str) -> list[Payment]:
    return list(session.exec(select(Payment).where(Payment.state == state).order_by(col(Payment.id))))


def _account(session: Session, username: str, role: Role, shown: str) -> Account:
    found = session.exec(select(Account).where(col(Account.username) == username)).one_or_none()
    return found or accounts.create(session, username, PASSWORD, role=role, display_name=shown)


def many(session: Session, people: Treasury, count: int, size: int = 5000) -> None:
    """`count` payments of as many orders in batches of `size` over the last year: of a hundred batches all but four
    are closed; one in a hundred payments came back or was refused. Rows only: no events, no messages.

    The database's guards are gone afterwards: for measuring only.
    """
    case, of = notice_world.case(session, 9_000), item(session)
    session.commit()
    tables = ("payment_order", "payment_batch", "payment", "budget_entry", "budget_item")
    for table in tables:
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    values = {
        "count": count,
        "size": size,
        "batches": (count + size - 1) // size,
        "case": case.id,
        "item": of.id,
        "fund": FUND,
        "maker": people.maker.id,
        "sealed": crypto.seal("홍길동"),
        "account": crypto.seal("11022233344"),
    }
    for statement in _MANY:
        session.execute(text(statement), values)
    session.commit()


_MANY = (
    """
    INSERT INTO person (source_key, name, birth_date)
    SELECT 'many' || n, (ARRAY['홍길동','김서연','이민준','박지호','최하은'])[1 + n % 5] || n / 50, date '1990-01-01'
    FROM generate_series(1, :count / 10) n
    """,
    """
    INSERT INTO decision (key, application_id, program, person_id, outcome, claim_no, amount_won, decided_on)
    SELECT 'many:' || p.id, :case, 'ub_application', p.id, 'granted', 1, 1000000, current_date
    FROM person p WHERE p.source_key LIKE 'many%'
    """,
    """
    INSERT INTO payment_batch (key, title, fund, fiscal_year, pay_on, state, payments, total_won, made_by, content_sha256)
    SELECT 'MANY' || n, n || '차 구직급여', :fund, 2026, current_date - (365 * n / :batches)::int,
        CASE WHEN n > 4 THEN 'closed' ELSE (ARRAY['running','approval','done','paused'])[n] END,
        :size, :size * 1000000::bigint, :maker, repeat('c', 64)
    FROM generate_series(1, :batches) n
    """,
    """
    INSERT INTO payment_order (key, number, decision_id, application_id, program, person_id, claim_no, decided_won,
        amount_won, fund, fiscal_year, budget_item_id, payee_enc, bank_code, account_enc, account_index, state,
        period_from, period_until)
    SELECT 'many:' || n, '2025-고보-' || lpad(n::text, 7, '0'), d.id, :case, 'ub_application', d.person_id, n % 10,
        1000000 + n % 500 * 10, 1000000 + n % 500 * 10, :fund, 2026, :item, :sealed, '004', :account,
        sha256(n::text::bytea), CASE WHEN n > :size * 4 THEN 'paid' ELSE 'batched' END,
        date '2026-01-01' + n % 300, date '2026-01-28' + n % 300
    FROM generate_series(1, :count) n
    JOIN decision d ON d.key = 'many:' || (SELECT min(id) FROM person WHERE source_key LIKE 'many%') + n % (:count / 10)
    """,
    """
    INSERT INTO payment (order_id, batch_id, position, state, seq, amount_won, bank_code, account_enc, account_index,
        holder_enc, end_to_end, number, sent_on, outliers)
    SELECT o.id, b.id, 1 + (n - 1) % :size,
        CASE WHEN n > :size * 4 THEN CASE WHEN n % 100 = 0 THEN 'returned' ELSE 'settled' END
            ELSE (ARRAY['accepted','name_checked','accepted','approved'])[1 + (n - 1) / :size] END,
        5, o.amount_won, (ARRAY['004','088','020','081','011'])[1 + n % 5], o.account_enc, o.account_index, o.payee_enc,
        'many' || n, n % 900000, b.pay_on, CASE WHEN n % 50 = 0 THEN '["new_account"]'::jsonb ELSE '[]'::jsonb END
    FROM (SELECT o.*, substr(o.key, 6)::int AS n FROM payment_order o WHERE o.key LIKE 'many:%') o
    JOIN payment_batch b ON b.key = 'MANY' || 1 + (n - 1) / :size
    """,
    """
    INSERT INTO budget_entry (item_id, kind, key, amount_won, order_id, "on")
    SELECT :item, k, 'many:' || o.id || k, o.amount_won, o.id, current_date
    FROM payment_order o, unnest(ARRAY['commitment', 'payment']) k WHERE o.key LIKE 'many:%'
    """,
    "ANALYZE payment, payment_order, payment_batch, budget_entry, person, decision",
)
