"""결정: what was decided about an application and costs money, entered once, and taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from queues import audit, crypto, work
from queues.errors import BackOfficeError
from queues.models import Application, Decision
from queues.notices import addressee
from queues.payment_orders import MAKE

GRANTED, REFUSED = "granted", "refused"


class ToldOtherwise(BackOfficeError):
    """The same decision was entered before with another content, which stands."""


def enter(
    session: Session,
    key: str,
    application: Application,
    outcome: str,
    decided_on: date,
    *,
    amount_won: int | None = None,
    deductions: Sequence[Mapping[str, Any]] = (),
    claim_no: int = 0,
    about: str = "",
    period: tuple[date, date] | None = None,
    payee: Mapping[str, str] | None = None,
    to_employer: bool | None = None,
    decided_by: str = "",
    legal_ground: str = "",
    document_no: str = "",
    actor: str = "bot",
) -> Decision:
    """Enter a decision in the caller's transaction, and have the order made of one that grants something.

    key        "event:E-17", "screening:5"; the same key again is the same decision, as it was told first
    period     first and last day, both included
    payee      {"name", "bank", "account"}, where the decision names them; kept sealed
    to_employer  paid to the case's employer rather than its person; None: to whoever applies by the program

    Raises `ToldOtherwise` where it was entered with another content before.
    """
    person_id, employer_id = addressee(application, to_employer)
    made = session.execute(
        insert(Decision)
        .values(
            key=key,
            application_id=application.id,
            program=application.program,
            person_id=person_id,
            employer_id=employer_id,
            outcome=outcome,
            claim_no=claim_no,
            about=about,
            period_from=period[0] if period else None,
            period_until=period[1] if period else None,
            amount_won=amount_won,
            deductions=[dict(one) for one in deductions],
            payee_enc=crypto.seal(json.dumps(dict(payee), ensure_ascii=False)) if payee else None,
            decided_on=decided_on,
            decided_by=decided_by,
            legal_ground=legal_ground,
            document_no=document_no,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(col(Decision.id))
    ).scalar_one_or_none()
    decision = session.exec(select(Decision).where(Decision.key == key)).one()
    if made is not None:
        audit.record(
            session, actor, "decision.enter", "decision", decision.id,
            outcome=outcome, application=application.id,
        )  # fmt: skip
        if outcome == GRANTED:
            have_settled(session, decision.id, actor)
    elif _content(decision) != (
        application.id, outcome, amount_won, [dict(one) for one in deductions], claim_no, about,
        period or (None, None), dict(payee or {}),
    ):  # fmt: skip
        raise ToldOtherwise(f"decision {decision.id} was told with another content before")
    return decision


def take_back(session: Session, key: str, actor: str) -> Decision | None:
    """The decision was an error: what rests on it is stopped, or asked back. None where no such key is known."""
    query = select(Decision).where(Decision.key == key).with_for_update()
    decision = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if decision is not None and decision.taken_back_at is None:
        decision.taken_back_at = datetime.now(UTC)
        session.add(decision)
        audit.record(session, actor, "decision.take_back", "decision", decision.id)
        have_settled(session, decision.id, actor, "taken_back")
    return decision


def have_settled(session: Session, decision_id: int, actor: str, why: str = "") -> None:
    """Have the bot make the order of a decision, or bring it in line with what the decision says by now."""
    reference = f"decision:{decision_id}" + (f":{why}" if why else "")
    work.add(session, MAKE, reference, payload={"decision_id": decision_id}, priority=40, actor=actor)


def payee_of(decision: Decision) -> dict[str, str]:
    """Whom the decision itself names, opened; {} where it names nobody."""
    if decision.payee_enc is None:
        return {}
    told: dict[str, str] = json.loads(crypto.open_(decision.payee_enc))
    return told


def _content(decision: Decision) -> tuple[Any, ...]:
    """What would be paid to whom by it."""
    return (
        decision.application_id, decision.outcome, decision.amount_won, decision.deductions, decision.claim_no,
        decision.about, (decision.period_from, decision.period_until), payee_of(decision),
    )  # fmt: skip
