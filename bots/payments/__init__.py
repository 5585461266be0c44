"""From a decision to money in the right account, once: orders, batches, the bank, reconciliation."""
