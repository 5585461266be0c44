"""Citizens who answer a letter of the center: its last page, the slip for the answer, and what it asks for."""

from __future__ import annotations

import base64
import io
import re
from datetime import datetime

import pypdfium2 as pdfium
from PIL import Image

from bots.sandbox.composer import Composer
from bots.sandbox.deliveries import Delivery, Part
from bots.sandbox.papers import ATTACHMENTS, Paper
from bots.sandbox.press import page_images
from bots.sandbox.ways import SEOUL
from config.case_code import RECEIPT_NO
from ocr.forms import default_forms

_DPI = 200


def read_letter(pdf: bytes) -> tuple[str, list[str]]:
    """The receipt number of a letter and the types of the papers that it names, as one who reads it sees them."""
    with pdfium.PdfDocument(pdf) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    found = re.search(RECEIPT_NO, text)
    forms = default_forms()
    asked = [type_ for type_ in ATTACHMENTS if forms[type_].title in text]
    return (found[0] if found else "", asked)


def answer(composer: Composer, letter: bytes, medium: str = "fax_fine") -> Delivery | None:
    """The letter's last page and the papers it asks for, of the person to whom it was written.

    None when it is about nobody of the casebook, or asks for nothing that a person could send.
    """
    receipt_no, asked = read_letter(letter)
    case = next((c for c in composer.book.cases if c.receipt_no == receipt_no), None)
    if case is None or not asked:
        return None
    papers = [
        composer.writer.write(type_, case.person, composer.today, by_hand=False, workers=[case.person])
        for type_ in asked
    ]
    slip = Paper("other", case.person, _as_page(letter), 1, {"receipt_no": receipt_no})
    parts = [Part(paper, receipt_no, "attached", "", (receipt_no,)) for paper in (slip, *papers)]
    delivery = Delivery(
        number=len(composer.sent) + 1,
        kind="answer",
        media=medium,
        parts=parts,
        sender=case.person.name,
        caller=case.person.phone,
        sent=datetime.now(SEOUL),
    )
    composer.sent.append(delivery)
    composer.only_once.add(delivery.number)
    return delivery


def _as_page(letter: bytes) -> str:
    """The last page as a picture that fills a sheet, as HTML."""
    buffer = io.BytesIO()
    Image.fromarray(page_images(letter, _DPI)[-1]).save(buffer, "PNG")
    picture = base64.b64encode(buffer.getvalue()).decode()
    return f'<section class="page"><img src="data:image/png;base64,{picture}" style="width:210mm"></section>'
