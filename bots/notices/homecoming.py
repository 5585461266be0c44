"""notices.came_back: a letter of the center's that the post brought back and that came through the scanner.

Its code names the case. With the post's stamp on it (수취인불명, ...) and one letter under way for that case, it
is that one; without a stamp, or with several on their way, a person is asked. One that comes with other
papers is an answer, and those who answer have their letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlmodel import Session, col, select

from bots.intake.papers import read_pages
from bots.notices import fate, questions
from bots.notices.tracking.meaning import REASONS, RETURNED
from config.case_code import CodeKind, read_code
from config.channels import CHANNELS
from ocr.symbols import is_own_letter
from ocr.types import PageRead
from queues import dispatches
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Application, Delivery, Dispatch, DispatchState, Document, DocumentState, Notice

NAME = "notices.came_back"
ACTOR = f"bot:{NAME}"
_NO_PAPER = ("other", "blank", "fax_cover")
_STAMPS = (
    "반송",
    "환부",
    "RETURNTOSENDER",
    "이사감",
    "이사불명",
    *(word for word in REASONS if word != "이사"),
)


_PLACE = re.compile(r"반송[0-9]*(?:[동로길읍면리역점]|대로|초|중|고|산업|물류|상사|건설|기업|유통|식품)")
"""Names of places and firms in which a word of the post's stands."""


@bot(NAME, title="반송 우편 확인", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Look at one delivery in which a letter of the center's was found."""
    with record() as session:
        found = look(session, int(item.payload["delivery_id"]))
    return Outcome(counts={found: 1} if found else {}, idle=not found)


def look(session: Session, delivery_id: int) -> str:
    """What it turned out to be, in the caller's transaction: "returned", "asked", or "" (nothing came back)."""
    delivery = session.get_one(Delivery, delivery_id)
    pages = read_pages(session, delivery_id)
    own = [page for page in pages if is_own_letter(page)]
    numbers = {number for page in own for number in _receipts(page)}
    others = _no_letter(session, delivery_id, {page.number for page in own})
    if len(numbers) != 1 or any(document.type not in _NO_PAPER for document in others):
        return ""
    under_way = _under_way(session, numbers.pop(), delivery)
    if not under_way:
        return ""
    stamps = _stamps(pages)
    if delivery.caller_number or (not stamps and len(own) < len(pages)):
        return ""  # somebody sent it by fax, or with something of their own: it has reached them
    notice, dispatch = fate.locked(session, under_way[-1])
    if dispatch.state != DispatchState.SENT:
        return ""
    if not stamps or len(under_way) > 1:
        questions.ask_once(session, notice, dispatch, questions.CAME_BACK, ACTOR)
        return "asked"
    dispatches.move(
        session,
        dispatch,
        DispatchState.RETURNED,
        code=_reason(stamps),
        detail={"delivery": delivery_id},
        sha256=delivery.original_sha256,
        happened_at=delivery.received_at,
        actor=ACTOR,
    )
    fate.settle(session, dispatch, actor=ACTOR)
    return "returned"


def _receipts(page: PageRead) -> list[str]:
    codes = (read_code(symbol.text) for symbol in page.barcodes)
    return [code.receipt_no for code in codes if code is not None and code.kind == CodeKind.LETTER]


def _no_letter(session: Session, delivery_id: int, own: set[int]) -> list[Document]:
    """The documents of a delivery that have a page which is none of the letter's."""
    query = select(Document).where(
        Document.delivery_id == delivery_id, Document.state != DocumentState.SUPERSEDED.value
    )
    return [document for document in session.exec(query) if not own & set(document.pages)]


def _under_way(session: Session, receipt_no: str, delivery: Delivery) -> list[int]:
    """Attempts by post about that case that left before this came in, and whose end nobody has told."""
    query = (
        select(Dispatch.id)
        .join(Notice, col(Notice.id) == col(Dispatch.notice_id))
        .join(Application, col(Application.id) == col(Notice.application_id))
        .where(
            Application.receipt_no == receipt_no,
            col(Dispatch.channel).in_([name for name, channel in CHANNELS.items() if channel.is_post]),
            Dispatch.state == DispatchState.SENT.value,
            col(Dispatch.sent_at) < delivery.received_at,
        )
    )
    return list(session.exec(query.order_by(col(Dispatch.id))))


def _stamps(pages: Sequence[PageRead]) -> set[str]:
    """The post's words for what comes back. The letter's own words hold none of them, but its address may:
    there is a 반송동, a 반송로, and firms are named after them."""
    words = "".join(page.text for page in pages).replace(" ", "").replace("\n", "").upper()
    words = _PLACE.sub("", words)
    return {stamp for stamp in _STAMPS if stamp in words}


def _reason(stamps: set[str]) -> str:
    """The one that is stamped; a form with all of them, one ticked, says no more than that it came back."""
    codes = {code for stamp in stamps for word, code in REASONS.items() if word in stamp}
    return codes.pop() if len(codes) == 1 else RETURNED
