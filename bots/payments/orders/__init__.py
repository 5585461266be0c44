"""From a decision to a payment order that may go into a batch, or to a question about it."""
