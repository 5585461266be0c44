"""The record: models, database, work items, reviews, file store, audit, and the engine that runs work."""

import os

# Before the engine is imported anywhere: these variables would make it talk to servers outside.
for _name in [n for n in os.environ if n.startswith("DBOS_") or "CONDUCTOR" in n]:
    del os.environ[_name]
