"""Titles of document types and programs, as the center's configuration names them."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from config.programs import load_programs
from config.settings import layered

# Kinds of page that no form describes.
UNDESCRIBED = {"fax_cover": "팩스 표지", "other": "그 밖의 문서", "blank": "빈 쪽", "": "종류 모름"}
# Kinds of page of a batch scan that was divided; no document is of such a type.
_OF_A_BATCH = {"separator": "구분지", "letter": "우편물에 든 쪽"}


@cache
def _forms() -> dict[str, dict[str, Any]]:
    forms: dict[str, dict[str, Any]] = {}
    for path in layered("forms/*.yaml"):
        form = yaml.safe_load(path.read_text("utf-8"))
        if isinstance(form, dict) and "type" in form:
            forms[str(form["type"])] = form
    return forms


def title(code: str) -> str:
    """`bankbook_copy` -> `통장사본`; an unknown code is shown as it is."""
    form = _forms().get(code)
    return str(form["title"]) if form and "title" in form else (UNDESCRIBED | _OF_A_BATCH).get(code, code)


def need_title(need: str) -> str:
    """`a|b` -> `통장사본 또는 신분증`: one of both is asked for."""
    return " 또는 ".join(title(code) for code in need.split("|"))


def all_types() -> list[tuple[str, str]]:
    """(code, title) of every type that a document can be given, those that no form describes last."""
    codes = [c for c in _forms() if c not in UNDESCRIBED]
    return [(code, title(code)) for code in codes] + [(c, t) for c, t in UNDESCRIBED.items() if c]


def fields_of(code: str) -> tuple[str, ...]:
    """Names of the fields that a document of this type has."""
    return tuple(_forms().get(code, {}).get("fields") or ())


def program_title(code: str) -> str:
    """`ub_application` -> `실업급여 수급자격 인정`."""
    program = load_programs().get(code)
    return program.title if program else code
