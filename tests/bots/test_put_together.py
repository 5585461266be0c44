"""Photos handed over at the desk: put together without loss, read as one, linked to the case that was named."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pikepdf
import pillow_heif
import pytest
from PIL import Image
from sqlmodel import select

from bots.cases.persist import upsert_cases
from bots.cases.source import CaseRow
from bots.intake.link import link_delivery_record
from bots.intake.put_together import put_together
from bots.intake.read import read_delivery_record
from ocr.children import PageReaders
from ocr.problems import UnreadableError
from queues import accounts, database, desk, files
from queues.desk import Handed
from queues.models import Account, Attachment, Delivery, Document, ReviewTask, Role
from tests.bots.papers import application_paper, text_pdf

HONG = CaseRow("2026-UB-1000137", "ub_application", "open", "홍길동", "960121-1021413", phone="010-2345-6789")
OTHER = CaseRow(
    "2026-UB-1000999", "ub_application", "open", "차도윤", "850304-1234568", phone="010-9876-5432"
)


@pytest.fixture(scope="module")
def pool() -> Iterator[PageReaders]:
    with PageReaders(processes=1, page_seconds=40, file_seconds=80) as readers:
        yield readers


@pytest.fixture(scope="module", autouse=True)
def account(database_url: str) -> Account:
    with database.session() as session:
        upsert_cases(session, [HONG, OTHER])
        return accounts.create(session, "desk", "a-long-enough-password", role=Role.STAFF)


def noise(seed: int) -> Image.Image:
    """A picture in which every pixel counts."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (90, 70, 3), dtype=np.uint8))


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def pixels(pdf: pikepdf.Pdf, page: int) -> np.ndarray:
    (image,) = pdf.pages[page].get_images().values()
    return np.asarray(pikepdf.PdfImage(image).as_pil_image().convert("RGB"))


def entered(account: Account, token: str, *contents: bytes, receipt_no: str = "") -> int:
    handed = [Handed(files.put(c), f"{n}.jpg", "jpeg", len(c), 1) for n, c in enumerate(contents)]
    with database.session() as session:
        return desk.hand_in(
            session, token=token, account=account, source="desk:창구", files=handed, receipt_no=receipt_no
        ).entry.id


def test_no_pixel_is_lost_and_the_order_kept(pool: PageReaders, tmp_path: Path) -> None:
    pillow_heif.register_heif_opener()
    turned = Image.Exif()
    turned[0x0112] = 6
    jpeg = saved(noise(1), "JPEG", exif=turned)
    clear = noise(3).convert("RGBA")
    contents = [
        jpeg, saved(noise(2), "PNG"), saved(clear, "PNG"), saved(noise(4), "HEIF", quality=-1),
        saved(noise(5).convert("1"), "TIFF", compression="group4"), text_pdf([["본문"]] * 2),
    ]  # fmt: skip
    paths = []
    for n, content in enumerate(contents):
        paths.append(tmp_path / f"{n}.bin")
        paths[-1].write_bytes(content)
    whole = tmp_path / "whole.pdf"
    assert pool.put_together(paths, whole) == 7
    first = whole.read_bytes()
    assert pool.put_together(paths, whole) == 7 and whole.read_bytes() == first, "the same again is the same"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*(p.name for p in paths), "whole.pdf"])
    with pikepdf.open(whole) as pdf:
        (kept,) = pdf.pages[0].get_images().values()
        assert kept.read_raw_bytes() == jpeg, "a photo's own bytes, not drawn anew"
        assert pdf.pages[0].Rotate == 90
        for page, seed in ((1, 2), (2, 3)):
            assert np.array_equal(pixels(pdf, page), np.asarray(noise(seed)))
        with Image.open(io.BytesIO(contents[3])) as heic:
            assert np.array_equal(pixels(pdf, 3), np.asarray(heic.convert("RGB")))


@pytest.mark.parametrize("bad", [b"\xff\xd8\xff" + b"x" * 400, b"%PDF-1.4 nothing", b"GIF89a...."])
def test_what_cannot_be_opened_is_said(pool: PageReaders, tmp_path: Path, bad: bytes) -> None:
    good, broken = tmp_path / "a", tmp_path / "b"
    good.write_bytes(saved(noise(1), "JPEG"))
    broken.write_bytes(bad)
    with pytest.raises(UnreadableError):
        pool.put_together([good, broken], tmp_path / "whole.pdf")
    assert not list(tmp_path.glob("*.part"))


def test_two_photos_become_one_delivery_of_two_pages(pool: PageReaders, account: Account) -> None:
    entry = entered(account, "together-1", saved(noise(1), "JPEG"), saved(noise(2), "JPEG"))
    (delivery_id,) = put_together(entry, 1, pool)
    assert put_together(entry, 1, pool) == [delivery_id]
    with database.session() as session:
        delivery = session.get_one(Delivery, delivery_id)
        assert (delivery.state, delivery.entered_by) == ("taken", account.id)
    with files.as_path(delivery.original_sha256) as path:
        info = pool.inspect(path)
    assert (info.kind, info.page_count) == ("pdf", 2)


def test_one_broken_photo_keeps_no_other_from_being_read(pool: PageReaders, account: Account) -> None:
    broken = b"\xff\xd8\xff" + b"x" * 400
    entry = entered(account, "together-2", saved(noise(7), "JPEG"), broken)
    ids = put_together(entry, 1, pool)
    assert len(ids) == 2 and put_together(entry, 1, pool) == ids
    read_delivery_record(ids[1], pool)
    with database.session() as session:
        states = [(d.problem, d.original_sha256) for d in (session.get_one(Delivery, i) for i in ids)]
        assert states[1] == ("malformed", files.put(broken))
        asked = session.exec(select(ReviewTask.delivery_id).where(ReviewTask.kind == "unreadable")).all()
        assert ids[1] in asked


def linked(
    pool: PageReaders, account: Account, token: str, content: bytes, receipt_no: str
) -> tuple[str, str, list[int]]:
    """State and reason of the first document, and the applications that it was attached to."""
    entry = entered(account, token, content, receipt_no=receipt_no)
    with database.session() as session:
        delivery_id = desk.files_of(session, entry)[0].delivery_id
    assert delivery_id is not None
    read_delivery_record(delivery_id, pool)
    link_delivery_record(delivery_id)
    with database.session() as session:
        document = session.exec(select(Document).where(Document.delivery_id == delivery_id)).first()
        assert document is not None
        query = select(Attachment.application_id).where(Attachment.document_id == document.id)
        return document.state, document.reason, list(session.exec(query))


def test_the_named_case_is_taken_unless_the_paper_says_another(pool: PageReaders, account: Account) -> None:
    nameless = text_pdf(
        [
            [
                "고용 관련 제출 서류입니다. 아래와 같이 붙임 자료를 제출하오니 확인하여 주시기 바랍니다.",
                "붙임 자료 한 부입니다.",
            ]
        ]
    )
    state, _, cases = linked(pool, account, "named-1", nameless, HONG.receipt_no)
    assert (state, len(cases)) == ("attached", 1)
    of_another = text_pdf([application_paper(OTHER.receipt_no, OTHER.name, OTHER.rrn, OTHER.phone, 1)])
    state, reason, cases = linked(pool, account, "named-2", of_another, HONG.receipt_no)
    assert (state, reason, cases) == ("review", "conflict", [])
