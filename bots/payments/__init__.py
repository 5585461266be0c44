"""From a decision to money in the right account, once: orders, batches, the bank, reconciliation.

Importing this package registers its bots.
"""

from bots.payments import check, decide, inquire, send
from bots.payments.orders import bot as orders

__all__ = ["check", "decide", "inquire", "orders", "send"]
