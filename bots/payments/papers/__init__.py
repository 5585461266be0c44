"""Papers of payments: 지출결의서 of an order, 지급명세서 of a batch with its whole list."""
