"""Pictures of pages and of single fields, for a session with the right to see them.

Resident and account numbers are painted over until the person has given a reason for this delivery.
Every page that is shown is noted in the access log.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from PIL import Image, ImageDraw
from sqlalchemy import and_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.acts.rights import NotAllowed, Right, require
from dashboard.acts.seeing import is_revealed, note_access, note_look
from dashboard.door.covers import Rectangle, beside_labels
from dashboard.reads.masked import COVERED
from dashboard.visitor import Visitor
from ocr.types import Line, PageRead
from queues import database, files
from queues.errors import NotStored
from queues.models import Delivery, Document, Page, ReadField

_NUMBER_OF_A_PERSON = re.compile(r"\d{6}[-– ]?[1-8]\d{6}")
_THUMB_WIDTH = 220
_PAD = 8
_COVER = (196, 203, 209)


class NoPicture(Exception):
    """There is no such page or field, or no picture was kept of it."""


async def page_image(request: Request) -> Response:
    """GET /page-image/{id}[?full=1]: the page, numbers painted over unless revealed and asked for.

    The header `X-Ahead` says that it is fetched for a case that may be looked at next; it is noted as such.
    """
    page_id, full = request.path_params["page_id"], "full" in request.query_params
    ahead = "x-ahead" in request.headers
    return await _answer(request, lambda s, v: page_png(s, v, page_id, full=full, ahead=ahead))


async def small_image(request: Request) -> Response:
    """GET /page-image/{id}/small: a picture too small to read."""
    page_id = request.path_params["page_id"]
    return await _answer(request, lambda s, v: thumb_png(s, v, page_id))


async def field_image(request: Request) -> Response:
    """GET /field-image/{id}: the piece of the page from which a field was read."""
    field_id = request.path_params["field_id"]
    return await _answer(request, lambda s, v: field_png(s, v, field_id))


ROUTES = [
    Route("/page-image/{page_id:int}", page_image, methods=["GET"]),
    Route("/page-image/{page_id:int}/small", small_image, methods=["GET"]),
    Route("/field-image/{field_id:int}", field_image, methods=["GET"]),
]


async def _answer(request: Request, make: Callable[[Session, Visitor], bytes]) -> Response:
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        return PlainTextResponse("로그인이 필요합니다.", 401)

    def in_a_transaction() -> bytes:
        with database.session() as session:
            return make(session, visitor)

    try:
        png = await run_in_threadpool(in_a_transaction)
    except NotAllowed as refused:
        return PlainTextResponse(str(refused), 403)
    except (NoPicture, NotStored):
        return PlainTextResponse("그림이 없습니다.", 404)
    return Response(png, media_type="image/png")


def page_png(session: Session, visitor: Visitor, page_id: int, *, full: bool, ahead: bool = False) -> bytes:
    """The page as PNG. `full` asks for it without covers, which needs a reason given before.

    `ahead`: fetched before anybody looks at it; which case is then looked at is noted by the desk.
    """
    page = _page(session, visitor, page_id)
    revealed = full and is_revealed(session, visitor, page.delivery_id)
    png = files.read(str(page.image_sha256))
    covers = [] if revealed else _covers(session, page)
    if covers:
        with Image.open(io.BytesIO(png)) as opened:
            image = opened.convert("RGB")
        _paint(image, covers, page)
        png = _png(image)
    action = "view_in_full" if revealed else "fetch_ahead" if ahead else "view"
    note_access(session, visitor, f"page:{page_id}", action)
    return png


def thumb_png(session: Session, visitor: Visitor, page_id: int) -> bytes:
    """The page `_THUMB_WIDTH` pixels wide, covered."""
    page = _page(session, visitor, page_id)
    with Image.open(io.BytesIO(files.read(str(page.image_sha256)))) as opened:
        image = opened.convert("RGB")
    _paint(image, _covers(session, page), page)
    image.thumbnail((_THUMB_WIDTH, _THUMB_WIDTH * 3), Image.Resampling.BOX)
    return _png(image)


def field_png(session: Session, visitor: Visitor, field_id: int) -> bytes:
    """The piece of the page around a field; covered fields only after a reason was given.

    A box may reach over a neighbouring number: what the page hides is hidden in its pieces too.
    """
    field = session.get(ReadField, field_id)
    document = session.get(Document, field.document_id) if field else None
    if field is None or document is None or not field.box:
        raise NoPicture
    query = select(Page).where(Page.delivery_id == document.delivery_id, Page.number == field.page)
    found = session.exec(query).one_or_none()
    if found is None:
        raise NoPicture
    page = _page(session, visitor, found.id)
    revealed = is_revealed(session, visitor, page.delivery_id)
    if field.name in COVERED and not revealed:
        raise NotAllowed(Right.SEE_IN_FULL)
    note_look(session, visitor, f"page:{page.id}", "view_piece")
    box = field.box
    around = (box["left"] - _PAD, box["top"] - _PAD, box["right"] + _PAD, box["bottom"] + _PAD)
    with Image.open(io.BytesIO(files.read(str(page.image_sha256)))) as opened:
        image = opened.convert("RGB")
    if not revealed:
        _paint(image, _covers(session, page), page)
    left, top, right, bottom = _scaled(around, page, image)
    piece = image.crop((max(0, left), max(0, top), min(image.width, right), min(image.height, bottom)))
    return _png(piece.convert("L"))


def _page(session: Session, visitor: Visitor, page_id: int) -> Page:
    require(visitor, Right.SEE_DELIVERIES)
    page = session.get(Page, page_id)
    if page is None or not page.image_sha256:
        raise NoPicture
    return page


def _covers(session: Session, page: Page) -> list[Rectangle]:
    """Where on the page numbers stand that are hidden: as fields, and as anything that looks like one."""
    query = (
        select(ReadField)
        .join(Document, col(ReadField.document_id) == col(Document.id))
        .where(col(ReadField.name).in_(COVERED))
    )
    own = query.where(Document.delivery_id == page.delivery_id, ReadField.page == page.number)
    boxes = [f.box for f in (*session.exec(own), *session.exec(_in_a_letter(query, page))) if f.box]
    covers = [(b["left"], b["top"], b["right"], b["bottom"]) for b in boxes]
    return [*covers, *_covers_as_read(page.read_sha256)] if page.read_sha256 else covers


def _in_a_letter(query: SelectOfScalar[ReadField], page: Page) -> SelectOfScalar[ReadField]:
    """What was read on a page of a batch scan belongs to the letter that the page is in."""
    of_letter = aliased(Page)
    here = and_(
        col(of_letter.delivery_id) == col(Document.delivery_id), col(of_letter.number) == col(ReadField.page)
    )
    return (
        query.join(of_letter, here)
        .join(Delivery, col(Delivery.id) == col(of_letter.delivery_id))
        .where(Delivery.batch_id == page.delivery_id, of_letter.original_page == page.number)
    )


@lru_cache(maxsize=512)
def _covers_as_read(read_sha256: str) -> tuple[Rectangle, ...]:
    """The places alone, no word of what stands there: a page is shown in many pieces."""
    try:
        read = PageRead.from_dict(json.loads(files.read(read_sha256)))
    except NotStored:
        return ()
    return (*_numbers_in(read.lines), *beside_labels(read))


def _numbers_in(lines: Iterable[Line]) -> list[Rectangle]:
    """Rectangles of the words that hold a resident number, whole or split by a blank."""
    found: list[Rectangle] = []
    for line in lines:
        text, spans = "", []
        for word in line.words:
            text += " " if text else ""
            spans.append((len(text), len(text) + len(word.text), word.box))
            text += word.text
        for match in _NUMBER_OF_A_PERSON.finditer(text):
            found += [
                (b.left, b.top, b.right, b.bottom)
                for start, end, b in spans
                if start < match.end() and match.start() < end
            ]
    return found


def _scaled(box: Rectangle, page: Page, image: Image.Image) -> Rectangle:
    """From pixels of the page as read to pixels of the picture kept of it, which may be smaller."""
    across = image.width / page.width if page.width else 1.0
    down = image.height / page.height if page.height else 1.0
    left, top, right, bottom = box
    return int(left * across), int(top * down), round(right * across + 0.5), round(bottom * down + 0.5)


def _paint(image: Image.Image, covers: Sequence[Rectangle], page: Page) -> None:
    draw = ImageDraw.Draw(image)
    for cover in covers:
        left, top, right, bottom = _scaled(cover, page, image)
        draw.rectangle((left - 2, top - 2, right + 1, bottom + 1), fill=_COVER)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()
