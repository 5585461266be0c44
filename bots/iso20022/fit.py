"""Whether a transfer can stand in a file, before one is made of it."""

from __future__ import annotations

import re

from bots.iso20022.transfer import Transfer

LARGEST_WON = 10**13 - 1
"""As in the bank's messages: thirteen digits."""
_LONGEST_NAME, _LONGEST_STATEMENT = 140, 140
_IDENTIFICATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,34}")
_ACCOUNT = re.compile(r"[0-9]{6,16}")
_BANK = re.compile(r"[0-9]{3}")
# What XML 1.0 cannot hold, and what would change what a reader takes the text for.
_FOREIGN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


def why_unfit(transfer: Transfer) -> str:
    """A code ("iso_account", ...) of why it cannot go into a file; "" when it can.

    The limits are those of pain.001.001.09 (Max35Text, Max140Text) and of Korean accounts.
    """
    fits = {
        "iso_identification": _IDENTIFICATION.fullmatch(transfer.end_to_end),
        "iso_amount": 0 < transfer.amount_won <= LARGEST_WON,
        "iso_bank": _BANK.fullmatch(transfer.bank_code),
        "iso_account": _ACCOUNT.fullmatch(transfer.account),
        "iso_holder": _text(transfer.holder, _LONGEST_NAME),
        "iso_statement_text": not transfer.statement_text
        or _text(transfer.statement_text, _LONGEST_STATEMENT),
    }
    return next((code for code, fit in fits.items() if not fit), "")


def _text(text: str, longest: int) -> bool:
    return bool(text.strip()) and len(text) <= longest and not _FOREIGN.search(text)
