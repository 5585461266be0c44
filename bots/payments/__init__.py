"""From a decision to money in the right account, once: orders, batches, the bank, reconciliation.

Importing this package registers its bots.
"""

from bots.payments import check, decide, inquire, listen, send
from bots.payments.accounting import bot as accounting
from bots.payments.iso import collect as iso_collecting
from bots.payments.iso import send as iso_sending
from bots.payments.orders import bot as orders
from bots.payments.papers import bot as papers
from bots.payments.reconcile import bot as reconciling

__all__ = [
    "accounting",
    "check",
    "decide",
    "inquire",
    "iso_collecting",
    "iso_sending",
    "listen",
    "orders",
    "papers",
    "reconciling",
    "send",
]
