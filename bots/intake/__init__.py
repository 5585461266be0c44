"""From what arrives to an application: taken, read, linked, attached or asked about.

    scan        spool folders are looked into            intake.spool
    mailbox     mailboxes are looked into                intake.mail, intake.mailbox
    take        a file becomes a delivery, once
    read        pages are read, documents understood     intake.read
    link        each document finds its application      intake.link, intake.relink
    attach      it joins it, the system of record knows  intake.attach
    decide      what people decided takes effect         intake.apply_decision

Importing this package registers its bots.
"""

from bots.intake import attach, decide, link, read, scan

__all__ = ["attach", "decide", "link", "read", "scan"]
