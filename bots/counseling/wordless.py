"""Errors that may hold what somebody said are told on without it.

The text of a foreign error goes into logs and onto screens. What a library says of a sentence that it could not deal
with may quote it, so of such an error only its kind and the place in the program are left.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from queues.errors import BackOfficeError


class Unforeseen(Exception):
    """An error of another kind, without its text."""


@contextmanager
def wordless() -> Iterator[None]:
    """Of errors raised inside, those of the program itself, the database and the disk pass; others as `Unforeseen`."""
    try:
        yield
    except (BackOfficeError, SQLAlchemyError, OSError, Unforeseen):
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise Unforeseen(f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}") from None
