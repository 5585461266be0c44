"""Reading of pages: bytes of a page in, a read document out. No database, no network, no clock."""
