"""Errors of the record and of the work done on it. Each says what, where and what to do."""

from __future__ import annotations


class BackOfficeError(Exception):
    """The root of the program's own errors."""


class NoDatabase(BackOfficeError):
    """There is no PostgreSQL to talk to."""


class NoKey(BackOfficeError):
    """A key that is needed to read or to seal is missing or malformed."""


class Unreadable(BackOfficeError):
    """Sealed bytes were altered, cut short, or never were sealed."""


class NotStored(BackOfficeError):
    """The file store has no file of that hash."""


class StoreFull(BackOfficeError):
    """The disk of the file store has less room than the setting `min_free_bytes` asks for."""


class BusinessError(BackOfficeError):
    """The matter itself is at fault (this document is unreadable): a person has to look at it.

    code    short and stable, such as "unreadable"
    text    what a person reads, in Korean, without personal data
    review  whether a review task is opened; without one the item has simply failed
    """

    def __init__(self, code: str, text: str, *, review: bool = True) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.review = review


class UnknownBot(BackOfficeError):
    """No bot of that name is registered in this process."""


class NotFinished(BackOfficeError, ValueError):
    """The work item is still under way; what was asked needs one that has ended."""


class UnderWay(BackOfficeError):
    """The work item is being done right now; what was asked would have it done twice."""


class StaleDecision(BackOfficeError):
    """The review has changed since the person looked at it; nothing was done."""


class NotYours(BackOfficeError):
    """Another person holds the review."""


class Irreversible(BackOfficeError):
    """A decision cannot be taken back: `text` says in Korean what has followed it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class NotArrangeable(BackOfficeError):
    """The pages of a delivery cannot be put in this order: `text` says why, in Korean."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class PasswordRefused(BackOfficeError):
    """A person's new password will not do; the text, in Korean, says why."""


class SignInRefused(BackOfficeError):
    """Name or password is wrong, or the account is locked or closed. `locked` tells which."""

    def __init__(self, text: str, *, locked: bool = False) -> None:
        super().__init__(text)
        self.locked = locked
