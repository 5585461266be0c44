"""A letter, a short message: asked for here, made in a child."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bots.notices.letters import templates
from bots.notices.letters.values import Json, check_values
from bots.typesetting import problem
from bots.typesetting.children import Children, children
from bots.typesetting.problem import LetterError
from config.case_code import CaseCode, CodeKind
from config.notice_kinds import NoticeKind
from config.post_rates import sheets_of


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it goes out. `sheets` of paper that the post counts; `template_sha256` of what it was made by."""

    pdf: bytes
    pages: int
    sheets: int
    template_sha256: str


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """A letter to be made; see `render_letter`."""

    kind: str
    values: Mapping[str, Any]
    code: CaseCode
    draft: bool = False
    seal: bytes | None = None


def render_letter(
    kind: str,
    values: Mapping[str, Any],
    code: CaseCode,
    *,
    draft: bool = False,
    seal: bytes | None = None,
) -> Letter:
    """The letter of a kind as PDF (tagged, fonts embedded, with the case's QR). The same input, the same bytes.

    values  what ``notices.yaml`` declares of the kind, plain JSON; dates as "2026-11-23" or date
    draft   an official act before its approval: without number, date of effect and seal, and marked so
    seal    PNG; an official act's last form needs it, nothing else may bear it

    Raises `LetterError`.
    """
    return _make(LetterOrder(kind, values, code, draft, seal), children())


def render_letters(
    orders: Iterable[LetterOrder], processes: int | None = None
) -> Iterator[Letter | LetterError]:
    """Many letters in the order of `orders`, made by several children at once; one's error stops no other."""
    pool = Children(processes) if processes else children()
    waiting = iter(orders)
    try:
        with ThreadPoolExecutor(pool.processes, thread_name_prefix="letters") as threads:
            running = [threads.submit(_tried, o, pool) for o in islice(waiting, 2 * pool.processes)]
            while running:
                yield running.pop(0).result()
                running += [threads.submit(_tried, order, pool) for order in islice(waiting, 1)]
    finally:
        if processes:
            pool.close()


def render_text(kind: str, values: Mapping[str, Any]) -> str:
    """The short message (SMS, LMS, 알림톡) of a kind. Raises `LetterError`."""
    described = _described(kind)
    if not described.message:
        raise LetterError(problem.NO_LETTER, f"'{described.title}'에는 문자가 없습니다. 편지로만 보냅니다.")
    if described.official:
        # A message about an act tells that it comes; it needs no number and can be written before there is one.
        values = {n: v for n, v in values.items() if n not in templates.known_kinds().official}
    checked = check_values(templates.known_kinds(), kind, values, final=False)
    request = {
        "do": "text",
        "values": checked,
        "labels": _labels(checked),
        "about": _about(kind, checked),
        "sources": templates.sources(described.message),
        "template": described.message,
    }
    with children().one() as child:
        found, _ = child.ask(request)
    return str(found["words"])


def _tried(order: LetterOrder, pool: Children) -> Letter | LetterError:
    try:
        return _make(order, pool)
    except LetterError as error:
        return error


def _make(order: LetterOrder, pool: Children) -> Letter:
    described = _described(order.kind)
    if not described.letter:
        raise LetterError(problem.NO_LETTER, f"'{described.title}'에는 편지가 없습니다. 문자로만 보냅니다.")
    if order.code.kind != CodeKind.LETTER or order.values.get("receipt_no") != order.code.receipt_no:
        raise LetterError(problem.WRONG, "QR 코드의 접수번호가 편지의 접수번호와 다릅니다.")
    if bool(order.seal) != (described.official and not order.draft):
        raise LetterError(problem.WRONG, "관인은 결재가 끝난 처분 통지서에만, 그리고 반드시 찍습니다.")
    final = not (described.official and order.draft)
    values = check_values(templates.known_kinds(), order.kind, order.values, final=final)
    head, texts = templates.letterhead(), templates.sources(described.letter)
    made_on = values.get("effective_on") or values["sent_on"]
    request = {
        "do": "letter",
        "values": values,
        "labels": _labels(values),
        "about": {**_about(order.kind, values), "draft": order.draft, "official": described.official},
        "subject": described.subject,
        "sources": texts,
        "template": described.letter,
        "code": order.code.text,
        "made_on": made_on["$date"],
    }
    for name in ("document_no", "effective_on", "approvals"):
        values.setdefault(name, None)
    with pool.one() as child:
        found, pdf = child.ask(request, order.seal or b"")
    pages = int(found["pages"])
    return Letter(pdf, pages, sheets_of(pages), templates.digest(texts, head, described.subject))


def _about(kind: str, values: Json) -> Json:
    head, company = templates.letterhead(), bool(values["to_employer"])
    return {
        "kind": kind,
        "head": {**head.model_dump(), "center": head.center, "signed_by": head.signed_by},
        "honour": "귀중" if company else "귀하",
        "you": "귀 사업장에서" if company else "귀하께서",
        "call": " 담당자님" if company else "님",
    }


def _labels(values: Json) -> dict[str, str]:
    kinds = templates.known_kinds()
    return {name: kinds.label(name) for name in values}


def _described(kind: str) -> NoticeKind:
    described = templates.known_kinds().kinds.get(kind)
    if described is None:
        raise templates.unknown(kind)
    return described
