"""A bank that is closed while names are asked for says nothing about any account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from bots.payments import check
from bots.payments.line.line import Line
from bots.payments.line.opening import open_day
from bots.sandbox.bank.service import SandboxBank
from queues import database
from queues.models import PaymentBatch
from tests.bots.payments.flow_world import asked, drafted, payments, questions_about, states, world
from tests.queues.payment_world import Treasury, treasury


@pytest.fixture(scope="module")
def people(database_url: str) -> Treasury:
    with Session(database.engine(), expire_on_commit=False) as session:
        found = treasury(session)
        session.commit()
        return found


@pytest.fixture(scope="module")
def bank(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxBank]:
    with world(tmp_path_factory.mktemp("bank")) as up:
        yield up


def test_names_are_asked_for_again_when_the_bank_was_closed(
    session: Session, people: Treasury, bank: SandboxBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id, _ = drafted(session, people, bank, 12)

    async def closes_then(line: Line) -> None:
        await open_day(line)
        bank.clock.shut = True

    with monkeypatch.context() as patched:
        patched.setattr(check, "open_day", closes_then)
        with pytest.raises(check.Closed, match="0091") as closed:
            asked(batch_id)
    bank.clock.shut = False
    assert states(batch_id) == {"draft": 12}
    assert not any(questions_about(payment.id) for payment in payments(batch_id))
    assert check.UntilAnswered().pause(closed.value, 50) == 300.0
    asked(batch_id)
    assert states(batch_id) == {"name_checked": 12}
    assert session.get_one(PaymentBatch, batch_id, populate_existing=True).state == "checked"
