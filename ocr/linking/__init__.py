"""Read documents to the cases on file they belong to: probabilistic record linkage.

index = CaseIndex(applications)
links = link(delivery.documents, Arrival(caller_number="010-..."), index)
"""

from ocr.linking.index import CaseIndex
from ocr.linking.link import link
from ocr.linking.policy import LinkPolicy
from ocr.linking.records import ApplicationOnFile, Arrival, Candidate, DocumentLink, Evidence

__all__ = [
    "ApplicationOnFile",
    "Arrival",
    "Candidate",
    "CaseIndex",
    "DocumentLink",
    "Evidence",
    "LinkPolicy",
    "link",
]
