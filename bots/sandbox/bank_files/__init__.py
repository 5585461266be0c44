"""The bank's side of ISO 20022: files taken in over HTTP, done by its books, answered with files."""
