"""Papers of payments for a session that may see them: pictures of their pages, the PDF itself, and the files that
the accounting system was told in."""

from __future__ import annotations

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.acts.accounting import file_to_keep
from dashboard.acts.payment_papers import paper_to_keep, paper_to_look_at
from dashboard.door.letters import answer, as_file, page_of
from dashboard.visitor import Visitor
from queues import files


async def paper_page(request: Request) -> Response:
    """GET /payment-paper/{of}/{id}/page/{number}: a page as PNG; `?small` a small one."""
    of, about = request.path_params["of"], request.path_params["id"]
    number, small = request.path_params["number"], "small" in request.query_params
    return await answer(request, lambda s, v: page_of(paper_to_look_at(s, v, of, about), number, small))


async def paper_file(request: Request) -> Response:
    """GET /payment-paper/{of}/{id}/file: the PDF, byte for byte."""
    of, about = request.path_params["of"], request.path_params["id"]

    def make(session: Session, visitor: Visitor) -> Response:
        found = paper_to_keep(session, visitor, of, about)
        return as_file(files.read(found.sha256), found.name)

    return await answer(request, make)


async def accounting_file(request: Request) -> Response:
    """GET /accounting-file/{name}/{kind}: what the accounting system was told, as CSV or XLSX."""
    name, kind = request.path_params["name"], request.path_params["kind"]

    def make(session: Session, visitor: Visitor) -> Response:
        found = file_to_keep(session, visitor, name, kind)
        return as_file(files.read(found.sha256), found.name)

    return await answer(request, make)


ROUTES = [
    Route("/accounting-file/{name}/{kind}", accounting_file, methods=["GET"]),
    Route("/payment-paper/{of}/{id:int}/page/{number:int}", paper_page, methods=["GET"]),
    Route("/payment-paper/{of}/{id:int}/file", paper_file, methods=["GET"]),
]
