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
    """draft: not asked for yet; asked: the request is on its way or arrived, the clock stands; satisfied: all
    came; returned: the application was given back (반려); given_up: the applicant withdrew it (취하);
    withdrawn: the request itself came to nothing."""

    DRAFT = "draft"
    ASKED = "asked"
    WITHDRAWN = "withdrawn"
    SATISFIED = "satisfied"
    RETURNED = "returned"
    GIVEN_UP = "given_up"


class NoticeState(StrEnum):
    """draft: being made; approval: in the line of people; approved: number and seal to come; ready: the letter
    is final; sending: a dispatch is under way; sent: it left; served: it arrived, as the law sees it;
    returned: it came back; review: a person is asked; cancelled: it does not leave."""

    DRAFT = "draft"
    APPROVAL = "approval"
    APPROVED = "approved"
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    SERVED = "served"
    RETURNED = "returned"
    REVIEW = "review"
    CANCELLED = "cancelled"


class ApprovalState(StrEnum):
    """waiting: others come first; sent_back: not so (반려); void: what was asked about has changed."""

    WAITING = "waiting"
    ASKED = "asked"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    VOID = "void"


class DispatchState(StrEnum):
    """leaving: committed to leave, the outside may have it; sent: the outside has taken it over; delivered and
    returned: its end; failed: it certainly did not leave; unknown: only a person can tell; cancelled."""

    PLANNED = "planned"
    LEAVING = "leaving"
    SENT = "sent"
    DELIVERED = "delivered"
    RETURNED = "returned"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class PostBatchState(StrEnum):
    """paying: the order to pay was about to be given; unknown: whether it was paid only a person can tell."""

    PLANNED = "planned"
    UPLOADING = "uploading"
    UPLOADED = "uploaded"
    PAYING = "paying"
    PAID = "paid"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    FAILED = "failed"


class OrderState(StrEnum):
    """draft: being made; doubt: a person is asked (a double, no account, no budget); ready: may go into a batch;
    batched: in one; paid: the bank paid it; cancelled: nothing is owed any more."""

    DRAFT = "draft"
    DOUBT = "doubt"
    READY = "ready"
    BATCHED = "batched"
    PAID = "paid"
    CANCELLED = "cancelled"


class PaymentBatchState(StrEnum):
    """checking: holders' names are asked for; checked: may be put to the line; approval: in the line of people;
    approved: may run; running; paused and stopped: by a person, nothing new leaves; done: nothing is left to
    send, something may be unknown; closed: every payment has its end; cancelled: nothing leaves."""

    DRAFT = "draft"
    CHECKING = "checking"
    CHECKED = "checked"
    APPROVAL = "approval"
    APPROVED = "approved"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PaymentState(StrEnum):
    """held: a person is asked before anything leaves; sending: its number is committed, the bank may have it;
    unknown: only the bank's word about it, its statement or a person ends this; accepted: the bank said yes, for
    the time being; settled: the day's totals or the statement agree; returned: it failed after a yes."""

    DRAFT = "draft"
    HELD = "held"
    NAME_CHECKED = "name_checked"
    APPROVED = "approved"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    SETTLED = "settled"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class PaymentFileState(StrEnum):
    """leaving: committed, the bank may have it; taken: it certainly has it; answered: it said of every payment
    what became of it; refused: it certainly has it not and nothing of it was paid; unknown: a person is asked."""

    LEAVING = "leaving"
    TAKEN = "taken"
    ANSWERED = "answered"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class BankDayState(StrEnum):
    """open: being compared; agreed: to the won; differs: a person is needed; closed: agreed or signed for."""

    OPEN = "open"
    AGREED = "agreed"
    DIFFERS = "differs"
    CLOSED = "closed"


class FundReturnState(StrEnum):
    """asked: the payee was told to pay back; received: the money came; booked: entered in the books."""

    ASKED = "asked"
    RECEIVED = "received"
    BOOKED = "booked"
    CANCELLED = "cancelled"


class TalkState(StrEnum):
    """received: not yet clear whose it is or whether it may be listened to (a review says which); ready: both are
    clear; listening: windows are being recognised; heard: there is a transcript; drafted: there is a draft of the
    note; signed; closed: there will be no note (no consent, deleted by order, nothing was said)."""

    RECEIVED = "received"
    READY = "ready"
    LISTENING = "listening"
    HEARD = "heard"
    DRAFTED = "drafted"
    SIGNED = "signed"
    FAILED = "failed"
    CLOSED = "closed"


class RecordingConsent(StrEnum):
    """Whether the person agreed to be recorded. unknown: nobody has said; withdrawn: given, and taken back."""

    UNKNOWN = "unknown"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class NoteState(StrEnum):
    """replaced: signed, and a later version was signed since."""

    DRAFT = "draft"
    SIGNED = "signed"
    REPLACED = "replaced"


class LineFate(StrEnum):
    """What the counselor did with a line of a note; added: it is the counselor's own."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    CHANGED = "changed"
    STRUCK = "struck"
    ADDED = "added"


class FollowUpState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"


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
