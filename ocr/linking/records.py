"""What linking takes and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ocr.types import Box

OPEN = "open"


@dataclass(frozen=True, slots=True)
class ApplicationOnFile:
    """One case of the system of record; unknown fields are "".

    program     a document type code of an application form (`ub_application`, ...)
    status      "open" or anything else ("closed", "withdrawn", ...), which counts as closed
    rrn         resident number, `960121-1021413`; may be masked (`960121-1******`)
    birth_date  `1996-01-21`
    """

    receipt_no: str
    program: str
    status: str
    name: str = ""
    rrn: str = ""
    birth_date: str = ""
    phone: str = ""
    address: str = ""
    company: str = ""
    business_no: str = ""
    bank: str = ""
    account: str = ""

    @property
    def is_open(self) -> bool:
        return self.status == OPEN


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of a delivery besides its pages.

    caller_number  as the fax server reports it
    sender         the name or number that the calling machine gives of itself (TSI)
    known_callers  business number of the employer to whom a caller number is known to belong
    given_receipt_no  the case that a person named for all of it (at the desk, by a separator sheet), or ""
    """

    caller_number: str = ""
    sender: str = ""
    known_callers: Mapping[str, str] = field(default_factory=dict)
    given_receipt_no: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one field speaks for or against one case. Holds no value of the paper or of the record.

    field     a field name, or "caller_number", "sender", "prior", "delivery"
    level     "exact", "confusable", "one_digit", "transposed", "two_digits", "gap", "alike",
              "one_syllable", "partial", "different", ...
    weight    log2 of the likelihood ratio against an unrelated person; 0 for a repeated reading
    document  index into the documents of the delivery, or -1 (caller number, sender)
    page      1-based page, or 0
    note      "repeated", "masked", "differs_from_record", ...
    """

    field: str
    level: str
    weight: float
    document: int = -1
    page: int = 0
    box: Box | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case the document may belong to; `probability` is among all cases and none."""

    receipt_no: str
    weight: float
    probability: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """Where one document goes, and why.

    decision     "attached", "review" or "discarded"
    receipt_nos  cases it is attached to; several only for an employer's list of workers
    probability  calibrated chance that the decision's case (or the best candidate) is right
    reason       "" when attached; else "not_on_file", "other_program", "closed_case",
                 "two_open_cases", "several_people", "doubtful", "conflict", "nothing_to_go_by",
                 "cover", "blank", "other"
    candidates   best first, at most five
    person       documents of one delivery with the same number are about the same person; -1 unknown
    """

    decision: str
    receipt_nos: tuple[str, ...]
    probability: float
    reason: str
    candidates: tuple[Candidate, ...] = ()
    person: int = -1
