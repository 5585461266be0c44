"""A mailbox into which a fax gateway delivers: looked into over IMAP, every paper taken exactly once.

bot         intake.mail, and intake.mailbox for one that does not answer
look        one look: what is new, what is taken, what is put away
connection  signing in, encrypted; errors in our words
folder      the few things that are asked of the server
seen        what the record knows of each mail
download    loading piece by piece, going on where the line broke
opening     the mail is opened by a child process (bots.mail)
when        the time of reception
entering    deliveries and questions, all of a mail in one transaction
aside       left, flagged or moved; never deleted
"""

from bots.intake.mailbox import bot

__all__ = ["bot"]
