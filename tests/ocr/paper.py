"""Papers that the tests draw for themselves: a form with a table, as a fax, a scan, a PDF."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

FONTS = (
    "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
    "/usr/share/fonts/truetype/nanum/NanumBarunGothic.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
VALUES = (
    ("성명", "홍길동", "전화번호", "010-1234-5678"),
    ("생년월일", "1996-01-21", "은행명", "우리은행"),
    ("예금주", "홍길동", "계좌번호", "110-234-567890"),
)


def font(size: int) -> ImageFont.FreeTypeFont:
    for name in FONTS:
        if Path(name).exists():
            return ImageFont.truetype(name, size)
    pytest.skip("no Korean font (fonts-nanum)")
    raise AssertionError


def form(dpi: int = 300) -> Image.Image:
    """A4, gray, square resolution: a title, a table of three rows and four columns, a closing line."""
    inch = dpi
    page = Image.new("L", (round(8.27 * inch), round(11.69 * inch)), 255)
    pen = ImageDraw.Draw(page)
    pen.text((2.6 * inch, 1.0 * inch), "수급자격 인정신청서", font=font(round(0.3 * inch)), fill=0)
    lefts = [0.8, 1.9, 4.0, 5.2, 7.4]
    tops = [2.0 + 0.4 * i for i in range(len(VALUES) + 1)]
    thick = max(2, round(0.01 * inch))
    for top in tops:
        pen.line([(lefts[0] * inch, top * inch), (lefts[-1] * inch, top * inch)], fill=0, width=thick)
    for left in lefts:
        pen.line([(left * inch, tops[0] * inch), (left * inch, tops[-1] * inch)], fill=0, width=thick)
    body = font(round(0.16 * inch))
    for row, values in enumerate(VALUES):
        for left, text in zip(lefts, values, strict=False):
            pen.text(((left + 0.1) * inch, (tops[row] + 0.1) * inch), text, font=body, fill=0)
    pen.text((0.8 * inch, 3.6 * inch), "위와 같이 신청합니다.", font=body, fill=0)
    pen.text((4.8 * inch, 4.2 * inch), "신청인 : 홍길동 (서명)", font=body, fill=0)
    return page


def header(page: Image.Image, text: str, dpi: int = 300) -> Image.Image:
    """The same page with a fax machine's line at its top."""
    marked = page.copy()
    ImageDraw.Draw(marked).text((0.3 * dpi, 0.12 * dpi), text, font=font(round(0.13 * dpi)), fill=0)
    return marked


def as_fax(page: Image.Image, path: Path, down: int = 196, specks: int = 0, dpi: int = 300) -> Path:
    """One bit, 204 dots across and `down` rows an inch, Group 4."""
    size = (round(page.width * 204 / dpi), round(page.height * down / dpi))
    dots = np.asarray(page.resize(size, Image.Resampling.BOX)) > 150
    noise = np.random.default_rng(7)
    if specks:
        dots[noise.integers(0, size[1], specks), noise.integers(0, size[0], specks)] = False
    Image.fromarray(dots).save(path, compression="group4", dpi=(204, down))
    return path


def digits(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def text_pdf(path: Path, lines: list[str], encrypted: bool = False) -> Path:
    """A PDF of one page with a text layer (Latin letters) and a box of four rules around its first line."""
    drawn = "".join(f"BT /F1 12 Tf 72 {760 - 30 * i} Td ({text}) Tj ET\n" for i, text in enumerate(lines))
    content = f"60 750 m 500 750 l S 60 780 m 500 780 l S 60 750 m 60 780 l S 500 750 m 500 780 l S\n{drawn}"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}endstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return write_pdf(path, objects, "/Encrypt 6 0 R" if encrypted else "")


def write_pdf(path: Path, objects: list[str], trailer: str = "") -> Path:
    """A PDF of these objects, numbered from 1, the first its catalogue."""
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(data)
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    data += (
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF".encode()
    )
    path.write_bytes(data)
    return path
