"""The record: one SQLModel class per table. Importing this module registers all of them."""

from sqlmodel import SQLModel

from queues.models.accounts import Account, LoginSession
from queues.models.attachments import Attachment
from queues.models.audit import AccessLog, AuditEvent, AuditSeal
from queues.models.cases import Application, SourceCursor, SupplementRequest
from queues.models.deliveries import Delivery, Page
from queues.models.documents import Document, LinkCandidate, ReadField
from queues.models.people import Employer, Officer, Person
from queues.models.reviews import ReviewTask
from queues.models.states import (
    ApplicationState,
    DeliveryState,
    DocumentState,
    ErrorKind,
    PageState,
    ReviewState,
    Role,
    SinkState,
    SupplementState,
    WorkerState,
    WorkState,
)
from queues.models.traces import DeliveryTrace
from queues.models.work import Bot, BotRun, Firing, WorkItem, WorkItemEvent
from queues.models.workers import Lease, Worker

metadata = SQLModel.metadata

__all__ = [
    "AccessLog",
    "Account",
    "Application",
    "ApplicationState",
    "Attachment",
    "AuditEvent",
    "AuditSeal",
    "Bot",
    "BotRun",
    "Delivery",
    "DeliveryState",
    "DeliveryTrace",
    "Document",
    "DocumentState",
    "Employer",
    "ErrorKind",
    "Firing",
    "Lease",
    "LinkCandidate",
    "LoginSession",
    "Officer",
    "Page",
    "PageState",
    "Person",
    "ReadField",
    "ReviewState",
    "ReviewTask",
    "Role",
    "SQLModel",
    "SinkState",
    "SourceCursor",
    "SupplementRequest",
    "SupplementState",
    "WorkItem",
    "WorkItemEvent",
    "WorkState",
    "Worker",
    "WorkerState",
    "metadata",
]
