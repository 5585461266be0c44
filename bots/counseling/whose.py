"""Whose talk it is, by what the recorder tells: the counselor, the person, the case.

Nothing is guessed: what points to two people, or to nobody on file, is a person's question. A name is never enough
alone; a telephone number is, when it is that of one person on file and nobody else's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from config.recorders import recorders
from queues.models import Account, Application, CounselingSession, Employer, Officer, Person, Role

_OPEN = "open"
_SHORTEST_NUMBER = 9
_MOST = 20


@dataclass(frozen=True)
class Whose:
    """What was found, by id; None where it is not clear, and then `missing` says what and `reason` why.

    by           what the person was found by: "receipt_no", "birth", "phone"
    persons, applications, counselors   who else it might be, for the one who is asked
    """

    counselor_id: int | None
    person_id: int | None
    application_id: int | None
    by: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""
    persons: tuple[int, ...] = ()
    applications: tuple[int, ...] = ()
    counselors: tuple[int, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether nobody may go on before it is answered: without its case a talk can be listened to."""
        return bool({"counselor", "person"} & set(self.missing))


def look(
    session: Session,
    talk: CounselingSession,
    told: Mapping[str, str],
    recorder: str = "",
    *,
    anew: bool = False,
) -> Whose:
    """Whose talk this is. What the talk knows already (an upload, the desk) is not looked for again.

    anew  what it knows was found by what was told, of which there may be more now: it is found from the beginning
    """
    given = (None, None, None) if anew else (talk.counselor_id, talk.person_id, talk.application_id)
    counselors = [given[0]] if given[0] else _counselors(session, told, recorder)
    case = _case_told(session, told)
    if given[1]:
        evidence: dict[str, set[int]] = {"given": {given[1]}}
    else:
        evidence = _evidence(session, told, case)
    persons = set[int]().union(*evidence.values()) if evidence else set()
    agreed = set.intersection(*evidence.values()) if evidence else set()
    person_id = next(iter(agreed)) if len(agreed) == 1 else None
    missing, reason = [], ""
    if len(counselors) != 1:
        missing.append("counselor")
        reason = "talk_counselor_unknown"
    if person_id is None:
        missing.append("person")
        reason = _why_no_person(persons, agreed)
    application_id, cases = given[2], _open_cases(session, person_id)
    if application_id is None and case is not None and case.person_id == person_id:
        application_id = case.id
    if application_id is None and len(cases) == 1:
        application_id = cases[0]
    if application_id is None and len(cases) > 1:
        missing.append("case")
        reason = reason or "talk_case_several"
    return Whose(
        counselor_id=counselors[0] if len(counselors) == 1 else None,
        person_id=person_id,
        application_id=application_id,
        by=tuple(sorted(evidence)) if person_id is not None else (),
        missing=tuple(missing),
        reason=reason,
        persons=tuple(sorted(persons))[:_MOST] if person_id is None else (),
        applications=tuple(cases)[:_MOST] if application_id is None else (),
        counselors=tuple(counselors)[:_MOST] if len(counselors) > 1 else (),
    )


def _why_no_person(persons: set[int], agreed: set[int]) -> str:
    if not persons:
        return "talk_person_unknown"
    return "talk_person_several" if agreed else "talk_conflict"


def _counselors(session: Session, told: Mapping[str, str], recorder: str) -> list[int]:
    """Accounts of counselors that the user name, the officer's number or the extension names."""
    names = {told.get("counselor", "").strip()}
    if not any(names) and (extension := told.get("extension", "").strip()):
        known = recorders().named(recorder)
        names = {known.extensions.get(extension, "") if known is not None else ""}
    names.discard("")
    if not names:
        return []
    lowered = [name.casefold() for name in names]
    query = (
        select(Account.id)
        .outerjoin(Officer, col(Officer.id) == col(Account.officer_id))
        .where(
            col(Account.active),
            Account.role == Role.COUNSELOR,
            func.lower(Account.username).in_(lowered) | col(Officer.number).in_(list(names)),
        )
    )
    return sorted(session.exec(query))


def _case_told(session: Session, told: Mapping[str, str]) -> Application | None:
    number = re.sub(r"\s", "", told.get("receipt_no", "")).upper()
    if not number:
        return None
    return session.exec(select(Application).where(Application.receipt_no == number)).one_or_none()


def _evidence(session: Session, told: Mapping[str, str], case: Application | None) -> dict[str, set[int]]:
    """By what, and whom it names. What names nobody on file is no evidence."""
    found: dict[str, set[int]] = {}
    if case is not None and case.person_id is not None:
        found["receipt_no"] = {case.person_id}
    if by_birth := _by_birth(session, told):
        found["birth"] = by_birth
    if by_phone := _by_phone(session, told):
        found["phone"] = by_phone
    return found


def _by_birth(session: Session, told: Mapping[str, str]) -> set[int]:
    """Name and date of birth together."""
    born, name = _date(told.get("birth", "")), re.sub(r"\s", "", told.get("name", ""))
    if born is None or not name:
        return set()
    return set(session.exec(select(Person.id).where(Person.birth_date == born, Person.name == name)))


def _by_phone(session: Session, told: Mapping[str, str]) -> set[int]:
    """Everybody on file with this number; nobody, where it is a firm's."""
    digits = re.sub(r"\D", "", told.get("phone", ""))
    if digits.startswith("82"):
        digits = "0" + digits[2:]
    if len(digits) < _SHORTEST_NUMBER:
        return set()
    firm = select(Employer.id).where(_only_digits(Employer.phone) == digits)
    if session.exec(firm).first() is not None:
        return set()
    return set(session.exec(select(Person.id).where(_only_digits(Person.phone) == digits).limit(_MOST)))


def _only_digits(column: object) -> object:
    return func.regexp_replace(column, r"\D", "", "g")


def _open_cases(session: Session, person_id: int | None) -> list[int]:
    if person_id is None:
        return []
    query = select(Application.id).where(Application.person_id == person_id, Application.status == _OPEN)
    return sorted(session.exec(query))


def _date(told: str) -> date | None:
    """Eight digits however they are divided; six are not enough to know the century."""
    digits = re.sub(r"\D", "", told)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if len(digits) == 8 else None
    except ValueError:
        return None
