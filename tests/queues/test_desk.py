"""What is handed over at the desk is entered once, and nothing of it is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from queues import accounts, crypto, desk, finding
from queues.desk import Handed
from queues.models import Account, AuditEvent, Delivery, DeskEntry, Role, WorkItem

PHOTO = Handed("a" * 64, "앞.jpg", "jpeg", 1000, 1)
BACK = Handed("b" * 64, "뒤.jpg", "jpeg", 1000, 1)


@pytest.fixture(scope="module")
def account(database_url: str) -> Account:
    from queues import database

    with database.session() as session:
        return accounts.create(session, "desk", "a-long-enough-password", role=Role.STAFF)


def hand_in(session: Session, account: Account, token: str, *files: Handed, **more: str) -> desk.Entered:
    return desk.hand_in(session, token=token, account=account, source="desk:1번 창구", files=files, **more)


def test_one_file_is_a_delivery_at_once(session: Session, account: Account) -> None:
    entry = hand_in(
        session, account, "token-1", PHOTO, receipt_no="2026-UB-0000001", remark="원본 대조함"
    ).entry
    (row,) = desk.files_of(session, entry.id)
    delivery = session.get_one(Delivery, row.delivery_id)
    assert (delivery.source, delivery.entered_by) == ("desk:1번 창구", account.id)
    assert delivery.given_receipt_no == "2026-UB-0000001"
    assert delivery.received_at == entry.at
    assert entry.remark_enc is not None and crypto.open_(entry.remark_enc) == "원본 대조함"
    reads = session.exec(select(WorkItem).where(WorkItem.bot == "intake.read")).all()
    assert [r.reference for r in reads] == [f"delivery:{delivery.id}"]
    for line in (f"D-{entry.id:07}", "2026-UB-0000001 창구", f"배달 {delivery.id}"):
        assert [h.delivery.id for h in finding.search(session, line).hits] == [delivery.id], line
    session.rollback()


def test_pressed_twice_or_sent_again_is_entered_once(session: Session, account: Account) -> None:
    first = hand_in(session, account, "token-2", PHOTO)
    twice = hand_in(session, account, "token-2", PHOTO)
    again = hand_in(session, account, "token-3", replace(PHOTO, name="다른 이름.jpg"))
    assert (first.again, twice.again, again.again) == (False, True, True)
    assert first.entry.id == twice.entry.id == again.entry.id
    assert len(session.exec(select(Delivery)).all()) == len(session.exec(select(DeskEntry)).all()) == 1
    for_another_case = hand_in(session, account, "token-4", PHOTO, receipt_no="2026-UB-0000002")
    assert not for_another_case.again
    session.rollback()


def test_files_of_one_paper_wait_to_be_put_together(session: Session, account: Account) -> None:
    alone = replace(BACK, sha256="c" * 64, part=2)
    entry = hand_in(session, account, "token-5", PHOTO, BACK, alone).entry
    assert [f.delivery_id is None for f in desk.files_of(session, entry.id)] == [True, True, False]
    (item,) = session.exec(select(WorkItem).where(WorkItem.bot == desk.PUT_TOGETHER)).all()
    assert item.payload == {"entry_id": entry.id, "part": 1}
    whole = desk.enter_together(session, entry.id, 1, "d" * 64)
    assert desk.enter_together(session, entry.id, 1, "d" * 64) == whole, "done twice, it is entered once"
    assert [f.delivery_id for f in desk.files_of(session, entry.id, 1)] == [whole, whole]
    assert session.get_one(Delivery, whole).received_at == entry.at
    session.rollback()


def test_the_remark_is_in_no_log(session: Session, account: Account) -> None:
    hand_in(session, account, "token-6", PHOTO, remark="김비밀 님 서류")
    events = session.exec(select(AuditEvent).where(AuditEvent.action == "desk.hand_in")).all()
    assert events and not any("비밀" in str(e.detail) for e in events)
    session.rollback()
