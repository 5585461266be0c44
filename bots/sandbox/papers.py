"""Papers: a type, whose it is, what stands on it, and its HTML."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import segno
from markupsafe import Markup

from bots.sandbox.casebook import Casebook, Person
from bots.sandbox.facts import FactDrawer, Facts, Worker
from bots.sandbox.ink import HAND_MARK, in_boxes, label_writer, spelled, value_writer
from bots.sandbox.names import Split
from bots.sandbox.stationery import Stationery, draw_stationery

TEMPLATES = Path(__file__).parent / "templates"
APPLICATIONS = (
    "ub_application",
    "ub_recognition",
    "epi_application",
    "nes_application",
    "vtc_application",
    "pl_application",
)
ATTACHMENTS = (
    "separation_certificate",
    "bankbook_copy",
    "id_card",
    "employment_contract",
    "business_registration",
    "payroll",
    "resident_register",
    "medical_certificate",
)
# Papers that an institution prints: nobody writes on them by hand.
PRINTED = ("bankbook_copy", "id_card", "business_registration", "resident_register")
# How many workers fit on one page of a payroll layout that has only one.
PAYROLL_ROOM = {"a": 18, "b": 9, "t": 14}
NOT_PAPERS = ("fax_cover", "other", "blank")
# Which fields a paper's truth tells, as the labelled sets do; only those that stand on the paper.
FIELDS: dict[str, tuple[str, ...]] = {
    "ub_application": ("name", "rrn", "phone", "receipt_no", "business_no", "account", "bank"),
    "ub_recognition": ("name", "rrn", "phone", "receipt_no"),
    "epi_application": ("name", "rrn", "phone", "receipt_no", "business_no", "account", "bank"),
    "nes_application": ("name", "rrn", "phone", "receipt_no", "account", "bank"),
    "vtc_application": ("name", "rrn", "phone", "receipt_no", "account"),
    "pl_application": ("name", "rrn", "phone", "receipt_no", "business_no", "account", "bank"),
    "separation_certificate": ("name", "rrn", "business_no"),
    "bankbook_copy": ("name", "account", "bank"),
    "id_card": ("name", "rrn"),
    "employment_contract": ("name",),
    "business_registration": ("business_no",),
    "payroll": ("name",),
    "resident_register": ("name", "rrn"),
    "medical_certificate": ("name", "rrn"),
}


@dataclass
class Paper:
    """One document on paper. `receipt_no` in `fields` only if it is printed on it."""

    type: str
    person: Person | None
    html: str
    pages: int
    fields: dict[str, str] = field(default_factory=dict)
    handwritten: bool = False
    variant: str = ""
    style: str = ""
    font: str = ""
    workers: list[Worker] = field(default_factory=list)
    look: Stationery | None = None


@cache
def environment() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    env.filters["pair"] = lambda label, value: (label, value)
    env.filters["last3"] = lambda row: row[-3:]
    return env


@cache
def variants(split: Split, type_: str) -> tuple[str, ...]:
    """Layouts of a type: those of letters from t on belong to the test part, the others to tuning."""
    letters = sorted(p.name.split(".")[1] for p in TEMPLATES.glob(f"papers/{type_}.*.html"))
    return tuple(x for x in letters if (x >= "t") == (split == "test"))


def qr(text: str) -> Markup:
    """A QR code as it stands on papers of the government's portal, 17 mm wide at the least."""
    drawing = segno.make(text, error="m", micro=False).svg_inline(scale=1, border=1, unit="mm")
    return Markup(f'<span style="display:inline-block">{drawing}</span>')  # noqa: S704


class PaperWriter:
    """Writes papers of one split's looks with one random stream.

    typed    what is "written by hand" comes from a program that knows a handwriting face: so it is in a
             PDF with a text layer
    """

    def __init__(self, rng: random.Random, split: Split, book: Casebook) -> None:
        self.rng, self.split, self.book = rng, split, book
        self.typed = False

    def write(
        self,
        type_: str,
        person: Person | None,
        day: date,
        *,
        receipt_no: str = "",
        by_hand: bool = False,
        workers: Sequence[Person] = (),
        sender: str = "",
        sheets: int = 1,
        variant: str | None = None,
        changed: dict[str, str] | None = None,
        like: Paper | None = None,
    ) -> Paper:
        """One paper.

        receipt_no  is printed on an application if given
        changed     attributes of the person that stand on the paper otherwise than on file
        like        a paper of the same type whose layout and looks this one shall have
        """
        rng = self.rng
        who = replace(person or rng.choice(self.book.strangers), **(changed or {}))  # type: ignore[arg-type]
        variant = variant or (like.variant if like else self._layout(type_, len(workers)))
        k = draw_stationery(rng, self.split, institution=type_ in PRINTED)
        k = like.look if like and like.look else k
        by_hand = by_hand and type_ not in (*PRINTED, "other", "blank")
        drawer = FactDrawer(rng, self.book, day)
        facts = drawer.draw(who, list(workers), sender or who.name, sheets, "실업급여과")
        context = self._context(who, facts, k, receipt_no, by_hand)
        html = environment().get_template(f"papers/{type_}.{variant}.html").render(context)
        return Paper(
            type=type_,
            person=person,
            html=html,
            pages=html.count('<section class="page'),
            fields=_told(type_, who, facts, receipt_no),
            handwritten=HAND_MARK in html,
            variant=variant,
            style=k.style,
            font=k.font,
            workers=facts.workers if type_ == "payroll" else [],
            look=k,
        )

    def _layout(self, type_: str, workers: int) -> str:
        """Any layout of the type; a long payroll takes one that goes on over the page."""
        letters = variants(self.split, type_)
        if type_ == "payroll":
            letters = tuple(x for x in letters if workers <= PAYROLL_ROOM.get(x, workers))
        return self.rng.choice(letters)

    def _context(
        self, who: Person, facts: Facts, k: Stationery, receipt_no: str, by_hand: bool
    ) -> dict[str, Any]:
        """What the templates know: see `templates/kit.html` for `k`, `facts.Facts` for `f`."""
        rng = self.rng
        v = value_writer(k, by_hand, rng, self.typed)
        picked: dict[str, str] = {}

        def pick(choices: str) -> str:
            return picked.setdefault(choices, rng.choice(choices.split("|")))

        def written(rows: list[list[str]]) -> list[list[Markup]]:
            return [[v(cell) for cell in row] for row in rows]

        return {
            "k": k,
            "f": facts,
            "p": who,
            "e": who.employer,
            "v": v,
            "pick": pick,
            "written": written,
            "qr": qr,
            "label": label_writer(k, rng),
            "name": v(spelled(who.name, rng)),
            "rrn": in_boxes(who.rrn) if k.comb and not by_hand else v(spelled(who.rrn, rng)),
            "phone": v(spelled(who.phone, rng)),
            "address": v(who.address.short if by_hand and rng.random() < 0.5 else who.address.text),
            "email": v(f"user{rng.randrange(10, 999)}@example.com"),
            "receipt": v(receipt_no),
            "company": v(who.employer.company),
            "business_no": v(who.employer.business_no),
            "bank": v(who.bank),
            "account": v(spelled(who.account, rng)),
        }


def _told(type_: str, who: Person, facts: Facts, receipt_no: str) -> dict[str, str]:
    """The truth's fields of a paper."""
    values = {
        "name": facts.workers[0].name if type_ == "payroll" else who.name,
        "rrn": who.rrn,
        "phone": who.phone,
        "receipt_no": receipt_no,
        "business_no": who.employer.business_no,
        "account": who.account,
        "bank": who.bank,
    }
    return {name: values[name] for name in FIELDS.get(type_, ()) if values[name]}
