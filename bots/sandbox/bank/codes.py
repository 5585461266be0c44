"""What the bank answers. Of the codes only those of the gateway and `NREC` are published; the others are assumed,
as they stand in ``bank_answers.yaml``.
"""

DONE = "0000"
UNKNOWN = "VTIM"
"""Timed out: the money may have moved."""
NO_RECORD = "NREC"
NO_RECORD_ELSEWHERE = "0100"
"""What some banks say in its place."""
IN_PROGRESS = "PROC"

SAME_AGAIN = "SB01"
OVER_TRANSFER_LIMIT = "SB02"
OVER_DAY_LIMIT = "SB03"
NUMBER_TAKEN = "SB09"

NO_ACCOUNT = "0011"
ACCOUNT_CLOSED = "0012"
NO_MONEY = "0013"
ACCOUNT_STOPPED = "0014"
OVER_ACCOUNT_LIMIT = "0021"
WRONG_PASSWORD = "0031"  # noqa: S105
CLOSED = "0091"

WRONG_FIELD = "0401"
"""A field that cannot be used, a day that is not this one."""
NOT_OPENED = "0090"
OTHER_DAY = "9999"
"""Totals are told of this day and the one before."""

STATE_CODES = {"closed": ACCOUNT_CLOSED, "reported": ACCOUNT_STOPPED, "stopped": ACCOUNT_STOPPED}
"""By the state of the receiving account."""
