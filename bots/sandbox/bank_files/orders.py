"""What a pain.001 asks the bank to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree

from bots.sandbox.bank.entries import Asked

_SPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


class NotTaken(ValueError):
    """The bank does not take the file at all."""


@dataclass(frozen=True, slots=True)
class Order:
    """A file: what it is called, and each of its transfers with its place."""

    msg_id: str
    count: int
    total: int
    transfers: tuple[tuple[str, Asked], ...]


def read(content: bytes) -> Order:
    """Raises `NotTaken` for anything that is not whole."""
    try:
        root = ElementTree.fromstring(content)  # noqa: S314
    except ElementTree.ParseError as error:
        raise NotTaken("xml") from error
    if root.tag != f"{_SPACE}Document":
        raise NotTaken("type")
    header = root.find(f".//{_SPACE}GrpHdr")
    if header is None:
        raise NotTaken("header")
    order = Order(
        _text(header, "MsgId"),
        int(_text(header, "NbOfTxs")),
        int(_text(header, "CtrlSum")),
        tuple(_all(root)),
    )
    if (order.count, order.total) != (
        len(order.transfers),
        sum(asked.amount for _, asked in order.transfers),
    ):
        raise NotTaken("sums")
    return order


def _all(root: ElementTree.Element) -> Iterator[tuple[str, Asked]]:
    for instruction in root.iter(f"{_SPACE}PmtInf"):
        day = date.fromisoformat(_text(instruction, "ReqdExctnDt/Dt"))
        debit = _text(instruction, "DbtrAcct/Id/Othr/Id")
        for one in instruction.iter(f"{_SPACE}CdtTrfTxInf"):
            name = _text(one, "PmtId/EndToEndId")
            asked = Asked(
                key=f"iso:{name}",
                channel="iso20022",
                day=day,
                named=name,
                debit=debit,
                bank=_text(one, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId"),
                account=_text(one, "CdtrAcct/Id/Othr/Id"),
                amount=int(_text(one, "Amt/InstdAmt")),
                text=_text(one, "RmtInf/Ustrd"),
                holder=_text(one, "Cdtr/Nm"),
            )
            yield _text(one, "PmtId/InstrId"), asked


def _text(element: ElementTree.Element, path: str) -> str:
    return element.findtext("/".join(f"{_SPACE}{name}" for name in path.split("/")), "").strip()
