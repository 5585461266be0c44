"""The record: models, database, work items, reviews, file store, audit, and the engine that runs work."""
