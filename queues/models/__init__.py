"""The record: one SQLModel class per table. Importing this module registers all of them."""

from sqlmodel import SQLModel

from queues.models.accounts import Account, LoginSession
from queues.models.attachments import Attachment
from queues.models.audit import AccessLog, AuditEvent, AuditSeal
from queues.models.banking import BankDay, BankMessage, Difference, MessageCounter, StatementLine
from queues.models.budgets import AccountingEntry, Appointment, BudgetEntry, BudgetItem, FundReturn
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
from queues.models.payment_files import PaymentFile
from queues.models.payments import Decision, Payment, PaymentBatch, PaymentEvent, PaymentOrder
from queues.models.people import Absence, Employer, NewPaper, Officer, Person
from queues.models.portals import PortalProblem, PortalStanding
from queues.models.reviews import Correction, Effect, Registration, ReviewTask, Transfer
from queues.models.states import (
    ApplicationState,
    ApprovalState,
    BankDayState,
    DeliveryState,
    DispatchState,
    DocumentState,
    ErrorKind,
    FundReturnState,
    MailState,
    NoticeState,
    OrderState,
    OutwardState,
    PageState,
    PaymentBatchState,
    PaymentFileState,
    PaymentState,
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
    "AccountingEntry",
    "AlarmSeen",
    "Application",
    "ApplicationState",
    "Appointment",
    "Approval",
    "ApprovalState",
    "Attachment",
    "AuditEvent",
    "AuditSeal",
    "BankDay",
    "BankDayState",
    "BankMessage",
    "Bot",
    "BotRun",
    "BudgetEntry",
    "BudgetItem",
    "ClockStop",
    "Consent",
    "Correction",
    "Decision",
    "Delivery",
    "DeliveryKey",
    "DeliveryState",
    "DeliveryTrace",
    "DeskEntry",
    "DeskFile",
    "Difference",
    "Dispatch",
    "DispatchEvent",
    "DispatchState",
    "Document",
    "DocumentState",
    "Effect",
    "Employer",
    "ErrorKind",
    "Firing",
    "FundReturn",
    "FundReturnState",
    "Lease",
    "LinkCandidate",
    "LoginSession",
    "Mail",
    "MailState",
    "MessageCounter",
    "NewPaper",
    "Notice",
    "NoticeState",
    "Officer",
    "OrderState",
    "OutwardState",
    "Page",
    "PageState",
    "Payment",
    "PaymentBatch",
    "PaymentBatchState",
    "PaymentEvent",
    "PaymentFile",
    "PaymentFileState",
    "PaymentOrder",
    "PaymentState",
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
    "StatementLine",
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
