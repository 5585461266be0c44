"""Letters of the center's that come back through the scanner, told from answers that bear the same code."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bots.cases.book import CaseBook
from bots.intake import link
from bots.notices import fate, homecoming
from config.case_code import CaseCode, CodeKind
from ocr.types import Barcode, Box, Line, PageRead, Word
from queues import files
from queues.models import (
    Application,
    Delivery,
    DeliveryState,
    Dispatch,
    DispatchState,
    Document,
    Notice,
    NoticeState,
    Page,
    PageState,
    ReviewTask,
    WorkItem,
)
from tests.bots import notice_world as world

BOX = Box(0.0, 0.0, 1.0, 1.0)
_cases = iter(range(1, 1000))


def posted(session: Session, channel: str = "registered") -> tuple[Application, Notice, Dispatch]:
    application = world.case(session, next(_cases))
    notice = world.notice(session, application, "sending")
    dispatch = world.dispatch(session, notice, channel, "sent", days_ago=5)
    fate.settle(session, dispatch)
    return application, notice, dispatch


def scanned(
    session: Session,
    pages: Sequence[tuple[str, str]],
    *,
    types: Sequence[str] = (),
    caller: str = "",
    before: timedelta = timedelta(),
) -> int:
    """A delivery of pages, each with its words and the receipt number in its code ("" for none)."""
    delivery = Delivery(
        source="spool:scan", source_ref=uuid.uuid4().hex, received_at=datetime.now(UTC) - before,
        original_sha256="a" * 64, page_count=len(pages), caller_number=caller,
    )  # fmt: skip
    session.add(delivery)
    session.flush()
    for number, (words, receipt_no) in enumerate(pages, 1):
        code = CaseCode(CodeKind.LETTER, receipt_no).text if receipt_no else ""
        read = PageRead(
            number, 100, 100,
            lines=tuple(Line((Word(word, BOX, 0.9, False),), BOX, None, ()) for word in words.split()),
            barcodes=(Barcode("QRCode", code, BOX),) if code else (),
        )  # fmt: skip
        kept = files.put(json.dumps(read.to_dict()).encode())
        session.add(
            Page(delivery_id=delivery.id, number=number, state=PageState.READ.value, read_sha256=kept)
        )
        kind = types[number - 1] if types else "other"
        session.add(Document(delivery_id=delivery.id, position=number - 1, type=kind, pages=[number]))
    delivery.state = DeliveryState.READ.value
    session.add(delivery)
    session.flush()
    return delivery.id


def asked(session: Session, notice: Notice) -> list[str]:
    return list(session.exec(select(ReviewTask.kind).where(ReviewTask.subject == f"notice:{notice.id}")))


@pytest.mark.parametrize("channel", ["registered", "post"])
def test_a_stamped_letter_is_the_one_that_was_sent(session: Session, channel: str) -> None:
    application, notice, dispatch = posted(session, channel)
    came = scanned(session, [("반송 수취인 불명", ""), ("보완 요청", application.receipt_no), ("", "")])
    assert homecoming.look(session, came) == "returned"
    assert (dispatch.state, dispatch.reason) == (DispatchState.RETURNED, "post_no_such_person")
    assert notice.state == NoticeState.RETURNED and asked(session, notice) == ["notice_returned"]
    assert homecoming.look(session, came) == ""


def test_a_form_with_all_reasons_says_none(session: Session) -> None:
    application, _, dispatch = posted(session)
    stamp = "□수취인불명 ☑이사불명 □폐문부재 □주소불명"
    assert homecoming.look(session, scanned(session, [(stamp, application.receipt_no)])) == "returned"
    assert dispatch.reason == "post_returned"


def test_an_answer_is_no_letter_that_came_back(session: Session) -> None:
    application, notice, _ = posted(session)
    pages = [("제출합니다", application.receipt_no), ("통장 사본 반송 수취인불명", "")]
    assert homecoming.look(session, scanned(session, pages, types=["other", "bankbook_copy"])) == ""
    # sent back by fax, as a note that more will follow
    assert homecoming.look(session, scanned(session, pages[:1], caller="052-123-4567")) == ""
    assert homecoming.look(session, scanned(session, [pages[0], ("내일 냅니다", "")])) == ""
    assert notice.state == NoticeState.SENT and not asked(session, notice)


@pytest.mark.parametrize(
    "address",
    ["부산광역시 해운대구 반송로 513, 2층", "부산 해운대구 반송2동 1", "부산 해운대구 아랫반송로21번길 7"],
)
def test_who_lives_in_a_place_of_that_name_has_got_the_letter(session: Session, address: str) -> None:
    application, _, dispatch = posted(session)
    letter = [(f"{address} 홍길동 귀하 보완 요청", application.receipt_no)]
    assert homecoming.look(session, scanned(session, letter, caller="051-123-4567")) == ""
    assert homecoming.look(session, scanned(session, letter)) == "asked"
    assert dispatch.state == DispatchState.SENT
    stamped = [(f"{address} 홍길동 귀하 반송 이사불명", application.receipt_no)]
    assert homecoming.look(session, scanned(session, stamped, caller="051-123-4567")) == "", (
        "the post sends no fax"
    )
    assert homecoming.look(session, scanned(session, stamped)) == "returned"


def test_a_letter_without_a_stamp_is_asked_about(session: Session) -> None:
    application, notice, dispatch = posted(session)
    came = scanned(session, [("보완 요청", application.receipt_no)])
    assert homecoming.look(session, came) == "asked"
    assert asked(session, notice) == ["notice_came_back"] and dispatch.state == DispatchState.SENT


def test_which_of_two_letters_it_is_a_person_says(session: Session) -> None:
    application, first, _ = posted(session)
    second = world.notice(session, application, "sending")
    fate.settle(session, world.dispatch(session, second, "post", "sent", days_ago=2))
    assert homecoming.look(session, scanned(session, [("반송 이사불명", application.receipt_no)])) == "asked"
    assert asked(session, second) == ["notice_came_back"] and first.state == NoticeState.SENT


def test_nothing_comes_back_that_was_not_posted_before(session: Session) -> None:
    application, _, _ = posted(session, "sms")
    stamped = [("반송 이사불명", application.receipt_no)]
    assert homecoming.look(session, scanned(session, stamped)) == ""
    other, _, _ = posted(session)
    early = scanned(session, [("반송 이사불명", other.receipt_no)], before=timedelta(days=9))
    assert homecoming.look(session, early) == ""
    two = [("반송", other.receipt_no), ("반송", application.receipt_no)]
    assert homecoming.look(session, scanned(session, two)) == ""


def test_what_bears_our_code_is_looked_at_once_it_is_linked(session: Session) -> None:
    application, _, _ = posted(session)
    letter = scanned(session, [("반송 이사불명", application.receipt_no)])
    paper = scanned(session, [("통장 사본", "")])
    session.commit()
    for delivery_id in (letter, paper):
        link.link_delivery_record(delivery_id, CaseBook())
    found = session.exec(select(WorkItem.payload).where(WorkItem.bot == homecoming.NAME)).all()
    assert found == [{"delivery_id": letter}]
