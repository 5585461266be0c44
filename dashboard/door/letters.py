"""Letters for a session that may see them: pictures of their pages, the letter itself, and its proof as files."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote

import pypdfium2 as pdfium
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.acts.letters import (
    Letter,
    NoLetter,
    letter_to_keep,
    letter_to_look_at,
    preview_to_look_at,
    proof_to_keep,
)
from dashboard.acts.rights import NotAllowed
from dashboard.acts.seeing import ReasonMissing
from dashboard.door.proof import bundle
from dashboard.visitor import Visitor
from queues import database, files
from queues.errors import NotStored, Unreadable

WIDTH, HEIGHT = 1240, 1754
"""Pixels of a picture of an A4 page (150 dpi)."""

_SCALE, _SMALL = 150 / 72, 20 / 72
_one_at_a_time = threading.Lock()  # PDFium is not safe among threads

Make = Callable[[Session, Visitor], Response]


async def letter_page(request: Request) -> Response:
    """GET /letter/{notice_id}/page/{number}: a page as PNG; `?small` a small one."""
    notice_id, number, small = _asked(request, "notice_id")
    return await answer(request, lambda s, v: page_of(letter_to_look_at(s, v, notice_id), number, small))


async def preview_page(request: Request) -> Response:
    """GET /letter-preview/{item_id}/page/{number}: a page of a preview as PNG; `?small` a small one."""
    item_id, number, small = _asked(request, "item_id")
    return await answer(request, lambda s, v: page_of(preview_to_look_at(s, v, item_id), number, small))


async def letter_file(request: Request) -> Response:
    """GET /letter/{notice_id}/file: the PDF, byte for byte."""
    notice_id = request.path_params["notice_id"]

    def make(session: Session, visitor: Visitor) -> Response:
        found: Letter = letter_to_keep(session, visitor, notice_id)
        return as_file(files.read(found.sha256), found.name)

    return await answer(request, make)


async def letter_proof(request: Request) -> Response:
    """GET /letter/{notice_id}/proof: a ZIP of the letter, its proofs and their hashes."""
    notice_id = request.path_params["notice_id"]

    def make(session: Session, visitor: Visitor) -> Response:
        return as_file(bundle(proof_to_keep(session, visitor, notice_id)), f"통지{notice_id}-증명.zip")

    return await answer(request, make)


def _asked(request: Request, of: str) -> tuple[int, int, bool]:
    return request.path_params[of], request.path_params["number"], "small" in request.query_params


def page_of(sha256: str, number: int, small: bool) -> Response:
    """A page as PNG. Raises `NoLetter`."""
    return Response(picture(sha256, number, _SMALL if small else _SCALE), media_type="image/png")


@lru_cache(maxsize=24)
def picture(sha256: str, number: int, scale: float) -> bytes:
    """Page `number` (from 1) of a stored letter as PNG. Raises `NoLetter` where it has no such page."""
    with _one_at_a_time:
        document = pdfium.PdfDocument(files.read(sha256))
        try:
            if not 1 <= number <= len(document):
                raise NoLetter
            image = document[number - 1].render(scale=scale).to_pil()
        finally:
            document.close()
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with _one_at_a_time:
        document = pdfium.PdfDocument(pdf)
        try:
            return len(document)
        finally:
            document.close()


async def answer(request: Request, make: Make) -> Response:
    """What `make` gives within a transaction for the one who is signed in, or why they may not have it."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        return PlainTextResponse("로그인이 필요합니다.", 401)

    def in_a_transaction() -> Response:
        with database.session() as session:
            return make(session, visitor)

    try:
        return await run_in_threadpool(in_a_transaction)
    except (NotAllowed, ReasonMissing) as refused:
        return PlainTextResponse(str(refused), 403)
    except NoLetter:
        return PlainTextResponse("없는 통지서이거나 아직 만들어지지 않았습니다.", 404)
    except NotStored:
        return PlainTextResponse("파일 저장소에 통지서가 없습니다. 시스템관리자에게 알려 주십시오.", 404)
    except Unreadable:
        return PlainTextResponse("통지서가 손상되어 열 수 없습니다. 시스템관리자에게 알려 주십시오.", 404)


def as_file(content: bytes, name: str) -> Response:
    """To be saved under a name."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type="application/octet-stream", headers=headers)


ROUTES = [
    Route("/letter/{notice_id:int}/page/{number:int}", letter_page, methods=["GET"]),
    Route("/letter-preview/{item_id:int}/page/{number:int}", preview_page, methods=["GET"]),
    Route("/letter/{notice_id:int}/file", letter_file, methods=["GET"]),
    Route("/letter/{notice_id:int}/proof", letter_proof, methods=["GET"]),
]
