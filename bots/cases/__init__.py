"""Cases of the systems of record: read in through a source, told back through a sink."""
