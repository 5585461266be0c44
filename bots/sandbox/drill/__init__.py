"""A drill of payments: many are paid through the sandbox's bank while everything goes wrong that can, and the bank's
own books are held against the ledger in the end.

`drill.run` does it; `owed` makes what is owed, `center` the machines, `officers` the people, `troubles` what befalls
them, `books` the comparison.
"""
