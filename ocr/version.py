"""The version of the reader, kept with each page: a page read by an older one may be read again."""

READER_VERSION = "1"
