"""일일 대사: the ledger against the bank's totals and statements, every day, to the won."""
