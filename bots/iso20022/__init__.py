"""The formats of ISO 20022 that a bank and the center exchange: pain.001 written, pain.002 and camt.053/054 read.

Files from outside are opened in a child process (`reading`), which imports nothing but this package.
"""
