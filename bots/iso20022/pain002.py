"""pain.002.001.10 to .14: what the bank says of a file of transfers, on three levels.

The group speaks of the whole file, an instruction of its transfers, a transaction of itself; the nearest word
counts (ISO 20022, CustomerPaymentStatusReport).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element

from bots.iso20022.amounts import whole_number, won
from bots.iso20022.xml_stream import cut, text_at

VERSIONS = tuple(f"pain.002.001.{version}" for version in range(10, 15))
_CUT = frozenset({"GrpHdr", "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts"})
_AMOUNTS = ("Amt/InstdAmt", "Amt/EqvtAmt/Amt", "IntrBkSttlmAmt")


def entries(source: BinaryIO) -> Iterator[dict[str, Any]]:
    """One mapping for each word, in the order of the file; "kind" says of which level.

    {"kind": "header", "msg_id"}
    {"kind": "group", "original", "original_kind", "status", "reasons", "count", "won"}
    {"kind": "transaction", "end_to_end", "position", "status", "reasons", "won", "reference"}
    {"kind": "instruction", "original", "status", "reasons", "count", "won"}   after its transactions

    Raises `BadXml`, and ValueError for sums that are not whole won.
    """
    for around, element in cut(source, _CUT):
        if element.tag == "GrpHdr":
            yield {"kind": "header", "msg_id": text_at(element, "MsgId")}
        elif element.tag == "OrgnlGrpInfAndSts":
            yield {
                "kind": "group",
                "original": text_at(element, "OrgnlMsgId"),
                "original_kind": text_at(element, "OrgnlMsgNmId"),
                **_told(element, "GrpSts"),
                **_counted(element),
            }
        elif element.tag == "TxInfAndSts":
            yield _transaction(element, around[-1])
        else:
            yield {
                "kind": "instruction",
                "original": text_at(element, "OrgnlPmtInfId"),
                **_told(element, "PmtInfSts"),
                **_counted(element),
            }


def _transaction(element: Element, instruction: Element) -> dict[str, Any]:
    told = _told(element, "TxSts")
    if not told["status"]:
        told = _told(instruction, "PmtInfSts")
    reference = element.find("OrgnlTxRef")
    amounts = [] if reference is None else [reference.find(path) for path in _AMOUNTS]
    amount = next((one for one in amounts if one is not None), None)
    return {
        "kind": "transaction",
        "end_to_end": text_at(element, "OrgnlEndToEndId"),
        "position": text_at(element, "OrgnlInstrId"),
        **told,
        "won": None if amount is None else won(amount),
        "reference": text_at(element, "AcctSvcrRef"),
    }


def _told(element: Element, status: str) -> dict[str, Any]:
    reasons = [text_at(one, "Rsn/Cd") or text_at(one, "Rsn/Prtry") for one in element.findall("StsRsnInf")]
    return {"status": text_at(element, status), "reasons": [reason[:35] for reason in reasons if reason][:5]}


def _counted(element: Element) -> dict[str, Any]:
    count, total = text_at(element, "OrgnlNbOfTxs"), text_at(element, "OrgnlCtrlSum")
    return {
        "count": whole_number(count) if count else None,
        "won": whole_number(total) if total else None,
    }
