"""Notices that leave by e-mail, as messages, or by electronic delivery; each exactly once.

bot         notices.send, and when it tries again
once        planned, leaving, sent: committed before the outside hears of it, asked about after any doubt
way         what a channel can do, and the answers that there are
email       SMTP: mail (what it says), smtp (how it is said), archive (the mailbox of copies and bounces)
messages    SMS, LMS, 알림톡 over the gateway; charset: what a message may hold
electronic  electronic delivery
service     a service over HTTP, and what its answers mean
alone       one worker at a time about one dispatch; pace: no more in a second than agreed
receipts    notices.receipts: what became of what was sent

Importing this package registers its bots.
"""

from bots.notices.send import bot, receipts

__all__ = ["bot", "receipts"]
