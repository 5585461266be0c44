"""What a file is, by its content; what may not be opened, and why."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from config.settings import settings
from ocr import problems, source, tiff
from ocr.problems import ADVICE, UnreadableError
from ocr.source import inspect
from tests.ocr import paper


def code_of(path: Path) -> str:
    with pytest.raises(UnreadableError) as caught:
        inspect(path)
    assert caught.value.advice
    return caught.value.code


def test_the_name_says_nothing(tmp_path: Path) -> None:
    page = Image.new("L", (100, 120), 255)
    for kind, form in (("png", "PNG"), ("jpeg", "JPEG"), ("tiff", "TIFF"), ("pdf", "PDF")):
        path = tmp_path / f"letter-{kind}.hwp"
        page.save(path, form)
        assert inspect(path).kind == kind


def test_heic_is_known(tmp_path: Path) -> None:
    import pillow_heif

    pillow_heif.from_pillow(Image.new("RGB", (200, 260), "white")).save(tmp_path / "photo.jpg")
    assert inspect(tmp_path / "photo.jpg").kind == "heic"


@pytest.mark.parametrize("content", [b"", b"\0" * 3000, b" \r\n\t"])
def test_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    assert code_of(tmp_path / "a.pdf") == problems.EMPTY


def test_hwp_and_others_are_unsupported(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with zipfile.ZipFile(tmp_path / "b.pdf", "w") as box:
        box.writestr("mimetype", "application/hwp+zip")
    (tmp_path / "c.tif").write_bytes(b"GIF89a" + b"\0" * 60)
    for name, word in (("a.pdf", "HWP"), ("b.pdf", "HWPX"), ("c.tif", "GIF")):
        with pytest.raises(UnreadableError) as caught:
            inspect(tmp_path / name)
        assert caught.value.code == problems.UNSUPPORTED and word in caught.value.detail


def test_tiny_large_and_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("1", (1, 1)).save(tmp_path / "one.png")
    assert code_of(tmp_path / "one.png") == problems.TINY
    Image.new("1", (12_000, 11_000)).save(tmp_path / "wide.png")
    assert code_of(tmp_path / "wide.png") == problems.TOO_LARGE
    page = Image.new("1", (64, 64), 1)
    page.save(tmp_path / "600.tif", save_all=True, append_images=[page] * 599, compression="group4")
    assert code_of(tmp_path / "600.tif") == problems.TOO_MANY_PAGES
    page.save(tmp_path / "600.pdf", "PDF", save_all=True, append_images=[page] * 599)
    assert code_of(tmp_path / "600.pdf") == problems.TOO_MANY_PAGES
    small = settings().model_copy(update={"max_file_bytes": 1000})
    monkeypatch.setattr(source, "settings", lambda: small)
    (tmp_path / "heavy.pdf").write_bytes(b"%PDF-1.4" + b" " * 2000)
    assert code_of(tmp_path / "heavy.pdf") == problems.TOO_LARGE


def test_cut_off_files(tmp_path: Path) -> None:
    paper.as_fax(paper.form(150), tmp_path / "whole.tif", dpi=150)
    data = (tmp_path / "whole.tif").read_bytes()
    (tmp_path / "half.tif").write_bytes(data[: len(data) // 2])
    assert code_of(tmp_path / "half.tif") in (problems.TRUNCATED, problems.MALFORMED)
    (tmp_path / "half.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Cat")
    assert code_of(tmp_path / "half.pdf") == problems.MALFORMED


@pytest.mark.parametrize("compression", ["group3", "group4"])
@pytest.mark.parametrize("lines", [0, 400])
def test_rows_that_never_came_are_counted(tmp_path: Path, compression: str, lines: int) -> None:
    """A fax that says 400 rows more than its data holds; and one with 400 blank rows, which is whole."""
    dots = np.ones((600, 1728), bool)
    dots[100:200, 300:500] = dots[590:600, 700:900] = False
    path = tmp_path / "fax.tif"
    whole = np.vstack([dots, np.ones((400 - lines, 1728), bool)])
    Image.fromarray(whole).save(path, compression=compression, tiffinfo={278: 1000})
    if lines:
        data = bytearray(path.read_bytes())
        data[:] = data.replace((600).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
        path.write_bytes(bytes(data))
    with Image.open(path) as image:
        image.load()
        gray = np.asarray(image.convert("L"))
        if lines and gray.shape[0] != 1000:
            pytest.skip("this Pillow writes the height otherwise")
        missing = tiff.missing_rows(path, image, gray)
    assert missing == 0 if not lines else 340 <= missing <= 410


def test_every_code_has_advice() -> None:
    codes = {v for k, v in vars(problems).items() if k.isupper() and isinstance(v, str)}
    assert codes == set(ADVICE)
