"""What a browser is shown: pages in the manner of a Korean post's site for offices."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from bots.sandbox.post_site.ledger import Job, Letter

SERVICES = {"registered": "등기", "post": "일반"}
ENVELOPES = {"small": "소형봉투", "large": "대형봉투"}
LETTERS_A_PAGE = 100
# How the site calls things after its pages were made anew ("개편").
_OTHER_LABELS = {
    "접수번호": "예약번호",
    "접수명": "예약명",
    "고객관리번호": "비고",
    "등기번호": "운송장",
    "상태": "진행",
    "결제하기": "다음 단계",
}


@cache
def _templates() -> Environment:
    folder = Path(__file__).with_name("templates")
    made = Environment(loader=FileSystemLoader(folder), autoescape=select_autoescape(default=True))
    made.filters["won"] = lambda amount: f"{amount:,}원"
    made.filters["moment"] = lambda at: f"{at:%Y-%m-%d %H:%M:%S}" if at else ""
    made.filters["masked"] = _masked
    return made


def page(name: str, *, changed: bool = False, **values: object) -> str:
    """The template `name`.html with its values; `changed`: with other ids and labels than yesterday."""
    naming = {
        "i": (lambda name: f"{name}New" if changed else name),
        "t": (lambda label: _OTHER_LABELS.get(label, label) if changed else label),
        "services": SERVICES,
        "envelopes": ENVELOPES,
    }
    return _templates().get_template(f"{name}.html").render(**naming, **values)


def alert(text: str, then: str) -> str:
    """A page that says something in a box and goes elsewhere; "" goes back."""
    return page("alert", text=text, then=then)


def list_page(jobs: list[Job], number: int, size: int, user: str, name: str, *, changed: bool) -> str:
    """Page `number` of the site's own list of jobs."""
    pages = max(1, math.ceil(len(jobs) / size))
    return page(
        "list",
        changed=changed,
        user=user,
        jobs=jobs[(number - 1) * size : number * size],
        number=number,
        pages=pages,
        searched=name,
        total=len(jobs),
    )


def letters_page(job: Job, letters: list[Letter], number: int, user: str, *, changed: bool) -> str:
    """Page `number` of the letters of a job with their registration numbers."""
    pages = max(1, math.ceil(len(letters) / LETTERS_A_PAGE))
    return page(
        "letters",
        changed=changed,
        user=user,
        job=job,
        letters=letters[(number - 1) * LETTERS_A_PAGE : number * LETTERS_A_PAGE],
        number=number,
        pages=pages,
        total=len(letters),
    )


def _masked(name: str) -> str:
    """The second sign of a name as a star, as sites show it."""
    return f"{name[:1]}*{name[2:]}" if len(name) > 1 else name
