"""Forms and attachments as data: one YAML file in `config/forms/` per document type.

A file names the titles, words and labels by which a paper of the type is known, and the fields to
be read from it. Files whose name begins with `_` are no forms; `_fields.yaml` holds what is common:
the labels of each field. A center's own folder may replace a file of the same name or add others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config import settings as config_settings

Kind = Literal[
    "name", "rrn", "date", "phone", "receipt_no", "business_no", "company", "address", "account", "bank"
]  # fmt: skip
T = TypeVar("T", bound=BaseModel)
_SHARED = "_fields.yaml"


class FormError(ValueError):
    """A form file cannot be used: which file, which line or key, and what is wrong there."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldSpec(_Strict):
    """How one field stands on a paper.

    kind          how a value is read and checked; from `_fields.yaml` if absent
    labels        words that stand left of, above or before the value, most usual first; those of
                  `_fields.yaml` come after them
    fallback      labels of last resort: a value found by one alone is always doubtful; those of
                  `_fields.yaml` if absent
    sections      headings under which the label counts (a form that names several people)
    not_sections  headings under which it does not
    patterns      regular expressions over a line whose first group is the value
    anywhere      the value may stand without a label (its format alone tells)
    above         the value stands, without a label, in the line above this other field
    suffix        words that may follow the value and do not belong to it
    """

    kind: Kind | None = None
    labels: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    not_sections: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    anywhere: bool = False
    above: str | None = None
    suffix: tuple[str, ...] = ()

    @field_validator("patterns")
    @classmethod
    def _one_group(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                groups = re.compile(pattern).groups
            except re.error as e:
                raise ValueError(f"not a regular expression: {pattern!r} ({e})") from e
            if groups != 1:
                raise ValueError(f"needs exactly one group for the value: {pattern!r}")
        return patterns


class PeopleSpec(_Strict):
    """A table whose rows are people: heads of its columns, and which row is the main person.

    `relations` are words that stand before the name in each row, for lists that have no heads.
    `main` maps a column to the texts that mark the main person's row; without it the first row is.
    """

    columns: dict[str, tuple[str, ...]]
    relations: tuple[str, ...] = ()
    main: dict[str, tuple[str, ...]] = {}


class ContinuedSpec(_Strict):
    """What tells a further page without a title: the same table heads, or any of these words."""

    same_columns: bool = False
    marks: tuple[str, ...] = ()


class Form(_Strict):
    """One document type.

    type        the code used everywhere
    title       its Korean name for staff
    kind        "application" (opens a case), "attachment", or "cover" (belongs to the delivery)
    program     the two letters of the receipt numbers of the program an application is for
    titles      how the paper is headed
    marks       words and phrases that papers of this type bear
    """

    type: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    kind: Literal["application", "attachment", "cover"]
    program: str = ""
    titles: tuple[str, ...] = Field(min_length=1)
    marks: tuple[str, ...] = ()
    fields: dict[str, FieldSpec] = {}
    people: PeopleSpec | None = None
    continued: ContinuedSpec = ContinuedSpec()


def load_forms(paths: Sequence[Path]) -> dict[str, Form]:
    """Read form files as type -> Form.

    Of two files of one name the later replaces the earlier; a file that holds nothing takes the form
    away. Raises FormError.
    """
    files = {path.name: path for path in paths}
    shared = _shared_fields(files.pop(_SHARED, None))
    forms: dict[str, Form] = {}
    for name, path in sorted(files.items()):
        if name.startswith("_"):
            continue
        data = _yaml(path)
        if data is None:
            continue
        form = _complete(_validated(Form, data, path), shared, path)
        if form.type in forms:
            raise FormError(f"{path}: type: '{form.type}' is already described by another file")
        forms[form.type] = form
    return forms


@lru_cache(maxsize=1)
def default_forms() -> dict[str, Form]:
    """The forms of `config/forms/` with the center's own laid over them."""
    return load_forms(config_settings.layered("forms/*.yaml"))


@lru_cache(maxsize=1)
def other_labels() -> tuple[str, ...]:
    """Labels that stand on papers and are no field of any form."""
    return tuple(_words("_other_labels.yaml", "labels"))


@lru_cache(maxsize=1)
def continued_marks() -> tuple[str, ...]:
    """Words by which a further page of a form is known."""
    return tuple(_words("_continued.yaml", "marks"))


def _words(file: str, key: str) -> list[str]:
    path = config_settings.layered(f"forms/{file}")[-1]
    data = _yaml(path)
    words = data.get(key) if isinstance(data, dict) else None
    if not isinstance(words, list) or not all(isinstance(w, str) for w in words):
        raise FormError(f"{path}: {key}: must be a list of words")
    return words


def form_titles(forms: Iterable[Form]) -> dict[str, str]:
    """Type -> Korean name, for screens."""
    return {f.type: f.title for f in forms}


def _shared_fields(path: Path | None) -> dict[str, FieldSpec]:
    if path is None:
        return {}
    data = _yaml(path)
    if not isinstance(data, dict):
        raise FormError(f"{path}: must map field names to kind and labels")
    return {name: _validated(FieldSpec, spec, path, f"{name}.") for name, spec in data.items()}


def _complete(form: Form, shared: dict[str, FieldSpec], path: Path) -> Form:
    fields: dict[str, FieldSpec] = {}
    for name, spec in form.fields.items():
        base = shared.get(name)
        kind = spec.kind or (base.kind if base else None)
        if kind is None:
            raise FormError(f"{path}: fields.{name}.kind: missing, and {_SHARED} does not know '{name}'")
        common = tuple(label for label in base.labels if label not in spec.fallback) if base else ()
        labels = tuple(dict.fromkeys((*spec.labels, *common)))
        last = spec.fallback or tuple(
            label for label in (base.fallback if base else ()) if label not in labels
        )
        fields[name] = spec.model_copy(update={"kind": kind, "labels": labels, "fallback": last})
        if spec.above is not None and spec.above not in form.fields:
            raise FormError(f"{path}: fields.{name}.above: '{spec.above}' is no field of this form")
    return form.model_copy(update={"fields": fields})


def _yaml(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as e:
        line = e.problem_mark.line + 1 if e.problem_mark else 0
        raise FormError(f"{path}, line {line}: {e.problem}") from e
    except UnicodeDecodeError as e:
        raise FormError(f"{path}: not UTF-8 (byte {e.start}); save the file as UTF-8") from e


def _validated(model: type[T], data: object, path: Path, prefix: str = "") -> T:
    try:
        return model.model_validate(data)
    except ValidationError as e:
        first = e.errors()[0]
        key = prefix + ".".join(str(part) for part in first["loc"])
        line = _line_of(path, key)
        where = f"{path}, line {line}" if line else str(path)
        raise FormError(f"{where}: {key or 'file'}: {first['msg']}") from e


def _line_of(path: Path, key: str) -> int:
    """The line on which `key` (dotted) stands in the file, or that of the nearest key above it."""
    node = yaml.compose(path.read_text(encoding="utf-8"))
    line = 0
    for part in key.split("."):
        if isinstance(node, yaml.MappingNode):
            pair = next((p for p in node.value if p[0].value == part), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
            line = node.start_mark.line + 1
    return line
