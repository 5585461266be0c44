"""From a decision to money in the right account, once: orders, batches, the bank, reconciliation.

Importing this package registers its bots.
"""

from bots.payments import check, decide, inquire, listen, send
from bots.payments.orders import bot as orders
from bots.payments.reconcile import bot as reconciling

__all__ = ["check", "decide", "inquire", "listen", "orders", "reconciling", "send"]
