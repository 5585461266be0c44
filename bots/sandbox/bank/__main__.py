"""`python -m bots.sandbox.bank '{"books": "bank.sqlite", "port": 21000}'`: see `process.Options`."""

import sys

from bots.sandbox.bank.process import main

main(sys.argv[1])
