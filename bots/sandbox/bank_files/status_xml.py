"""pain.002 as banks write it: versions 10 to 14, on the level of group, instruction or transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version:02d}"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one transfer. `status` "" leaves it to the level above."""

    end_to_end: str
    status: str
    reasons: tuple[str, ...] = ()
    amount: int | None = None
    position: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A whole answer. `count`, `total` of the original, None to leave them out; `instruction`: its PmtInfSts."""

    msg_id: str
    original: str
    made_at: datetime
    group: str = ""
    group_reasons: tuple[str, ...] = ()
    instruction: str = ""
    instruction_reasons: tuple[str, ...] = ()
    count: int | None = None
    total: int | None = None
    told: tuple[Told, ...] = ()


def pain002(report: Report, version: int = 10) -> bytes:
    """The file, UTF-8."""
    space = _NAMESPACE.format(version=version)
    parts = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{space}"><CstmrPmtStsRpt>',
        f"<GrpHdr><MsgId>{escape(report.msg_id)}</MsgId>",
        f"<CreDtTm>{report.made_at.isoformat(timespec='seconds')}</CreDtTm></GrpHdr>",
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{escape(report.original)}</OrgnlMsgId>",
        "<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>",
        _tag("OrgnlNbOfTxs", report.count),
        _tag("OrgnlCtrlSum", report.total),
        _tag("GrpSts", report.group),
        _reasons(report.group_reasons),
        "</OrgnlGrpInfAndSts>",
    ]
    if report.told or report.instruction:
        parts.append(f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{escape(report.original)}</OrgnlPmtInfId>")
        parts += [_tag("PmtInfSts", report.instruction), _reasons(report.instruction_reasons)]
        parts += _transactions(report.told)
        parts.append("</OrgnlPmtInfAndSts>")
    parts.append("</CstmrPmtStsRpt></Document>\n")
    return "".join(parts).encode()


def _transactions(told: Iterable[Told]) -> Iterable[str]:
    for one in told:
        amount = ""
        if one.amount is not None:
            amount = f'<OrgnlTxRef><Amt><InstdAmt Ccy="KRW">{one.amount}</InstdAmt></Amt></OrgnlTxRef>'
        yield (
            f"<TxInfAndSts>{_tag('OrgnlInstrId', one.position)}"
            f"<OrgnlEndToEndId>{escape(one.end_to_end)}</OrgnlEndToEndId>"
            f"{_tag('TxSts', one.status)}{_reasons(one.reasons)}{amount}</TxInfAndSts>"
        )


def _reasons(codes: Iterable[str]) -> str:
    return "".join(f"<StsRsnInf><Rsn><Cd>{escape(code)}</Cd></Rsn></StsRsnInf>" for code in codes)


def _tag(name: str, value: object) -> str:
    return "" if value is None or value == "" else f"<{name}>{escape(str(value))}</{name}>"
