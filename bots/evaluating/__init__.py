"""Measuring the reader on what people have put right: labels, today's reading of the same pages, the account."""
