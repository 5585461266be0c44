"""camt.053.001.08 and camt.054.001.08 as the bank writes them, of the lines of its books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from xml.sax.saxutils import escape

from bots.sandbox.bank.entries import Line
from bots.sandbox.bank_files.codes import REASONS

_ZONE = "+09:00"
_SPACE = "urn:iso:std:iso:20022:tech:xsd:"


def camt053(account: str, day: date, opening: int, closing: int, lines: Iterable[Line]) -> bytes:
    """The statement of an account on a day; balances and amounts in whole won."""
    head = (
        f"<FrToDt><FrDtTm>{day}T00:00:00{_ZONE}</FrDtTm><ToDtTm>{day}T23:59:59{_ZONE}</ToDtTm></FrToDt>"
        f"{_account(account)}{_balance('OPBD', opening, day)}{_balance('CLBD', closing, day)}"
    )
    return _document("camt.053.001.08", "BkToCstmrStmt", "Stmt", f"ST{day:%Y%m%d}-{account}", head, lines)


def camt054(account: str, identification: str, lines: Iterable[Line]) -> bytes:
    """A notice of what was just booked on an account."""
    return _document(
        "camt.054.001.08",
        "BkToCstmrDbtCdtNtfctn",
        "Ntfctn",
        f"{identification}-{account}"[:35],
        _account(account),
        lines,
    )


def named(line: Line) -> str:
    """How the bank names a transfer: by its EndToEndId; one by message by its day and message number."""
    transfer = line.transfer
    return transfer.named if transfer.channel == "iso20022" else f"{transfer.day:%Y%m%d}-{transfer.named}"


def _document(
    kind: str, message: str, inner: str, identification: str, head: str, lines: Iterable[Line]
) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    parts = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{_SPACE}{kind}"><{message}>',
        f"<GrpHdr><MsgId>{escape(identification)}</MsgId><CreDtTm>{now}</CreDtTm></GrpHdr>",
        f"<{inner}><Id>{escape(identification)}</Id><CreDtTm>{now}</CreDtTm>{head}",
        *_entries(lines),
        f"</{inner}></{message}></Document>\n",
    ]
    return "".join(parts).encode()


def _entries(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        transfer = line.transfer
        direction = "CRDT" if line.amount > 0 else "DBIT"
        returned = line.kind == "return"
        amount = f'<Amt Ccy="KRW">{abs(line.amount)}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'
        reason = REASONS.get(transfer.code, "MS03")
        yield (
            f"<Ntry><NtryRef>{line.id}</NtryRef>{amount}"
            f"{'<RvslInd>true</RvslInd>' if returned else ''}<Sts><Cd>BOOK</Cd></Sts>"
            f"<BookgDt><Dt>{line.day}</Dt></BookgDt><AcctSvcrRef>E{line.id:012d}</AcctSvcrRef>"
            f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd>"
            f"<SubFmlyCd>{'RRTN' if returned else 'DMCT'}</SubFmlyCd></Fmly></Domn></BkTxCd>"
            f"<NtryDtls><TxDtls><Refs><AcctSvcrRef>E{line.id:012d}</AcctSvcrRef>"
            f"<EndToEndId>{escape(named(line))}</EndToEndId></Refs>{amount}"
            f"<RltdPties><CdtrAcct><Id><Othr><Id>{escape(transfer.account)}</Id></Othr></Id></CdtrAcct></RltdPties>"
            f"{f'<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>' if returned else ''}"
            "</TxDtls></NtryDtls></Ntry>"
        )


def _account(account: str) -> str:
    return f"<Acct><Id><Othr><Id>{escape(account)}</Id></Othr></Id><Ccy>KRW</Ccy></Acct>"


def _balance(kind: str, won: int, day: date) -> str:
    direction = "CRDT" if won >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="KRW">{abs(won)}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>'
    )
