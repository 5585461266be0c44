"""The tables of the bank's books."""

TABLES = """
CREATE TABLE IF NOT EXISTS debit (
    account TEXT PRIMARY KEY, balance INTEGER NOT NULL, password TEXT NOT NULL,
    per_transfer INTEGER NOT NULL, per_day INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS account (
    bank TEXT NOT NULL, number TEXT NOT NULL, holder TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (bank, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS opened (
    day TEXT NOT NULL, company TEXT NOT NULL, PRIMARY KEY (day, company)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS transfer (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, channel TEXT NOT NULL, day TEXT NOT NULL,
    named TEXT NOT NULL, debit TEXT NOT NULL, bank TEXT NOT NULL, account TEXT NOT NULL,
    amount INTEGER NOT NULL, text TEXT NOT NULL, holder TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('paid', 'refused', 'waiting', 'returned')),
    code TEXT NOT NULL, at REAL NOT NULL, times INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS transfer_to ON transfer (account, day);
CREATE INDEX IF NOT EXISTS transfer_waiting ON transfer (id) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY, day TEXT NOT NULL, debit TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('transfer', 'return')),
    transfer_id INTEGER NOT NULL REFERENCES transfer (id),
    amount INTEGER NOT NULL, balance INTEGER NOT NULL, at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS entry_of_day ON entry (day, debit, id);
CREATE TABLE IF NOT EXISTS day_sum (
    day TEXT NOT NULL, debit TEXT NOT NULL, kind TEXT NOT NULL,
    count INTEGER NOT NULL, won INTEGER NOT NULL,
    PRIMARY KEY (day, debit, kind)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failure (
    number INTEGER PRIMARY KEY, day TEXT NOT NULL, key TEXT NOT NULL UNIQUE, code TEXT NOT NULL,
    due REAL NOT NULL, told INTEGER NOT NULL, acknowledged REAL
);
CREATE INDEX IF NOT EXISTS failure_due ON failure (due) WHERE acknowledged IS NULL;
"""
"""`transfer.key` is what makes a transfer one; `entry` is the statement; `failure` is what the payer has to be told
until it says that it knows. `failure.number` begins where the payers' message numbers end."""
