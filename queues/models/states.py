"""Every state that a row of the record can be in. Columns hold the plain text of the value."""

from enum import StrEnum


class ApplicationState(StrEnum):
    RECEIVED = "received"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"


class DeliveryState(StrEnum):
    TAKEN = "taken"
    READING = "reading"
    READ = "read"
    LINKED = "linked"
    REVIEW = "review"
    DONE = "done"
    REJECTED = "rejected"
    SPLIT = "split"


class PageState(StrEnum):
    WAITING = "waiting"
    READ = "read"
    FAILED = "failed"


class MailState(StrEnum):
    """seen: not yet taken; taken: its papers are in the record; known: the same mail was taken at another
    place; gone: somebody moved or deleted it before it was taken."""

    SEEN = "seen"
    TAKEN = "taken"
    KNOWN = "known"
    GONE = "gone"


class DocumentState(StrEnum):
    """transferred: passed on to another center; superseded: its pages are in other documents now."""

    READ = "read"
    ATTACHED = "attached"
    REVIEW = "review"
    WAITING_CASE = "waiting_case"
    DUPLICATE = "duplicate"
    DISCARDED = "discarded"
    REJECTED = "rejected"
    TRANSFERRED = "transferred"
    SUPERSEDED = "superseded"


class SinkState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"


class OutwardState(StrEnum):
    """Of something that another system has to be told: asked, done, refused, taken back."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


class ReviewState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    DECIDED = "decided"
    CANCELLED = "cancelled"


class SupplementState(StrEnum):
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    SATISFIED = "satisfied"


class WorkState(StrEnum):
    """waiting: not yet given to the engine; queued: the engine has it; review: a person has it."""

    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REVIEW = "review"
    CANCELLED = "cancelled"


class ErrorKind(StrEnum):
    BUSINESS = "business"
    SYSTEM = "system"


class WorkerState(StrEnum):
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DEAD = "dead"


class Role(StrEnum):
    STAFF = "staff"
    SUPERVISOR = "supervisor"
    COUNSELOR = "counselor"
    ADMINISTRATOR = "administrator"
