"""From what arrives to an application: taken, read, linked, attached or asked about.

    scan        spool folders are looked into            intake.spool
    mailbox     mailboxes are looked into                intake.mail, intake.mailbox
    portal      a fax provider's web site is visited     intake.portal
    put_together  photos handed over at the desk become one  intake.put_together
    take        a file becomes a delivery, once
    read        pages are read, documents understood     intake.read
    link        each document finds its application      intake.link, intake.relink
    attach      it joins it, the system of record knows  intake.attach
    decide      what people decided takes effect         intake.apply_decision
    register    a paper without a case becomes one       intake.register
    transfer    a paper goes to another center           intake.transfer
    arrange     pages put together by a person           intake.arrange
    search_keys what came before there were keys gets them   intake.search_keys
    undo        what was decided is taken back           intake.undo_decision, intake.take_off

Importing this package registers its bots.
"""

from bots.intake import (
    arrange,
    attach,
    decide,
    link,
    put_together,
    read,
    register,
    scan,
    search_keys,
    transfer,
    undo,
)

__all__ = [
    "arrange",
    "attach",
    "decide",
    "link",
    "put_together",
    "read",
    "register",
    "scan",
    "search_keys",
    "transfer",
    "undo",
]
