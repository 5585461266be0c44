"""pain.001.001.09: the transfers of a file as the bank takes them, written transfer by transfer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from pyiso20022.pain import pain_001_001_09 as pain
from xsdata.formats.dataclass.models.generics import DerivedElement
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.formats.dataclass.serializers.writers import XmlEventWriter
from xsdata.models.datatype import XmlDate, XmlDateTime

from bots.iso20022.transfer import CURRENCY, Frame, Transfer

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_END = "</PmtInf>"


def written(frame: Frame, transfers: Iterable[Transfer]) -> Iterator[bytes]:
    """The file in pieces, UTF-8. Raises ValueError, at the end, when count or sum are not those of the frame."""
    serializer = XmlSerializer(config=SerializerConfig(xml_declaration=False), writer=XmlEventWriter)
    whole = serializer.render(_document(frame), ns_map={None: NAMESPACE})
    head, end, tail = whole.partition(_END)
    yield _DECLARATION + head.encode()
    count = total = 0
    for transfer in transfers:
        count, total = count + 1, total + transfer.amount_won
        yield _one(serializer, transfer, frame.clearing_system)
    if (count, total) != (frame.count, frame.total_won):
        raise ValueError(
            f"{frame.msg_id}: {count} transfers of {total} won, not {frame.count} of {frame.total_won}"
        )
    yield (end + tail).encode()


def _one(serializer: XmlSerializer, transfer: Transfer, clearing_system: str) -> bytes:
    element = DerivedElement(qname=f"{{{NAMESPACE}}}CdtTrfTxInf", value=_transfer(transfer, clearing_system))
    text = serializer.render(element, ns_map={None: NAMESPACE})
    return b"<CdtTrfTxInf>" + text[text.index(">") + 1 :].encode()  # the namespace stands at the root already


def _document(frame: Frame) -> pain.Document:
    header = pain.GroupHeader85(
        msg_id=frame.msg_id,
        cre_dt_tm=XmlDateTime.from_datetime(frame.made_at.replace(microsecond=0)),
        nb_of_txs=str(frame.count),
        ctrl_sum=Decimal(frame.total_won),
        initg_pty=pain.PartyIdentification135(
            nm=frame.debtor,
            id=pain.Party38Choice(
                org_id=pain.OrganisationIdentification29(
                    othr=[pain.GenericOrganisationIdentification1(id=frame.company_code)]
                )
            ),
        ),
    )
    instruction = pain.PaymentInstruction30(
        pmt_inf_id=frame.msg_id,
        pmt_mtd=pain.PaymentMethod3Code.TRF,
        btch_bookg=False,  # one entry on the statement for each transfer: each is reconciled
        nb_of_txs=str(frame.count),
        ctrl_sum=Decimal(frame.total_won),
        reqd_exctn_dt=pain.DateAndDateTime2Choice(dt=XmlDate.from_date(frame.pay_on)),
        dbtr=pain.PartyIdentification135(nm=frame.debtor),
        dbtr_acct=_account(frame.debit_account, CURRENCY),
        dbtr_agt=_bank(frame.debit_bank, frame.clearing_system),
        chrg_br=pain.ChargeBearerType1Code.DEBT,  # the payee gets the whole sum
    )
    return pain.Document(
        cstmr_cdt_trf_initn=pain.CustomerCreditTransferInitiationV09(grp_hdr=header, pmt_inf=[instruction])
    )


def _transfer(transfer: Transfer, clearing_system: str) -> pain.CreditTransferTransaction34:
    return pain.CreditTransferTransaction34(
        pmt_id=pain.PaymentIdentification6(
            instr_id=str(transfer.position), end_to_end_id=transfer.end_to_end
        ),
        amt=pain.AmountType4Choice(
            instd_amt=pain.ActiveOrHistoricCurrencyAndAmount(value=Decimal(transfer.amount_won), ccy=CURRENCY)
        ),
        cdtr_agt=_bank(transfer.bank_code, clearing_system),
        cdtr=pain.PartyIdentification135(nm=transfer.holder),
        cdtr_acct=_account(transfer.account),
        rmt_inf=pain.RemittanceInformation16(ustrd=[transfer.statement_text])
        if transfer.statement_text
        else None,
    )


def _account(digits: str, currency: str | None = None) -> pain.CashAccount38:
    return pain.CashAccount38(
        id=pain.AccountIdentification4Choice(othr=pain.GenericAccountIdentification1(id=digits)), ccy=currency
    )


def _bank(code: str, clearing_system: str) -> pain.BranchAndFinancialInstitutionIdentification6:
    return pain.BranchAndFinancialInstitutionIdentification6(
        fin_instn_id=pain.FinancialInstitutionIdentification18(
            clr_sys_mmb_id=pain.ClearingSystemMemberIdentification2(
                clr_sys_id=pain.ClearingSystemIdentification2Choice(prtry=clearing_system), mmb_id=code
            )
        )
    )
