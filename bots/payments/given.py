"""A decision of a person about a payment or its order, whose rows are held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from queues.models import Payment, PaymentBatch, PaymentOrder, ReviewTask


class Refused(Exception):
    """A decision cannot be carried out as things stand; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Given:
    """What was decided; `actor` is the person ("account:3")."""

    session: Session
    task: ReviewTask
    batch: PaymentBatch
    payment: Payment
    order: PaymentOrder
    decision: dict[str, Any]
    actor: str
