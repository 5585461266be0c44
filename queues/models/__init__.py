"""The record: one SQLModel class per table. Importing this module registers all of them."""

from sqlmodel import SQLModel

from queues.models.accounts import Account, LoginSession
from queues.models.attachments import Attachment
from queues.models.audit import AccessLog, AuditEvent, AuditSeal
from queues.models.cases import Application, SourceCursor, SupplementRequest
from queues.models.deliveries import Delivery, DeliveryKey, DeskEntry, DeskFile, Page
from queues.models.documents import Document, LinkCandidate, ReadField
from queues.models.mails import Mail
from queues.models.notices import (
    Approval,
    ClockStop,
    Consent,
    Dispatch,
    DispatchEvent,
    Notice,
    PostBatch,
    SupplementStep,
)
from queues.models.people import Absence, Employer, NewPaper, Officer, Person
from queues.models.portals import PortalProblem, PortalStanding
from queues.models.reviews import Correction, Effect, Registration, ReviewTask, Transfer
from queues.models.states import (
    ApplicationState,
    ApprovalState,
    DeliveryState,
    DispatchState,
    DocumentState,
    ErrorKind,
    MailState,
    NoticeState,
    OutwardState,
    PageState,
    PostBatchState,
    ReviewState,
    Role,
    SinkState,
    SupplementState,
    WorkerState,
    WorkState,
)
from queues.models.traces import DeliveryTrace
from queues.models.work import AlarmSeen, Bot, BotRun, Firing, WorkEvidence, WorkItem, WorkItemEvent
from queues.models.workers import Lease, Worker

metadata = SQLModel.metadata

__all__ = [
    "Absence",
    "AccessLog",
    "Account",
    "AlarmSeen",
    "Application",
    "ApplicationState",
    "Approval",
    "ApprovalState",
    "Attachment",
    "AuditEvent",
    "AuditSeal",
    "Bot",
    "BotRun",
    "ClockStop",
    "Consent",
    "Correction",
    "Delivery",
    "DeliveryKey",
    "DeliveryState",
    "DeliveryTrace",
    "DeskEntry",
    "DeskFile",
    "Dispatch",
    "DispatchEvent",
    "DispatchState",
    "Document",
    "DocumentState",
    "Effect",
    "Employer",
    "ErrorKind",
    "Firing",
    "Lease",
    "LinkCandidate",
    "LoginSession",
    "Mail",
    "MailState",
    "NewPaper",
    "Notice",
    "NoticeState",
    "Officer",
    "OutwardState",
    "Page",
    "PageState",
    "Person",
    "PortalProblem",
    "PortalStanding",
    "PostBatch",
    "PostBatchState",
    "ReadField",
    "Registration",
    "ReviewState",
    "ReviewTask",
    "Role",
    "SQLModel",
    "SinkState",
    "SourceCursor",
    "SupplementRequest",
    "SupplementState",
    "SupplementStep",
    "Transfer",
    "WorkEvidence",
    "WorkItem",
    "WorkItemEvent",
    "WorkState",
    "Worker",
    "WorkerState",
    "metadata",
]
