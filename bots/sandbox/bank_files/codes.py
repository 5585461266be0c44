"""What the bank's own codes are called in ISO 20022 (ExternalStatusReason1Code)."""

from bots.sandbox.bank import codes

REASONS = {
    codes.NO_ACCOUNT: "AC01",
    codes.ACCOUNT_CLOSED: "AC04",
    codes.ACCOUNT_STOPPED: "AC06",
    codes.OVER_ACCOUNT_LIMIT: "AM14",
    codes.NO_MONEY: "AM04",
    codes.OVER_TRANSFER_LIMIT: "AM02",
    codes.OVER_DAY_LIMIT: "AM14",
    codes.SAME_AGAIN: "AM05",
    codes.WRONG_FIELD: "FF01",
}
