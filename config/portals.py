"""Web sites of fax providers, one file each in ``portals/``: where things stand and how they are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.settings import layered

COLUMNS = ("number", "received", "caller", "sender", "pages", "size", "state")
NEEDED = ("number", "received")


class PortalsError(ValueError):
    """A file of ``portals/`` is missing or says something that is not understood."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SignIn(_Part):
    """The sign-in page: selectors of its fields, and the words by which its answers are known.

    inside  a selector that only pages have which are shown to a member who is signed in
    """

    page: str
    user: str
    password: str
    submit: str
    inside: str
    refused: tuple[str, ...]
    locked: tuple[str, ...]
    expired: tuple[str, ...] = ()


class PasswordChange(_Part):
    """The page that asks for a new password; `later` puts it off, where the site allows that."""

    page: str
    later: str = ""


class Inbox(_Part):
    """The list of received faxes.

    page      its address, `{page}` counted from 1, the newest faxes on page 1
    next      a selector that is there while further pages follow; "": an empty page is the end
    columns   by what a column holds (`COLUMNS`), the words that its head may bear
    """

    page: str
    table: str
    next: str = ""
    columns: dict[str, tuple[str, ...]]
    unfetched: tuple[str, ...] = ()
    coming_in: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()

    @field_validator("page")
    @classmethod
    def _counts(cls, page: str) -> str:
        if "{page}" not in page:
            raise ValueError("page must contain {page}")
        return page

    @field_validator("columns")
    @classmethod
    def _complete(cls, columns: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if unknown := set(columns) - set(COLUMNS):
            raise ValueError(f"there is no column {', '.join(sorted(unknown))}")
        if missing := [name for name in NEEDED if not columns.get(name)]:
            raise ValueError(f"columns must tell {', '.join(missing)}")
        return columns


class Download(_Part):
    """Where the file of a fax lies, `{number}` being the fax's; "" takes the link in its row."""

    address: str = ""


class Mark(_Part):
    """How faxes are marked as fetched: a box in the row of `{number}`, a button, the words of success."""

    box: str
    button: str
    done: tuple[str, ...]


class Limits(_Part):
    """How much the provider is asked at once, and how long it may take."""

    downloads: int = Field(default=4, ge=1, le=16)
    page_seconds: float = Field(default=30.0, gt=0)
    download_seconds: float = Field(default=180.0, gt=0)
    full_look_minutes: float = Field(default=60.0, gt=0)


class Portal(_Part):
    """One provider's site. `name` is that of its file; it names the source `portal:NAME` for ever."""

    name: str
    title: str
    address: str
    sign_in: SignIn
    password_change: PasswordChange | None = None
    inbox: Inbox
    download: Download = Download()
    mark: Mark | None = None
    notices: tuple[str, ...] = ()
    maintenance: tuple[str, ...] = ()
    limits: Limits = Limits()

    @property
    def source(self) -> str:
        """The source under which its faxes are entered."""
        return f"portal:{self.name}"

    def url(self, path: str) -> str:
        """The full address of a path of the site."""
        if re.match(r"https?://", path):
            return path
        return f"{self.address.rstrip('/')}/{path.lstrip('/')}"


def plain(text: str) -> str:
    """A text as words are compared: composed, without blanks, in small letters."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def says(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in the text, blanks aside."""
    found = plain(text)
    return any(plain(word) in found for word in words)


@lru_cache
def load_portal(name: str) -> Portal:
    """The site of that name; the center's own file goes before the default. Raises `PortalsError`."""
    if not re.fullmatch(r"[a-z0-9_]{1,40}", name):
        raise PortalsError(f"BACKOFFICE_PORTAL is the name of a file in portals/, not {name!r}")
    found = layered(f"portals/{name}.yaml")
    if not found:
        raise PortalsError(
            f"there is no portals/{name}.yaml, neither in config/ nor in BACKOFFICE_CONFIG_DIR"
        )
    try:
        return Portal(name=name, **(yaml.safe_load(found[-1].read_text("utf-8")) or {}))
    except (ValidationError, yaml.YAMLError, TypeError) as error:
        raise PortalsError(f"{found[-1]}: {error}") from None
