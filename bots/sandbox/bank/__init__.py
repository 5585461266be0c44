"""A bank that does on demand what banks do: it answers firm-banking messages over TCP and keeps its own books.

It was written from the published layout alone and shares no code with `bots.payments`: where the two understand
each other, both have read it alike. `service.SandboxBank` runs it in a thread, `process.BankProcess` as a process.
"""
