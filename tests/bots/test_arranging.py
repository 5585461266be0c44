"""Pages that a person splits, merges and reorders: every page in one document, unchanged papers untouched."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlmodel import Session, col, select

from bots.intake.arrange import arrange_pages
from bots.intake.link import link_delivery_record
from queues import crypto, database, reviews
from queues.arranging import Arranged, arrange
from queues.errors import Irreversible, NotArrangeable, StaleDecision
from queues.models import Correction, Delivery, Document, Effect, Page, ReadField, ReviewTask
from queues.undoing import undo_effect
from tests.bots.decision_world import (
    World,
    arrive,
    casebook,
    cases_of,
    documents,
    form,
    open_tasks,
    stranger,
    work_off,
    world,
)

ADVERT = ["사무실 임대 안내", "역세권 사무실을 임대합니다", "문의는 아래 번호로 주십시오"]
BACK = ["뒤쪽", "신청인이 알아야 할 사항을 읽고 확인하였습니다", "이직사유 : 계약기간 만료"]


@pytest.fixture(scope="module")
def here(database_url: str) -> Iterator[World]:
    with world() as made:
        yield made


def shape(delivery_id: int) -> list[tuple[list[int], str]]:
    with database.session() as session:
        return [(list(d.pages), d.type) for d in documents(session, delivery_id)]


def rearrange(here: World, delivery_id: int, *wanted: list[int] | tuple[list[int], str]) -> int:
    plan = [Arranged(*w) if isinstance(w, tuple) else Arranged(w) for w in wanted]
    with database.session() as session:
        seen = {d.id: d.version for d in documents(session, delivery_id)}
        return arrange(session, delivery_id, plan, seen, here.account)


def take_back(here: World, effect_id: int) -> None:
    with database.session() as session:
        undo_effect(session, effect_id, here.account)
    work_off()


def names(document: Document) -> str:
    with database.session() as session:
        query = select(ReadField).where(
            ReadField.document_id == document.id, ReadField.person == 0, ReadField.name == "name"
        )
        row = session.exec(query).one_or_none()
        return crypto.open_(row.value_enc) if row and row.value_enc else ""


def by_pages(session: Session, delivery_id: int) -> dict[tuple[int, ...], Document]:
    return {tuple(d.pages): d for d in documents(session, delivery_id)}


def test_merged_pages_are_read_together_and_split_again_apart(here: World) -> None:
    one, two = casebook()[0], casebook()[1]
    delivery_id = arrive([form(one), form(two)])
    work_off()
    with database.session() as session:
        first, second = documents(session, delivery_id)
    assert [cases_of(d.id) for d in (first, second)] == [[one.receipt_no], [two.receipt_no]]
    merged = rearrange(here, delivery_id, ([1, 2], "ub_application"))
    work_off()
    assert shape(delivery_id) == [([1, 2], "ub_application")]
    here.same_as_record()
    apart = rearrange(here, delivery_id, [2], [1])
    work_off()
    assert [pages for pages, _ in shape(delivery_id)] == [[2], [1]]
    with database.session() as session:
        now = by_pages(session, delivery_id)
    assert (names(now[(1,)]), names(now[(2,)])) == (one.person.name, two.person.name)
    assert cases_of(now[(2,)].id) == [two.receipt_no], "what changed was linked anew"
    here.same_as_record()
    with pytest.raises(Irreversible):
        take_back(here, merged)
    take_back(here, apart)
    take_back(here, merged)
    assert shape(delivery_id) == [([1], "ub_application"), ([2], "ub_application")]
    assert [cases_of(d.id) for d in (first, second)] == [[one.receipt_no], [two.receipt_no]]
    here.same_as_record()


def test_unchanged_documents_keep_everything(here: World) -> None:
    delivery_id = arrive([form(casebook()[0]), ADVERT, form(stranger(casebook()[0], 31))])
    work_off()
    with database.session() as session:
        before = by_pages(session, delivery_id)
        tasks = {t.document_id: t.id for t in open_tasks(delivery_id)}
    stranger_s = before[(3,)]
    assert stranger_s.id in tasks
    rearrange(here, delivery_id, [3], ([2, 1], "ub_application"))
    work_off()
    with database.session() as session:
        after = by_pages(session, delivery_id)
        assert after[(3,)].id == stranger_s.id and after[(3,)].version == stranger_s.version
        assert session.get_one(ReviewTask, tasks[stranger_s.id]).state == "open"
        pages = session.exec(select(Page).where(Page.delivery_id == delivery_id, Page.number == 2)).one()
        assert pages.type == "ub_application"
    here.same_as_record()


def test_a_page_put_away_as_nothing_comes_back(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 32)), BACK, ADVERT])
    with database.session() as session:
        now = by_pages(session, delivery_id)
    away = next(pages for pages, d in now.items() if d.state == "discarded" and 3 in pages)
    assert away == (3,)
    kept = [list(p) for p in now if p != (3,)]
    rearrange(here, delivery_id, *kept[:-1], [*kept[-1], 3])
    work_off()
    assert sorted(n for pages, _ in shape(delivery_id) for n in pages) == [1, 2, 3]
    assert all(d != "discarded" for d in _states(delivery_id))


def _states(delivery_id: int) -> list[str]:
    with database.session() as session:
        return [d.state for d in documents(session, delivery_id)]


def test_another_type_alone_is_a_correction(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 33))])
    effect_id = rearrange(here, delivery_id, ([1], "ub_recognition"))
    assert open_tasks(delivery_id) == [], "what was asked about the old document is withdrawn at once"
    work_off()
    assert shape(delivery_id) == [([1], "ub_recognition")]
    with database.session() as session:
        (kept,) = session.exec(select(Correction).where(Correction.effect_id == effect_id)).all()
        assert (kept.kind, crypto.open_(kept.right_enc or b"")) == ("type", "ub_recognition")
    assert len(open_tasks(delivery_id)) == 1, "and it is asked about anew"
    take_back(here, effect_id)
    assert shape(delivery_id) == [([1], "ub_application")]
    assert [t.reason for t in open_tasks(delivery_id)] == ["not_on_file"]


def test_how_the_pages_belong_together_is_labelled_data(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 34)), ADVERT])
    before = [pages for pages, _ in shape(delivery_id)]
    effect_id = rearrange(here, delivery_id, [2, 1])
    work_off()
    with database.session() as session:
        kept = session.exec(select(Correction).where(Correction.effect_id == effect_id)).one()
        said = [json.loads(crypto.open_(x or b"")) for x in (kept.read_enc, kept.right_enc)]
    assert said == [before, [[2, 1]]]


def test_taken_back_before_it_was_carried_out(here: World) -> None:
    delivery_id = arrive([form(casebook()[0]), form(casebook()[1])])
    work_off()
    before = shape(delivery_id)
    effect_id = rearrange(here, delivery_id, [1, 2])
    with database.session() as session:
        undo_effect(session, effect_id, here.account)
    arrange_pages(effect_id)
    work_off()
    assert shape(delivery_id) == before
    here.same_as_record()


def test_what_may_not_be_arranged(here: World) -> None:
    delivery_id = arrive([form(casebook()[0]), form(stranger(casebook()[0], 35))])
    for wanted, said in (
        ([[1]], "2쪽이 어느"),
        ([[1, 2, 2]], "두 번"),
        ([[1, 2, 3]], "3쪽은"),
        ([[1, 2], []], "쪽이 하나도"),
    ):
        with pytest.raises(NotArrangeable, match=said):
            rearrange(here, delivery_id, *wanted)
    with database.session() as session:
        delivery = session.get_one(Delivery, delivery_id)
        was, delivery.state = delivery.state, "rejected"
        session.add(delivery)
    with pytest.raises(NotArrangeable, match="반려"):
        rearrange(here, delivery_id, [1, 2])
    with database.session() as session:
        delivery = session.get_one(Delivery, delivery_id)
        delivery.state = was
        session.add(delivery)
    task = open_tasks(delivery_id)[0]
    here.decide(task.id, action="register", program="ub_application", fields={})
    with pytest.raises(StaleDecision):
        rearrange(here, delivery_id, [1, 2])
    work_off(but=("intake.register",))
    with pytest.raises(NotArrangeable, match="접수 중"):
        rearrange(here, delivery_id, [1, 2])
    work_off()


def test_stale_screens_change_nothing(here: World) -> None:
    delivery_id = arrive([form(stranger(casebook()[0], 36)), form(stranger(casebook()[0], 37))])
    task = open_tasks(delivery_id)[0]
    with database.session() as session:
        old = {d.id: d.version for d in documents(session, delivery_id)}
    rearrange(here, delivery_id, [1, 2])
    with database.session() as session, pytest.raises(StaleDecision):
        arrange(session, delivery_id, [Arranged([2]), Arranged([1])], old, here.account)
    with database.session() as session, pytest.raises(StaleDecision):
        reviews.decide(session, task.id, task.version, {"action": "reject", "comment": "?"}, here.account)
    work_off()
    with database.session() as session, pytest.raises(StaleDecision):
        arrange(session, delivery_id, [Arranged([2]), Arranged([1])], old, here.account)
    link_delivery_record(delivery_id, again=True)
    assert [pages for pages, _ in shape(delivery_id)] == [[1, 2]]


def test_done_twice_it_is_done_once(here: World) -> None:
    delivery_id = arrive([form(casebook()[0]), form(casebook()[1])])
    effect_id = rearrange(here, delivery_id, [1, 2])
    work_off()
    with database.session() as session:
        rows = session.exec(
            select(Document).where(Document.delivery_id == delivery_id).order_by(col(Document.id))
        )
        before = [(d.id, d.version, d.pages) for d in rows]
    arrange_pages(effect_id)
    with database.session() as session:
        rows = session.exec(
            select(Document).where(Document.delivery_id == delivery_id).order_by(col(Document.id))
        )
        assert [(d.id, d.version, d.pages) for d in rows] == before
        assert session.get_one(Effect, effect_id).after["done"]
