"""The files that the site takes: the letters of a batch in one PDF, and the list of their addresses."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pikepdf

from config.post_rates import post_rates, price, sheets_of
from config.post_sites import Addresses
from queues import files
from queues.errors import NotStored, Unreadable

_LETTERS, _ADDRESSES = "letters.pdf", "addresses.csv"
_ALWAYS = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Letter:
    """One letter that is to go: `to` as `queues.dispatches.recipient` gives it, `sha256` of its PDF.

    stays  why it must not go after all, a reason; "" for one that goes
    """

    dispatch_id: int
    key: str
    to: Mapping[str, str]
    sha256: str
    stays: str = ""


@dataclass(frozen=True)
class Row:
    """A letter's place in the upload: from which page of the PDF on, sheets and won by our own count."""

    dispatch_id: int
    key: str
    first_page: int
    pages: int
    sheets: int
    won: int


@dataclass(frozen=True)
class Upload:
    """What is uploaded. Empty `rows`: no letter can go."""

    pdf: bytes
    addresses: bytes
    rows: tuple[Row, ...]

    @property
    def sheets(self) -> int:
        return sum(row.sheets for row in self.rows)

    @property
    def won(self) -> int:
        return sum(row.won for row in self.rows)

    def packed(self) -> bytes:
        """Both files as one, the same bytes every time."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, content in ((_LETTERS, self.pdf), (_ADDRESSES, self.addresses)):
                archive.writestr(zipfile.ZipInfo(name, _ALWAYS), content)
        return target.getvalue()


def unpack(packed: bytes) -> tuple[bytes, bytes]:
    """PDF and address list of `Upload.packed`."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return archive.read(_LETTERS), archive.read(_ADDRESSES)


def build(
    letters: Sequence[Letter], service: str, envelope: str, addresses: Addresses
) -> tuple[Upload, dict[int, str]]:
    """The upload of these letters, in their order, and which of them cannot go: dispatch id to reason.

    Reasons: "post_no_letter", "post_letter_broken", "post_sheets" (more than the envelope takes),
    what a letter `stays` for, "post_address_missing", "post_address_unprintable", "post_address_long".
    Raises `config.post_rates.PostRatesError` when no rate is in force.
    """
    merged, rows, lines = pikepdf.Pdf.new(), list[Row](), list[list[str]]()
    refused: dict[int, str] = {}
    for letter in letters:
        problem = letter.stays or _address_problem(letter.to, addresses)
        pages = None if problem else _open(letter.sha256)
        if isinstance(pages, str) or problem:
            refused[letter.dispatch_id] = problem or str(pages)
            continue
        assert pages is not None
        count = len(pages.pages)
        sheets = sheets_of(count)
        if not 1 <= sheets <= post_rates().envelopes[envelope].most_sheets:
            refused[letter.dispatch_id] = "post_sheets"
            continue
        row = Row(
            dispatch_id=letter.dispatch_id,
            key=letter.key,
            first_page=len(merged.pages) + 1,
            pages=count,
            sheets=sheets,
            won=price(service, envelope, sheets),
        )
        merged.pages.extend(pages.pages)
        rows.append(row)
        lines.append(_line(row, len(rows), letter.to, addresses))
    return Upload(_saved(merged), _list(lines, addresses), tuple(rows)), refused


def _open(sha256: str) -> pikepdf.Pdf | str:
    """The letter, or why there is none."""
    if not sha256:
        return "post_no_letter"
    try:
        return pikepdf.Pdf.open(io.BytesIO(files.read(sha256)))
    except NotStored:
        return "post_no_letter"
    except (pikepdf.PdfError, Unreadable):
        return "post_letter_broken"


def _saved(merged: pikepdf.Pdf) -> bytes:
    target = io.BytesIO()
    if not len(merged.pages):
        return b""
    merged.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def _address_problem(to: Mapping[str, str], addresses: Addresses) -> str:
    for needed in ("name", "postcode", "address"):
        if not (to.get(needed) or "").strip():
            return "post_address_missing"
    for column in addresses.columns:
        text = to.get(column.value) or ""
        if not _prints(text, addresses.encoding):
            return "post_address_unprintable"
        if column.longest is not None and len(text.strip()) > column.longest:
            return "post_address_long"
    return ""


def _prints(text: str, encoding: str) -> bool:
    """Whether paper can show it: no unpaired surrogate, control character, emoji or unassigned sign."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return all(map(_is_printed, text))


def _is_printed(sign: str) -> bool:
    kind = unicodedata.category(sign)
    if kind != "So":
        return kind not in ("Cc", "Cn", "Co", "Cs")
    try:
        sign.encode("cp949")  # ㈜ and its like
    except UnicodeEncodeError:
        return False
    return True


def _line(row: Row, position: int, to: Mapping[str, str], addresses: Addresses) -> list[str]:
    known = {
        "position": str(position),
        "key": row.key,
        "first_page": str(row.first_page),
        "pages": str(row.pages),
    }
    return [known.get(c.value) or (to.get(c.value) or "").strip() for c in addresses.columns]


def _list(lines: list[list[str]], addresses: Addresses) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([column.head for column in addresses.columns])
    writer.writerows(lines)
    return target.getvalue().encode(addresses.encoding)
