"""ISO 20022 files, the second way to the bank: transfers out (pain.001), word of them in (pain.002, camt.053/054)."""
