"""Web sites of the post, one file each in ``post_sites/``: where things stand and how they are called."""

from __future__ import annotations

import re
from datetime import time
from functools import lru_cache

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from config.post_rates import ENVELOPES, SERVICES
from config.settings import layered

VALUES = ("position", "key", "name", "postcode", "address", "detail", "first_page", "pages")


class PostSitesError(ValueError):
    """A file of ``post_sites/`` is missing or says something that is not understood."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SignIn(_Part):
    """Selectors of the sign-in page, and the words by which its answers are known.

    inside  a selector that only pages have which are shown to a member who is signed in
    """

    page: str
    user: str
    password: str
    submit: str
    inside: str
    refused: tuple[str, ...]
    locked: tuple[str, ...]
    expired: tuple[str, ...]


class Apply(_Part):
    """The form with which letters are uploaded; `{value}` is what the site calls a service or envelope."""

    page: str
    form: str
    name: str
    service: str
    services: dict[str, str]
    envelope: str
    envelopes: dict[str, str]
    letters: str
    addresses: str
    submit: str
    errors: str
    error_columns: dict[str, tuple[str, ...]]


class Column(_Part):
    """A column of the address list: its head, what stands in it (`VALUES`), how long it may be at most."""

    head: str
    value: str
    longest: int | None = Field(default=None, gt=0)


class Addresses(_Part):
    """The address list (CSV) that goes with the letters."""

    encoding: str
    columns: tuple[Column, ...]

    @model_validator(mode="after")
    def _known(self) -> Addresses:
        values = {column.value for column in self.columns}
        if unknown := values - set(VALUES):
            raise ValueError(f"there is no value {', '.join(sorted(unknown))}")
        if missing := {"key", "name", "postcode", "address", "first_page", "pages"} - values:
            raise ValueError(f"columns must tell {', '.join(sorted(missing))}")
        "".encode(self.encoding)
        return self


class Job(_Part):
    """The page of one job: the places of what it says, and its two buttons."""

    page: str
    number: str
    name: str
    state: str
    letters: str
    sheets: str
    price: str
    deposit: str
    cancel_until: str
    pay: str
    cancel: str


class Listing(_Part):
    """A table over several pages. `columns`: by what a column holds, the words that its head may bear."""

    page: str
    table: str
    next: str
    columns: dict[str, tuple[str, ...]]


class Receipt(_Part):
    """The page that says that it was paid."""

    page: str
    place: str


class Says(_Part):
    """Words by which states and answers are known."""

    waiting: tuple[str, ...]
    processing: tuple[str, ...]
    paid: tuple[str, ...]
    cancelled: tuple[str, ...]
    deposit_short: tuple[str, ...]
    closed: tuple[str, ...]
    paid_already: tuple[str, ...]
    cancelled_now: tuple[str, ...]
    too_late: tuple[str, ...]
    no_job: tuple[str, ...]


class Limits(_Part):
    """What the site takes, and how long things may take.

    cut_off          of business days, local time; None: it takes letters at any time
    settle_seconds   after which what was done without an answer stands in the site's own list, if it was done
    unknown_minutes  after the order to pay; what is not known then, a person is asked
    """

    most_letters: int = Field(gt=0)
    cut_off: time | None = None
    cancel_minutes: int = Field(ge=0)
    page_seconds: float = Field(gt=0)
    upload_seconds: float = Field(gt=0)
    settle_seconds: float = Field(gt=0)
    unknown_minutes: float = Field(gt=0)


class PostSite(_Part):
    """One site. `name` is that of its file."""

    name: str
    title: str
    address: str
    sign_in: SignIn
    apply: Apply
    addresses: Addresses
    job: Job
    jobs: Listing
    letters: Listing
    receipt: Receipt
    says: Says
    notices: tuple[str, ...] = ()
    maintenance: tuple[str, ...] = ()
    limits: Limits

    def url(self, path: str) -> str:
        """The full address of a path of the site."""
        if re.match(r"https?://", path):
            return path
        return f"{self.address.rstrip('/')}/{path.lstrip('/')}"

    @model_validator(mode="after")
    def _complete(self) -> PostSite:
        if set(self.apply.services) != set(SERVICES) or set(self.apply.envelopes) != set(ENVELOPES):
            raise ValueError(
                f"apply must tell the services {', '.join(SERVICES)} and envelopes {', '.join(ENVELOPES)}"
            )
        for part, needed in (("jobs", ("number", "name", "state")), ("letters", ("key", "registered"))):
            if missing := set(needed) - set(getattr(self, part).columns):
                raise ValueError(f"{part}.columns must tell {', '.join(sorted(missing))}")
        return self


@lru_cache
def load_post_site(name: str) -> PostSite:
    """The site of that name; the center's own file goes before the default. Raises `PostSitesError`."""
    if not re.fullmatch(r"[a-z0-9_]{1,40}", name):
        raise PostSitesError(f"BACKOFFICE_POST_SITE is the name of a file in post_sites/, not {name!r}")
    found = layered(f"post_sites/{name}.yaml")
    if not found:
        raise PostSitesError(
            f"there is no post_sites/{name}.yaml, neither in config/ nor in BACKOFFICE_CONFIG_DIR"
        )
    try:
        return PostSite(name=name, **(yaml.safe_load(found[-1].read_text("utf-8")) or {}))
    except (ValidationError, yaml.YAMLError, TypeError, LookupError) as error:
        raise PostSitesError(f"{found[-1]}: {error}") from None
