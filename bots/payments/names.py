"""Whether the holder that a bank names is the payee, byte by byte: names come back cut.

A bank tells the first 12 bytes of a name, or the first 20, and may cut a Korean character in two. Nothing is
made alike before comparing but the form of Unicode and blanks at the ends: where a bank writes a name otherwise
than the order does, a person looks.
"""

from __future__ import annotations

import re
import unicodedata

CUTS = (12, 20)
"""Bytes of a name that banks give. One may change from the one to the other without a word."""

_LEGAL_FORM = re.compile(
    r"주식회사|유한회사|유한책임회사|합자회사|합명회사|재단법인|사단법인|의료법인|학교법인|사회복지법인"
    r"|\([가-힣]\)|㈜|\s"
)
_ENOUGH = 6
"""Bytes of a company's name, without its legal form, that tell it from others."""

SAME = ""


def differs(ours: str, *told: bytes) -> str:
    """Why the holder told is not known to be ours: `SAME` ("") if it is.

    ours   the payee's name; told: what the bank gave, without filling, in CP949, in each field that may hold it
           (empty ones do not count)

    "no_name_told", "name_differs", "name_form_differs" (only in 주식회사, (주), blanks or width), "name_cut_short"
    (of what is left after the cut, too little but a company's legal form), "name_not_in_cp949"
    """
    given = [name for name in told if name.strip()]
    if not given:
        return "no_name_told"
    try:
        whole = unicodedata.normalize("NFC", ours).strip().encode("cp949")
    except UnicodeEncodeError:
        return "name_not_in_cp949"
    if all(_is_cut_of(name, whole) for name in given):
        return SAME if any(_says_enough(name, whole) for name in given) else "name_cut_short"
    return "name_form_differs" if all(_alike(name, ours) for name in given) else "name_differs"


def _is_cut_of(told: bytes, whole: bytes) -> bool:
    """Whether `told` is the whole name, or its first bytes cut where banks cut: a character may not be split."""
    if told == whole:
        return True
    cut_at = any(len(told) in (cut, cut - 1) and len(whole) > cut - 1 for cut in CUTS)
    return cut_at and whole.startswith(told)


def _says_enough(told: bytes, whole: bytes) -> bool:
    return told == whole or len(_core(told.decode("cp949", "ignore")).encode("cp949", "ignore")) >= _ENOUGH


def _alike(told: bytes, ours: str) -> bool:
    """Whether a person may find them to be the same: without legal form, blanks and width."""
    theirs, mine = _core(told.decode("cp949", "ignore")), _core(ours)
    return theirs == mine or (len(told) >= CUTS[0] - 1 and bool(theirs) and mine.startswith(theirs))


def _core(name: str) -> str:
    return _LEGAL_FORM.sub("", unicodedata.normalize("NFKC", _LEGAL_FORM.sub("", name)))
